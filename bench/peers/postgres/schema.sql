-- The engine's work on PostgreSQL, as carefully as its author could: orders are
-- placed, routed, reserved, split, backordered, served by receipts and cancelled
-- in part, each by one function call, and triggers record every change.
--
-- What keeps it fast: narrow rows, integer keys, stock rows with room for HOT
-- updates, no foreign key checks on the way of an order, statement-level
-- triggers with transition tables, and stock rows that are locked in the order
-- of (product, location), so that there are no deadlocks and no retries.

CREATE TABLE location (
  id smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code text NOT NULL UNIQUE,
  priority integer NOT NULL,
  latitude double precision NOT NULL,
  longitude double precision NOT NULL
);

CREATE TABLE product (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sku text NOT NULL UNIQUE
);

CREATE TABLE stock (
  product integer NOT NULL,
  location smallint NOT NULL,
  on_hand bigint NOT NULL,
  committed bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (product, location),
  CHECK (committed BETWEEN 0 AND on_hand)
) WITH (fillfactor = 50);

CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  brand text NOT NULL,
  number text NOT NULL,
  channel text NOT NULL,
  customer text NOT NULL,
  country text NOT NULL,
  latitude double precision NOT NULL,
  longitude double precision NOT NULL,
  captured bigint NOT NULL,
  status text NOT NULL,
  placed_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (brand, number)
);

-- Apart from the order, so that it can be erased.
CREATE TABLE person (
  orders bigint PRIMARY KEY,
  name text NOT NULL,
  email text NOT NULL,
  line1 text NOT NULL,
  city text NOT NULL,
  postal_code text NOT NULL
);

CREATE TABLE order_line (
  orders bigint NOT NULL,
  line smallint NOT NULL,
  product integer NOT NULL,
  quantity integer NOT NULL,
  unit_price bigint NOT NULL,
  allocated integer NOT NULL DEFAULT 0,
  backordered integer NOT NULL DEFAULT 0,
  cancelled integer NOT NULL DEFAULT 0,
  PRIMARY KEY (orders, line)
) WITH (fillfactor = 80);

-- The backorder queue: served in the order in which orders came.
CREATE INDEX waiting ON order_line (product, orders) WHERE backordered > 0;

CREATE TABLE fulfillment_line (
  orders bigint NOT NULL,
  location smallint NOT NULL,
  line smallint NOT NULL,
  quantity integer NOT NULL,
  PRIMARY KEY (orders, location, line)
);

-- The trail: who, when, what, and of which entity.
CREATE TABLE trail (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  happened timestamptz NOT NULL DEFAULT now(),
  by text NOT NULL DEFAULT current_setting('oms.by', true),
  entity "char" NOT NULL,
  entity_id bigint NOT NULL,
  kind text NOT NULL,
  change jsonb NOT NULL
);
CREATE INDEX trail_of_entity ON trail (entity, entity_id);

-- --- the trail, by triggers -------------------------------------------------

CREATE FUNCTION record_orders() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO trail (entity, entity_id, kind, change)
  SELECT 'o', n.id,
         CASE TG_OP WHEN 'INSERT' THEN 'order.placed' ELSE 'order.status' END,
         CASE TG_OP WHEN 'INSERT' THEN to_jsonb(n)
                    ELSE jsonb_build_object('status', n.status) END
  FROM new_rows n;
  RETURN NULL;
END $$;
CREATE TRIGGER orders_inserted AFTER INSERT ON orders
  REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION record_orders();
CREATE TRIGGER orders_updated AFTER UPDATE ON orders
  REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION record_orders();

-- Rows that belong to an order, by order; the argument is the kind.
CREATE FUNCTION record_rows_of_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO trail (entity, entity_id, kind, change)
  SELECT 'o', n.orders, TG_ARGV[0], jsonb_agg(to_jsonb(n))
  FROM new_rows n GROUP BY n.orders;
  RETURN NULL;
END $$;
CREATE TRIGGER lines_inserted AFTER INSERT ON order_line
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION record_rows_of_order('lines.placed');
CREATE TRIGGER lines_updated AFTER UPDATE ON order_line
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION record_rows_of_order('lines.changed');
CREATE TRIGGER fulfillment_inserted AFTER INSERT ON fulfillment_line
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION record_rows_of_order('units.allocated');
CREATE TRIGGER fulfillment_updated AFTER UPDATE ON fulfillment_line
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION record_rows_of_order('units.allocated');

