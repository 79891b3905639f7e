-- The engine's work on PostgreSQL, as carefully as its author could: orders are
-- placed, routed, reserved, split, backordered, served by receipts and cancelled
-- in part, each by one function call, and triggers record every change.
--
-- What keeps it fast: narrow rows, integer keys, stock rows with room for HOT
-- updates, no foreign key checks on the way of an order, statement-level
-- triggers with transition tables, and stock rows that are locked in the order
-- of (product, location), so that deadlocks are rare with one order a call, and
-- there are none with many.

CREATE TABLE location (
  id smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code text NOT NULL UNIQUE,
  priority integer NOT NULL,
  latitude double precision NOT NULL,
  longitude double precision NOT NULL
);
-- So that the search for a location ends with the first that has everything.
CREATE INDEX location_by_priority ON location (priority, id);

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

-- Of the orders of a call, those that the location chosen for each still serves
-- in full when it serves those before it too, with that location; null for the
-- others. Two lines of an order may be of the same product.
CREATE FUNCTION served_in_full(at_location smallint[], of_order integer[],
    products integer[], quantities integer[])
RETURNS smallint[] LANGUAGE sql STABLE AS $$
  SELECT array_agg(CASE WHEN fits THEN location END ORDER BY n)
  FROM (
    SELECT w.n, w.location,
           bool_and(w.location IS NOT NULL
                    AND w.up_to_here <= s.on_hand - s.committed) AS fits
    FROM (
      SELECT n, product, at_location[n] AS location,
             sum(quantity) OVER (PARTITION BY product, at_location[n]
                                 ORDER BY n) AS up_to_here
      FROM unnest(of_order, products, quantities) AS w (n, product, quantity)
    ) AS w
    LEFT JOIN stock s ON s.product = w.product AND s.location = w.location
    GROUP BY w.n, w.location
  ) AS orders_of_call;
$$;

-- Many orders in one transaction, as a set. All rows that it may change are
-- locked first, products before stock and each in the order of its key, so calls
-- wait for each other and never in a circle:
--
-- - of an order that one location can serve, its stock there;
-- - of any other order, and of all with `lock_everything`, the stock of its
--   products at all locations, and the products themselves, because what is
--   missing will wait.
--
-- What can be served is chosen before it is locked. If another call was quicker,
-- this fails with OM001, which gives back the locks.
CREATE FUNCTION place_set(many jsonb, lock_everything boolean)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  -- By line, in the order of the orders.
  of_order integer[];
  lines smallint[];
  products integer[];
  quantities integer[];
  prices bigint[];
  promised integer[];
  -- By order.
  at_location smallint[];
  still_at smallint[];
  placed bigint[];
  first_line integer;
  last_line integer;
  n integer;
