@0x829404b4e63f869b;
# The network as its owners set it up, as in messages/network.hpp. Costs are
# minor units of a currency that is not stated.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("oms::schema");

using import "ids.capnp".Coordinates;

enum PlaceKind {
  warehouse @0;
  store @1;
  threePl @2;
  dropship @3;
}

struct LocationSettings {
  id @0 :Text;
  kind @1 :PlaceKind;
  # Not dropship, except where a supplier's settings were translated.
  name @2 :Text;
  country @3 :Text;
  position @4 :Coordinates;
  # None: it is not known.
  active @5 :Bool;
  # If not, it keeps its stock and offers nothing.
  priority @6 :Int64;
  # Lower is preferred.
  shipmentCost @7 :Int64;
  unitCost @8 :Int64;
  costPerKm @9 :Int64;
  handlingDays @10 :Int32;
  dailyCapacity @11 :Int64;
  # New fulfillments per UTC day; 0: no limit.
  brands @12 :List(Text);
  countries @13 :List(Text);
  # What it serves; an empty list excludes none.
}

struct SupplierProduct {
  sku @0 :Text;
  isLimited @1 :Bool;
  # If not, the supplier gives as many as are asked for.
  available @2 :Int64;
  # Units on offer; 0 if it is not limited.
  unitCost @3 :Int64;
  leadTimeDays @4 :Int32;
}

struct SupplierSettings {
  id @0 :Text;
  name @1 :Text;
  priority @2 :Int64;
  # Lower is preferred.
  active @3 :Bool;
  shipmentCost @4 :Int64;
  brands @5 :List(Text);
  countries @6 :List(Text);
  products @7 :List(SupplierProduct);
}

struct ProductSettings {
  sku @0 :Text;
  name @1 :Text;
  backorderable @2 :Bool;
  backorderLimit @3 :Int64;
  # Units over all orders; 0: no limit.
  hasRestockDate @4 :Bool;
  # If not, restockDateUs is 0 and means nothing.
  restockDateUs @5 :Int64;
}

enum Objective {
  fewestShipments @0;
  lowestCost @1;
  nearest @2;
  priority @3;
  balanceStock @4;
}

struct RoutingRules {
  brand @0 :Text;
  # Empty: the rules of all brands that have none of their own.
  tiers @1 :List(List(PlaceKind));
  # Asked in this order.
  objectives @2 :List(Objective);
  # The first that two plans differ in decides.
  splitLines @3 :Bool;
  # Several sources may share the units of one line.
  maxShipments @4 :Int64;
  # Sources of one order; 0: no limit.
  stuckAfterS @5 :Int64;
  # Seconds; 0: never. Logs from before there was a limit of 100 years may have
  # any number.
}