CREATE FUNCTION record_stock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO trail (entity, entity_id, kind, change)
  SELECT 's', n.product, 'stock.changed', to_jsonb(n) FROM new_rows n;
  RETURN NULL;
END $$;
CREATE TRIGGER stock_inserted AFTER INSERT ON stock
  REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION record_stock();
CREATE TRIGGER stock_updated AFTER UPDATE ON stock
  REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION record_stock();

-- --- what callers do --------------------------------------------------------

CREATE FUNCTION define_location(code text, priority integer,
    latitude double precision, longitude double precision)
RETURNS void LANGUAGE sql AS $$
  INSERT INTO location (code, priority, latitude, longitude)
  VALUES ($1, $2, $3, $4);
$$;

-- Promises what it can of the order's unrouted units and returns them by line.
-- One location if one has everything, by priority; else the fewest by taking
-- from each in turn what it has.
CREATE FUNCTION route(wanted_order bigint, lines smallint[], products integer[],
    quantities integer[])
RETURNS integer[] LANGUAGE plpgsql AS $$
DECLARE
  chosen smallint;
  promised integer[] := array_fill(0, ARRAY[cardinality(lines)]);
  taken integer;
  source record;
  i integer;
BEGIN
  -- A hint without locks; what is reserved below is checked there.
  SELECT l.id INTO chosen FROM location l
  WHERE NOT EXISTS (
    SELECT FROM unnest(products, quantities) AS w (product, quantity)
    LEFT JOIN stock s ON s.product = w.product AND s.location = l.id
    WHERE coalesce(s.on_hand - s.committed, 0) < w.quantity)
  ORDER BY l.priority LIMIT 1;

  FOR i IN SELECT n FROM generate_subscripts(products, 1) n ORDER BY products[n]
  LOOP
    IF chosen IS NOT NULL THEN
      UPDATE stock SET committed = committed + quantities[i]
      WHERE product = products[i] AND location = chosen
        AND on_hand - committed >= quantities[i];
      IF FOUND THEN
        promised[i] := quantities[i];
        INSERT INTO fulfillment_line
        VALUES (wanted_order, chosen, lines[i], quantities[i]);
        CONTINUE;
      END IF;
    END IF;
    FOR attempt IN 1..2 LOOP
      FOR source IN
        SELECT s.location FROM stock s JOIN location l ON l.id = s.location
        WHERE s.product = products[i] AND s.on_hand > s.committed
        ORDER BY s.on_hand - s.committed >= quantities[i] DESC, l.priority
      LOOP
        EXIT WHEN promised[i] = quantities[i];
        SELECT least(on_hand - committed, quantities[i] - promised[i])
        INTO taken FROM stock
        WHERE product = products[i] AND location = source.location FOR UPDATE;
        CONTINUE WHEN taken <= 0;
        UPDATE stock SET committed = committed + taken
        WHERE product = products[i] AND location = source.location;
        promised[i] := promised[i] + taken;
        INSERT INTO fulfillment_line
        VALUES (wanted_order, source.location, lines[i], taken)
        ON CONFLICT (orders, location, line)
        DO UPDATE SET quantity = fulfillment_line.quantity + taken;
      END LOOP;
      EXIT WHEN promised[i] = quantities[i];
      -- What is missing will wait. A receipt that has not seen it yet would
      -- leave its units free, so receipts are kept out and stock is looked at
      -- once more.
      PERFORM FROM product WHERE id = products[i] FOR SHARE;
    END LOOP;
  END LOOP;
  RETURN promised;
END $$;

CREATE FUNCTION place_order(brand text, number text, channel text, customer text,
    country text, latitude double precision, longitude double precision,
    captured bigint, person text[], skus text[], quantities integer[],
    prices bigint[], by text)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  placed bigint;
  products integer[];
  lines smallint[] := ARRAY(SELECT generate_subscripts(skus, 1));
  promised integer[];
