@0xcc101c58584deda9;
# What happens at locations, suppliers and in the catalogue: the events of
# messages/events.hpp whose entity is not an order, in its order.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("oms::schema");

using import "ids.capnp".LineUnits;
using import "ids.capnp".OrderKey;
using import "ids.capnp".SkuQuantity;
using import "network.capnp".LocationSettings;
using import "network.capnp".ProductSettings;
using import "network.capnp".RoutingRules;
using import "network.capnp".SupplierSettings;
using import "order.capnp".RejectReason;

struct LocationDefined {
  settings @0 :LocationSettings;
}

struct SupplierDefined {
  settings @0 :SupplierSettings;
}

struct StockReceived {
  sku @0 :Text;
  units @1 :Int64;
  reference @2 :Text;
}

struct StockAdjusted {
  sku @0 :Text;
  delta @1 :Int64;
  reason @2 :Text;
}

struct StockCounted {
  sku @0 :Text;
  was @1 :Int64;
  onHand @2 :Int64;
}

struct SafetyStockSet {
  sku @0 :Text;
  units @1 :Int64;
}

struct StockOffered {
  sku @0 :Text;
  units @1 :Int64;
}

struct OfferSettled {
  sku @0 :Text;
  units @1 :Int64;
}

struct StockCommitted {
  order @0 :OrderKey;
  lines @1 :List(LineUnits);
  opens @2 :Bool;
  round @3 :UInt64;
  # 0: the waiting line.
}

struct StockDecommitted {
  order @0 :OrderKey;
  lines @1 :List(SkuQuantity);
}

struct StockAccepted {
  order @0 :OrderKey;
}

struct StockPicked {
  order @0 :OrderKey;
  lines @1 :List(SkuQuantity);
}

struct ShippedStock {
  sku @0 :Text;
  units @1 :Int64;
  picked @2 :Int64;
  countedOut @3 :Int64;
}

struct StockShipped {
  order @0 :OrderKey;
  lines @1 :List(ShippedStock);
}

struct RejectedStock {
  sku @0 :Text;
  units @1 :Int64;
  picked @2 :Int64;
  writtenOff @3 :Int64;
  damaged @4 :Int64;
}

struct StockRejected {
  order @0 :OrderKey;
  reason @1 :RejectReason;
  lines @2 :List(RejectedStock);
}

struct StockTakenBack {
  order @0 :OrderKey;
  sku @1 :Text;
  units @2 :Int64;
  picked @3 :Int64;
}

struct RestockedLine {
  sku @0 :Text;
  sellable @1 :Int64;
  damaged @2 :Int64;
}

struct StockRestocked {
  order @0 :OrderKey;
  lines @1 :List(RestockedLine);
}

struct ProductDefined {
  settings @0 :ProductSettings;
}

struct RoutingSet {
  rules @0 :RoutingRules;
  version @1 :UInt64;
}
