@0xa58cf81f30e6bbbf;
# Orders and what happens to them: the events of messages/events.hpp whose
# entity is an order, in its order.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("oms::schema");
using Json = import "/capnp/compat/json.capnp";

using import "ids.capnp".Coordinates;
using import "ids.capnp".LineUnits;
using import "ids.capnp".SkuQuantity;
using import "ids.capnp".SourceRef;
using import "network.capnp".PlaceKind;
using import "decision.capnp".RoutingDecision;

enum OrderStatus {
  pending @0;
  paymentProcessing @1 $Json.name("payment_processing");
  paid @2;
  awaitingFulfillment @3 $Json.name("awaiting_fulfillment");
  partiallyFulfilled @4 $Json.name("partially_fulfilled");
  fulfilled @5;
  delivered @6;
  refunded @7;
  cancelled @8;
}

enum ShippingPolicy {
  asAvailable @0;
  shipComplete @1;
}

enum RejectReason {
  outOfStock @0;
  mismatch @1;
  damaged @2;
  unable @3;
}

enum TrackingStatus {
  inTransit @0;
  outForDelivery @1;
  attempted @2;
  delayed @3;
  exception @4;
  delivered @5;
  lost @6;
  returned @7;
}

enum ReturnCondition {
  sellable @0;
  damaged @1;
}

# --- what an order consists of ----------------------------------------------

struct OrderLine {
  line @0 :Text;
  sku @1 :Text;
  units @2 :Int64;
  unitPrice @3 :Int64;
  discount @4 :Int64;
  tax @5 :Int64;
}

struct Prepayment {
  captured @0 :Int64;
  reference @1 :Text;
}

struct OrderBody {
  channel @0 :Text;
  hasPlacedAt @1 :Bool;
  placedAtUs @2 :Int64;
  currency @3 :Text;
  customer @4 :Text;
  shipTo :group {
    country @5 :Text;
    position @6 :Coordinates;
  }
  lines @7 :List(OrderLine);
  shipping :group {
    service @8 :Text;
    price @9 :Int64;
  }
  discount @10 :Int64;
  policy @11 :ShippingPolicy;
  priority @12 :Int64;
  reservation @13 :Text;
  payment @14 :Prepayment;
}

struct PersonalData {
  # What names a person: a record of its own, which can be erased.
  customerName @0 :Text;
  email @1 :Text;
  name @2 :Text;
  line1 @3 :Text;
  line2 @4 :Text;
  city @5 :Text;
  region @6 :Text;
  postalCode @7 :Text;
}

# --- placing and paying -----------------------------------------------------

struct OrderPlaced {
  body @0 :OrderBody;
  number @1 :UInt64;
  hasPersonal @2 :Bool;
  # A record of personal data was stored with it.
}

struct StatusChanged {
  from @0 :OrderStatus;
  to @1 :OrderStatus;
}

struct PaymentStarted {
  reference @0 :Text;
}

struct PaymentCaptured {
  captured @0 :Int64;
  reference @1 :Text;
}

struct PaymentFailed {
  reference @0 :Text;
  final @1 :Bool;
}

# --- planning ---------------------------------------------------------------

struct OrderPlanned {
  decision @0 :RoutingDecision;
  byCommand @1 :Bool;
}

struct AllocatedLine {
  line @0 :Text;
  sku @1 :Text;
  fromUnrouted @2 :Int64;
  fromBackordered @3 :Int64;
}

struct UnitsAllocated {
  source @0 :SourceRef;
  fulfillment @1 :Text;
  place @2 :PlaceKind;
  opened @3 :Bool;
  lines @4 :List(AllocatedLine);
}

struct GrantDeclined {
  source @0 :SourceRef;
  lines @1 :List(SkuQuantity);
}

struct UnitsBackordered {
  lines @0 :List(LineUnits);
}

struct UnitsUnfillable {
  lines @0 :List(LineUnits);
}

# --- fulfilling -------------------------------------------------------------