BEGIN
  PERFORM set_config('oms.by', by, true);
  products := ARRAY(
    SELECT p.id FROM unnest(skus) WITH ORDINALITY AS w (sku, n)
    JOIN product p ON p.sku = w.sku ORDER BY w.n);
  IF cardinality(products) <> cardinality(skus) THEN
    RAISE EXCEPTION 'order % names a SKU that is not there', number;
  END IF;
  INSERT INTO orders (brand, number, channel, customer, country, latitude,
                      longitude, captured, status)
  VALUES (brand, number, channel, customer, country, latitude, longitude,
          captured, 'paid')
  RETURNING id INTO placed;
  IF person IS NOT NULL THEN
    INSERT INTO person VALUES
      (placed, person[1], person[2], person[3], person[4], person[5]);
  END IF;
  promised := route(placed, lines, products, quantities);
  INSERT INTO order_line (orders, line, product, quantity, unit_price, allocated,
                          backordered)
  SELECT placed, w.line, w.product, w.quantity, w.price, w.promised,
         w.quantity - w.promised
  FROM unnest(lines, products, quantities, prices, promised)
    AS w (line, product, quantity, price, promised);
  UPDATE orders SET status = 'awaiting_fulfillment' WHERE id = placed;
  RETURN placed;
END $$;

-- Many orders in one call and one transaction.
CREATE FUNCTION place_orders(many jsonb, by text)
RETURNS bigint LANGUAGE sql AS $$
  SELECT count(place_order(o.brand, o.number, o.channel, o.customer, o.country,
                           o.latitude, o.longitude, o.captured, o.person, o.skus,
                           o.quantities, o.prices, by))
  FROM jsonb_to_recordset(many) AS o (brand text, number text, channel text,
    customer text, country text, latitude double precision,
    longitude double precision, captured bigint, person text[], skus text[],
    quantities integer[], prices bigint[]);
$$;

-- Serves the backorder queue first; the rest is free.
CREATE FUNCTION receive_stock(at_location text, of_sku text, units bigint,
    by text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  place smallint;
  item integer;
  free bigint;
  taken integer;
  waits record;
BEGIN
  PERFORM set_config('oms.by', by, true);
  SELECT id INTO place FROM location WHERE code = at_location;
  INSERT INTO product (sku) VALUES (of_sku) ON CONFLICT DO NOTHING;
  SELECT id INTO item FROM product WHERE sku = of_sku FOR UPDATE;
  INSERT INTO stock (product, location, on_hand) VALUES (item, place, units)
  ON CONFLICT (product, location)
  DO UPDATE SET on_hand = stock.on_hand + units
  RETURNING on_hand - committed INTO free;
  FOR waits IN
    SELECT orders, line, backordered FROM order_line
    WHERE product = item AND backordered > 0
    ORDER BY orders FOR UPDATE
  LOOP
    EXIT WHEN free = 0;
    taken := least(free, waits.backordered);
    UPDATE stock SET committed = committed + taken
    WHERE product = item AND location = place;
    INSERT INTO fulfillment_line
    VALUES (waits.orders, place, waits.line, taken)
    ON CONFLICT (orders, location, line)
    DO UPDATE SET quantity = fulfillment_line.quantity + taken;
    UPDATE order_line
    SET allocated = allocated + taken, backordered = backordered - taken
    WHERE orders = waits.orders AND line = waits.line;
    free := free - taken;
  END LOOP;
END $$;

-- Cancels units of one line and gives back what was promised.
CREATE FUNCTION cancel_units(of_brand text, of_number text, of_line smallint,
    units integer, by text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  found_order bigint;
  found order_line;
  given_back integer;
  place smallint;
BEGIN
  PERFORM set_config('oms.by', by, true);
  SELECT id INTO STRICT found_order FROM orders
  WHERE brand = of_brand AND number = of_number FOR UPDATE;
  SELECT * INTO STRICT found FROM order_line
  WHERE orders = found_order AND line = of_line FOR UPDATE;
  given_back := greatest(units - found.backordered, 0);
  IF given_back > 0 THEN
    SELECT location INTO STRICT place FROM fulfillment_line
    WHERE orders = found_order AND line = of_line AND quantity >= given_back
    LIMIT 1;
    UPDATE fulfillment_line SET quantity = quantity - given_back
    WHERE orders = found_order AND line = of_line AND location = place;
    UPDATE stock SET committed = committed - given_back
    WHERE product = found.product AND location = place;
  END IF;
  UPDATE order_line
  SET cancelled = cancelled + units, allocated = allocated - given_back,
      backordered = backordered - (units - given_back)
  WHERE orders = found_order AND line = of_line;
END $$;
