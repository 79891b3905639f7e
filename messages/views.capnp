@0xe7be00f4db2efb22;
# Views: what a reader of the engine gets to see, as in messages/views.hpp.
#
# A view is one message in one segment, without a segment table. Views travel
# and are never stored: only an order's view holds personal data.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("oms::schema");

using import "ids.capnp".LineUnits;
using import "ids.capnp".OrderKey;
using import "ids.capnp".SourceRef;
using import "order.capnp".OrderBody;
using import "order.capnp".OrderLine;
using import "order.capnp".OrderStatus;
using import "order.capnp".PersonalData;
using import "order.capnp".ReturnedUnits;
using import "order.capnp".TrackingStatus;
using import "snapshots.capnp".LineBuckets;
using import "snapshots.capnp".RefundStatus;
using import "snapshots.capnp".ReturnStatus;
using import "snapshots.capnp".ShipmentStatus;

enum PaymentStatus {
  none @0;
  processing @1;
  captured @2;
  partiallyRefunded @3;
  refunded @4;
  failed @5;
}

enum FulfillmentStatus {
  open @0;
  onHold @1;
  inProgress @2;
  incomplete @3;
  closed @4;
  cancelled @5;
}

# --- an order ---------------------------------------------------------------

struct LineView {
  line @0 :OrderLine;
  buckets @1 :LineBuckets;
  unfillable @2 :Int64;
}

struct FulfillmentLineView {
  line @0 :Text;
  sku @1 :Text;
  units @2 :Int64;
  picked @3 :Int64;
  shipped @4 :Int64;
  cancelRequested @5 :Int64;
}

struct FulfillmentView {
  id @0 :Text;
  source @1 :SourceRef;
  status @2 :FulfillmentStatus;
  lines @3 :List(FulfillmentLineView);
  hasExpectedDelivery @4 :Bool;
  expectedDeliveryUs @5 :Int64;
}

struct ShipmentView {
  id @0 :Text;
  fulfillment @1 :Text;
  carrier @2 :Text;
  tracking @3 :Text;
  status @4 :ShipmentStatus;
  hasNews @5 :Bool;
  news @6 :TrackingStatus;
  lines @7 :List(LineUnits);
}

struct RefundView {
  id @0 :Text;
  requested @1 :Int64;
  status @2 :RefundStatus;
  reason @3 :Text;
}

struct ReturnView {
  id @0 :Text;
  status @1 :ReturnStatus;
  lines @2 :List(LineUnits);
  received @3 :List(ReturnedUnits);
}

struct HoldView {
  id @0 :Text;
  reason @1 :Text;
}

struct QueueView {
  line @0 :Text;
  sku @1 :Text;
  position @2 :Int64;
  # From 1.
  hasExpected @3 :Bool;
  expectedUs @4 :Int64;
}

struct OrderView {
  key @0 :OrderKey;
  body @1 :OrderBody;
  personal @2 :PersonalData;
  placedAtUs @3 :Int64;
  number @4 :UInt64;
  status @5 :OrderStatus;
  payment @6 :PaymentStatus;
  captured @7 :Int64;
  refunded @8 :Int64;
  refundRequested @9 :Int64;
  total @10 :Int64;
  version @11 :UInt64;
  lines @12 :List(LineView);
  fulfillments @13 :List(FulfillmentView);
  shipments @14 :List(ShipmentView);
  refunds @15 :List(RefundView);
  returns @16 :List(ReturnView);
  holds @17 :List(HoldView);
  queue @18 :List(QueueView);
}

# --- stock and waiting lines ------------------------------------------------

struct StockView {
  location @0 :Text;
  sku @1 :Text;
  onHand @2 :Int64;
  available @3 :Int64;
  reserved @4 :Int64;
  committed @5 :Int64;
  safetyStock @6 :Int64;
  damaged @7 :Int64;
  onOffer @8 :Int64;
  version @9 :UInt64;
  received @10 :Int64;
  adjusted @11 :Int64;
  shipped @12 :Int64;
}

struct SupplierStockView {
  supplier @0 :Text;
  sku @1 :Text;
  isLimited @2 :Bool;
  available @3 :Int64;
  # Only when it is limited.
  committed @4 :Int64;
}

struct WaitingView {
  order @0 :OrderKey;
  line @1 :Text;
  units @2 :Int64;
  priority @3 :Int64;
  placedAtUs @4 :Int64;
}

# --- the engine -------------------------------------------------------------

struct OrdersOfStatus {
  status @0 :OrderStatus;
  orders @1 :UInt64;
}

struct EngineStats {
  last @0 :UInt64;
  orders @1 :UInt64;
  ordersByStatus @2 :List(OrdersOfStatus);
  # Each status once, rising.
  commands @3 :UInt64;
  refused @4 :UInt64;
  logEntries @5 :UInt64;
  storeBytes @6 :UInt64;
  ordersAwake @7 :UInt64;
  storageOk @8 :Bool;
}

struct Violation {
  law @0 :Int32;
  where @1 :Text;
  what @2 :Text;
}

# --- any of them ------------------------------------------------------------

struct View {
  # Says itself what it shows, so that one is never read as another.
  union {
    order @0 :OrderView;
    stock @1 :StockView;
    supplierStock @2 :SupplierStockView;
    waiting @3 :WaitingView;
    stats @4 :EngineStats;
    violation @5 :Violation;
  }
}
