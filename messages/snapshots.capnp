@0xd9fc89bb72d17692;
# Snapshots: the state of one entity at one point of the log, as in
# messages/order_state.hpp and messages/source_state.hpp.
#
# A snapshot is one message in one segment, without a segment table. What has
# no order of its own (stock, promises, references) is sorted by its key, so
# that equal states are equal bytes.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("oms::schema");

using import "ids.capnp".LineUnits;
using import "ids.capnp".OrderKey;
using import "ids.capnp".SourceRef;
using import "network.capnp".LocationSettings;
using import "network.capnp".PlaceKind;
using import "network.capnp".SupplierSettings;
using import "order.capnp".OrderBody;
using import "order.capnp".OrderLine;
using import "order.capnp".OrderStatus;
using import "order.capnp".ReturnedUnits;
using import "order.capnp".TrackingStatus;

enum ShipmentStatus {
  shipped @0;
  delivered @1;
  returned @2;
  lost @3;
}

enum RefundStatus {
  requested @0;
  succeeded @1;
  failed @2;
}

enum ReturnStatus {
  requested @0;
  received @1;
  closed @2;
  declined @3;
  cancelled @4;
}

# --- an order ---------------------------------------------------------------

struct LineBuckets {
  unrouted @0 :Int64;
  backordered @1 :Int64;
  allocated @2 :Int64;
  picked @3 :Int64;
  shipped @4 :Int64;
  delivered @5 :Int64;
  returned @6 :Int64;
  lost @7 :Int64;
  cancelled @8 :Int64;
}

struct OrderLineState {
  ordered @0 :OrderLine;
  buckets @1 :LineBuckets;
  unfillable @2 :Int64;
  refundedUnits @3 :Int64;
  inReturn @4 :Int64;
}

struct FulfillmentLine {
  line @0 :UInt32;
  # Index into the order's lines.
  allocated @1 :Int64;
  picked @2 :Int64;
  shipped @3 :Int64;
  cancelled @4 :Int64;
  movedAway @5 :Int64;
  cancelRequested @6 :Int64;
}

struct Fulfillment {
  id @0 :Text;
  source @1 :SourceRef;
  place @2 :PlaceKind;
  accepted @3 :Bool;
  cancelReason @4 :Text;
  cancelNote @5 :Text;
  lines @6 :List(FulfillmentLine);
}

struct ShipmentLine {
  line @0 :UInt32;
  # Index into the order's lines.
  units @1 :Int64;
  ended @2 :Int64;
}

struct Shipment {
  id @0 :Text;
  fulfillment @1 :Text;
  source @2 :SourceRef;
  carrier @3 :Text;
  tracking @4 :Text;
  status @5 :ShipmentStatus;
  hasNews @6 :Bool;
  news @7 :TrackingStatus;
  lines @8 :List(ShipmentLine);
  tookAll @9 :Bool;
}

struct Refund {
  id @0 :Text;
  requested @1 :Int64;
  status @2 :RefundStatus;
  reason @3 :Text;
  lines @4 :List(LineUnits);
  shipping @5 :Bool;
  excess @6 :Int64;
}

struct OrderReturn {
  id @0 :Text;
  status @1 :ReturnStatus;
  lines @2 :List(LineUnits);
  received @3 :List(ReturnedUnits);
}

struct OrderHold {
  id @0 :Text;
  reason @1 :Text;
}

struct Rejection {
  source @0 :SourceRef;
  sku @1 :Text;
  receipts @2 :UInt64;
}

struct OrderState {
  key @0 :OrderKey;
  body @1 :OrderBody;
  placedAtUs @2 :Int64;
  number @3 :UInt64;
  status @4 :OrderStatus;
  statusSinceUs @5 :Int64;
  paymentStarted @6 :Bool;
  paymentFailedFinally @7 :Bool;
  splitTold @8 :Bool;
  stuckAlerts @9 :Int64;
  captured @10 :Int64;
  refunded @11 :Int64;
  refundRequested @12 :Int64;
  version @13 :UInt64;
  paymentReferences @14 :List(Text);
  lines @15 :List(OrderLineState);
  fulfillments @16 :List(Fulfillment);
  shipments @17 :List(Shipment);
  refunds @18 :List(Refund);
  returns @19 :List(OrderReturn);
  holds @20 :List(OrderHold);
  rejections @21 :List(Rejection);
  personalDataErased @22 :Bool;
  failedReferences @23 :List(Text);
  unable @24 :List(SourceRef);
  hasPersonal @25 :Bool;
}

# --- a source ---------------------------------------------------------------

struct StockItem {
  sku @0 :Text;
  onHand @1 :Int64;
  reserved @2 :Int64;
  onOffer @3 :Int64;
  committed @4 :Int64;
  damaged @5 :Int64;
  safetySetting @6 :Int64;
  withoutLimit @7 :Bool;
  received @8 :Int64;
  adjusted @9 :Int64;
  shipped @10 :Int64;
  receipts @11 :UInt64;
  version @12 :UInt64;
  revoking @13 :Int64;
}

struct PromisedUnits {
  sku @0 :Text;
  committed @1 :Int64;
  picked @2 :Int64;
  since @3 :UInt64;
}

struct Promise {
  order @0 :OrderKey;
  joinable @1 :Bool;
  units @2 :List(PromisedUnits);
}

struct UnheardPromises {
  # Taken back, and the order has yet to hear of it.
  order @0 :OrderKey;
  promises @1 :Int64;
}

struct CountedReceipt {
  reference @0 :Text;
  sku @1 :Text;
}

struct SourceState {
  self @0 :SourceRef;
  defined @1 :Bool;
  settings @2 :LocationSettings;
  supplier @3 :SupplierSettings;
  version @4 :UInt64;
  stock @5 :List(StockItem);
  # By SKU.
  promises @6 :List(Promise);
  # By order.
  unheard @7 :List(UnheardPromises);
  # By order.
  references @8 :List(CountedReceipt);
  # By reference and SKU.
  capacityDay @9 :Int64;
  # Days since 1970-01-01, UTC.
  opened @10 :Int64;
}

# --- either -----------------------------------------------------------------

struct Snapshot {
  # Says itself whose state it is, so that one is never read as another.
  union {
    order @0 :OrderState;
    source @1 :SourceState;
  }
}
