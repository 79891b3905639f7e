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
  # Counts once per SKU; an empty one always counts.
}

struct StockAdjusted {
  sku @0 :Text;
  delta @1 :Int64;
  # Below 0 for fewer.
  reason @2 :Text;
}

struct StockCounted {
  sku @0 :Text;
  was @1 :Int64;
  # On hand before.
  onHand @2 :Int64;
}

struct SafetyStockSet {
  sku @0 :Text;
  units @1 :Int64;
  # The setting.
}

struct StockOffered {
  sku @0 :Text;
  units @1 :Int64;
  # Held back from now on, beyond what was held back before.
}

struct OfferSettled {
  sku @0 :Text;
  units @1 :Int64;
  # Held back no longer.
}

struct StockCommitted {
  order @0 :OrderKey;
  lines @1 :List(LineUnits);
  # The line is named if the backorder queue chose it.
  opens @2 :Bool;
  # It opens a fulfillment, which counts for the daily capacity.
  round @3 :UInt64;
  # The order's round of planning that it answers; 0: the backorder queue asked.
}

struct StockDecommitted {
  # Without lines: the order has heard of one StockTakenBack.
  order @0 :OrderKey;
  lines @1 :List(SkuQuantity);
}

struct StockAccepted {
  order @0 :OrderKey;
}

struct StockPicked {
  order @0 :OrderKey;
  lines @1 :List(SkuQuantity);
  # Below 0: put back.
}

struct ShippedStock {
  sku @0 :Text;
  units @1 :Int64;
  picked @2 :Int64;
  # Of these, units that were picked.
  countedOut @3 :Int64;
  # Of these, units that a count had already found gone.
}

struct StockShipped {
  order @0 :OrderKey;
  lines @1 :List(ShippedStock);
}

struct RejectedStock {
  sku @0 :Text;
  units @1 :Int64;
  # Units that were still promised.
  picked @2 :Int64;
  # Units that the order says it had picked.
  writtenOff @3 :Int64;
  # Units that leave the stock; may be more than `units`, with what was still
  # available.
  damaged @4 :Int64;
  # Units that stay on hand, as damaged.
}

struct StockRejected {
  order @0 :OrderKey;
  reason @1 :RejectReason;
  lines @2 :List(RejectedStock);
}

struct StockTakenBack {
  # Promised units that the source has revoked.
  order @0 :OrderKey;
  sku @1 :Text;
  units @2 :Int64;
  picked @3 :Int64;
  # Of these, units that were picked.
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
  # The count of RoutingSet of this brand, from 1.
}
