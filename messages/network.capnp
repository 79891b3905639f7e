@0x829404b4e63f869b;
# The network as its owners set it up, as in messages/network.hpp.

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
  name @2 :Text;
  country @3 :Text;
  position @4 :Coordinates;
  active @5 :Bool;
  priority @6 :Int64;
  shipmentCost @7 :Int64;
  unitCost @8 :Int64;
  costPerKm @9 :Int64;
  handlingDays @10 :Int32;
  dailyCapacity @11 :Int64;
  # 0: no limit.
  brands @12 :List(Text);
  countries @13 :List(Text);
}

struct SupplierProduct {
  sku @0 :Text;
  isLimited @1 :Bool;
  available @2 :Int64;
  # Only when it is limited.
  unitCost @3 :Int64;
  leadTimeDays @4 :Int32;
}

struct SupplierSettings {
  id @0 :Text;
  name @1 :Text;
  priority @2 :Int64;
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
  # 0: no limit.
  hasRestockDate @4 :Bool;
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
  tiers @1 :List(List(PlaceKind));
  objectives @2 :List(Objective);
  splitLines @3 :Bool;
  maxShipments @4 :Int64;
  # 0: no limit.
  stuckAfterS @5 :Int64;
}