BEGIN
  SELECT array_agg(w.n), array_agg(w.line), array_agg(w.product),
         array_agg(w.quantity), array_agg(w.price)
  INTO of_order, lines, products, quantities, prices
  FROM (
    SELECT o.n::integer, l.line::smallint, p.id AS product, l.quantity, l.price
    FROM ROWS FROM (jsonb_to_recordset(many)
           AS (skus text[], quantities integer[], prices bigint[]))
           WITH ORDINALITY AS o (skus, quantities, prices, n)
    CROSS JOIN LATERAL unnest(o.skus, o.quantities, o.prices)
           WITH ORDINALITY AS l (sku, quantity, price, line)
    LEFT JOIN product p ON p.sku = l.sku
    ORDER BY o.n, l.line
  ) AS w;
  IF array_position(products, NULL) IS NOT NULL THEN
    RAISE EXCEPTION 'an order names a SKU that is not there';
  END IF;

  at_location := ARRAY(
    SELECT (SELECT l.id FROM location l
            WHERE NOT EXISTS (
              SELECT FROM unnest(w.products, w.quantities) AS u (product, quantity)
              LEFT JOIN stock s ON s.product = u.product AND s.location = l.id
              WHERE coalesce(s.on_hand - s.committed, 0) < u.quantity)
            ORDER BY l.priority LIMIT 1)
    FROM (SELECT u.n, array_agg(u.product) AS products,
                 array_agg(u.quantity) AS quantities
          FROM unnest(of_order, products, quantities) AS u (n, product, quantity)
          GROUP BY u.n) AS w
    ORDER BY w.n);
  at_location := served_in_full(at_location, of_order, products, quantities);

  PERFORM FROM product
  WHERE id IN (
    SELECT w.product FROM unnest(of_order, products) AS w (n, product)
    WHERE lock_everything OR at_location[w.n] IS NULL)
  ORDER BY id FOR SHARE;
  PERFORM FROM stock s
  JOIN (
    SELECT w.product, at_location[w.n] AS location
    FROM unnest(of_order, products) AS w (n, product)
    WHERE NOT lock_everything AND at_location[w.n] IS NOT NULL
    UNION
    SELECT w.product, l.id
    FROM unnest(of_order, products) AS w (n, product) CROSS JOIN location l
    WHERE lock_everything OR at_location[w.n] IS NULL
  ) AS k ON s.product = k.product AND s.location = k.location
  ORDER BY s.product, s.location FOR UPDATE OF s;

  still_at := served_in_full(at_location, of_order, products, quantities);
  IF still_at IS DISTINCT FROM at_location AND NOT lock_everything THEN
    RAISE EXCEPTION 'another call was quicker' USING ERRCODE = 'OM001';
  END IF;

  -- Numbered under the locks, so that orders wait in the order of the calls.
  placed := ARRAY(
    SELECT nextval('orders_id_seq') FROM generate_series(1, cardinality(still_at)));
  INSERT INTO orders (id, brand, number, channel, customer, country, latitude,
                      longitude, captured, status)
  OVERRIDING SYSTEM VALUE
  SELECT placed[o.n], o.brand, o.number, o.channel, o.customer, o.country,
         o.latitude, o.longitude, o.captured, 'paid'
  FROM ROWS FROM (jsonb_to_recordset(many)
         AS (brand text, number text, channel text, customer text, country text,
             latitude double precision, longitude double precision,
             captured bigint))
         WITH ORDINALITY AS o (brand, number, channel, customer, country,
                               latitude, longitude, captured, n);
  INSERT INTO person
  SELECT placed[o.n], o.person[1], o.person[2], o.person[3], o.person[4],
         o.person[5]
  FROM ROWS FROM (jsonb_to_recordset(many) AS (person text[]))
         WITH ORDINALITY AS o (person, n)
  WHERE o.person IS NOT NULL;

  UPDATE stock s SET committed = s.committed + taken.units
  FROM (
    SELECT w.product, still_at[w.n] AS location, sum(w.quantity) AS units
    FROM unnest(of_order, products, quantities) AS w (n, product, quantity)
    WHERE still_at[w.n] IS NOT NULL
    GROUP BY w.product, still_at[w.n]
  ) AS taken
  WHERE s.product = taken.product AND s.location = taken.location;
  INSERT INTO fulfillment_line
  SELECT placed[w.n], still_at[w.n], w.line, w.quantity
  FROM unnest(of_order, lines, quantities) AS w (n, line, quantity)
  WHERE still_at[w.n] IS NOT NULL;

  -- The others one by one: from several locations, or partly not at all.
  promised := quantities;
  FOR n IN 1..cardinality(still_at) LOOP
    CONTINUE WHEN still_at[n] IS NOT NULL;
    first_line := array_position(of_order, n);
    last_line := first_line - 1
      + cardinality(array_positions(of_order, n));
    promised[first_line:last_line] := route(
      placed[n], lines[first_line:last_line], products[first_line:last_line],
      quantities[first_line:last_line]);
  END LOOP;

  INSERT INTO order_line (orders, line, product, quantity, unit_price, allocated,
                          backordered)
  SELECT placed[w.n], w.line, w.product, w.quantity, w.price, w.promised,
         w.quantity - w.promised
  FROM unnest(of_order, lines, products, quantities, prices, promised)
    AS w (n, line, product, quantity, price, promised);
  UPDATE orders SET status = 'awaiting_fulfillment' WHERE id = ANY (placed);
  RETURN cardinality(placed);
END $$;

-- A call that another one overtook begins again with nothing locked, and then
-- locks all that it might need, so it comes at most twice.
CREATE FUNCTION place_orders(many jsonb, by text)
RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('oms.by', by, true);
  BEGIN
    RETURN place_set(many, false);
  EXCEPTION WHEN SQLSTATE 'OM001' THEN
    NULL;
  END;
  RETURN place_set(many, true);
END $$;

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