struct FulfillmentAccepted {
  fulfillment @0 :Text;
  source @1 :SourceRef;
}

struct UnitsPicked {
  fulfillment @0 :Text;
  source @1 :SourceRef;
  lines @2 :List(LineUnits);
  requestsStay @3 :Bool;
}

struct UnitsUnpicked {
  fulfillment @0 :Text;
  source @1 :SourceRef;
  lines @2 :List(LineUnits);
}

struct WorkUnits {
  line @0 :Text;
  sku @1 :Text;
  fromAllocated @2 :Int64;
  fromPicked @3 :Int64;
  requested @4 :Int64;
}

struct RejectedUnits {
  line @0 :Text;
  sku @1 :Text;
  fromAllocated @2 :Int64;
  fromPicked @3 :Int64;
  receipts @4 :UInt64;
  # Of the SKU at the source so far.
  requested @5 :Int64;
}

struct UnitsRejected {
  fulfillment @0 :Text;
  source @1 :SourceRef;
  reason @2 :RejectReason;
  shortPick @3 :Bool;
  lines @4 :List(RejectedUnits);
  text @5 :Text;
}

struct ShipmentShipped {
  shipment @0 :Text;
  fulfillment @1 :Text;
  source @2 :SourceRef;
  carrier @3 :Text;
  tracking @4 :Text;
  lines @5 :List(WorkUnits);
}

struct ShipmentTracked {
  shipment @0 :Text;
  news @1 :TrackingStatus;
}

# --- leaving a fulfillment --------------------------------------------------

struct FulfillmentUnits {
  fulfillment @0 :Text;
  source @1 :SourceRef;
  lines @2 :List(WorkUnits);
}

struct CancelledLine {
  line @0 :Text;
  sku @1 :Text;
  fromUnrouted @2 :Int64;
  fromBackordered @3 :Int64;
}

struct UnitsCancelled {
  lines @0 :List(CancelledLine);
  promised @1 :List(FulfillmentUnits);
  reason @2 :Text;
  note @3 :Text;
}

struct CancelRequested {
  fulfillment @0 :Text;
  source @1 :SourceRef;
  lines @2 :List(LineUnits);
  reason @3 :Text;
  note @4 :Text;
}

struct CancelAnswered {
  fulfillment @0 :Text;
  source @1 :SourceRef;
  agreed @2 :Bool;
}

struct UnitsTakenBack {
  promised @0 :List(FulfillmentUnits);
}

struct UnitsReleased {
  promised @0 :List(FulfillmentUnits);
}

# --- holds and notes --------------------------------------------------------

struct HoldPlaced {
  hold @0 :Text;
  reason @1 :Text;
}

struct HoldReleased {
  hold @0 :Text;
}

struct NoteAdded {
  text @0 :Text;
}

# --- refunds and returns ----------------------------------------------------

struct RefundRequested {
  refund @0 :Text;
  requested @1 :Int64;
  lines @2 :List(LineUnits);
  shipping @3 :Bool;
  reason @4 :Text;
}

struct RefundSettled {
  refund @0 :Text;
  succeeded @1 :Bool;
}

struct ReturnRequested {
  id @0 :Text;
  lines @1 :List(LineUnits);
  reason @2 :Text;
}

struct ReturnedUnits {
  line @0 :Text;
  sku @1 :Text;
  fromDelivered @2 :Int64;
  fromShipped @3 :Int64;
  condition @4 :ReturnCondition;
}

struct ReturnReceived {
  id @0 :Text;
  location @1 :SourceRef;
  lines @2 :List(ReturnedUnits);
}

struct ReturnDeclined {
  id @0 :Text;
}

# --- effects ----------------------------------------------------------------

struct NotificationRecorded {
  kind @0 :Text;
  subject @1 :Text;
  text @2 :Text;
}

struct AlertRaised {
  kind @0 :Text;
  subject @1 :Text;
  reason @2 :Text;
}

# --- statuses that events lead to, as the API shows them ----------------------

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
