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
  # For the whole line.
  tax @5 :Int64;
  # For the whole line.
}

struct Prepayment {
  # Money that was captured before the order reached the engine.
  captured @0 :Int64;
  reference @1 :Text;
}

struct OrderBody {
  channel @0 :Text;
  hasPlacedAt @1 :Bool;
  # If not, placedAtUs is 0 and means nothing. 1970-01-01 is a time, too.
  placedAtUs @2 :Int64;
  currency @3 :Text;
  # Three letters (ISO 4217).
  customer @4 :Text;
  # The id alone; the name is in PersonalData.
  shipTo :group {
    # As much of the address as routing needs.
    country @5 :Text;
    position @6 :Coordinates;
  }
  lines @7 :List(OrderLine);
  shipping :group {
    service @8 :Text;
    price @9 :Int64;
  }
  discount @10 :Int64;
  # For the whole order.
  policy @11 :ShippingPolicy;
  priority @12 :Int64;
  # Higher is served earlier in the backorder queue.
  reservation @13 :Text;
  # Kept; it has no effect yet.
  payment @14 :Prepayment;
}

struct PersonalData {
  # What identifies a person. Never part of an entry of the log, but a record
  # beside it, which can be erased.
  customerName @0 :Text;
  email @1 :Text;
  name @2 :Text;
  # From here on: the address.
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
  # The engine's count of accepted orders, from 1.
  hasPersonal @2 :Bool;
  # A record of personal data was stored with it. Logs from before this field
  # have records without it.
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
  # No further attempt will come.
}

# --- planning ---------------------------------------------------------------

struct OrderPlanned {
  decision @0 :RoutingDecision;
  byCommand @1 :Bool;
  # By the command `plan`: sources that were unable may be asked again.
}

struct AllocatedLine {
  # Units that come to a fulfillment, by the bucket that they leave.
  line @0 :Text;
  sku @1 :Text;
  fromUnrouted @2 :Int64;
  fromBackordered @3 :Int64;
}

struct UnitsAllocated {
  source @0 :SourceRef;
  fulfillment @1 :Text;
  place @2 :PlaceKind;
  # What the source was at that moment.
  opened @3 :Bool;
  # The fulfillment is new.
  lines @4 :List(AllocatedLine);
}

struct GrantDeclined {
  # Promised units that the order no longer needs and gives back.
  source @0 :SourceRef;
  lines @1 :List(SkuQuantity);
}

struct UnitsBackordered {
  lines @0 :List(LineUnits);
}

struct UnitsUnfillable {
  lines @0 :List(LineUnits);
  # The units that may not wait, in the place of what was said before.
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
  # Requests to cancel the units outlive the picking. False in logs from when
  # picking ended them.
}

struct UnitsUnpicked {
  fulfillment @0 :Text;
  source @1 :SourceRef;
  lines @2 :List(LineUnits);
}

struct WorkUnits {
  # Units that leave a fulfillment, by the bucket that they leave.
  line @0 :Text;
  sku @1 :Text;
  fromAllocated @2 :Int64;
  fromPicked @3 :Int64;
  requested @4 :Int64;
  # Of these, units whose cancellation the source was asked for. Always 0 in
  # older logs.
}

struct RejectedUnits {
  # As WorkUnits.
  line @0 :Text;
  sku @1 :Text;
  fromAllocated @2 :Int64;
  fromPicked @3 :Int64;
  receipts @4 :UInt64;
  # How often units of the SKU had come in at the source; once it is more often,
  # the source is asked again.
  requested @5 :Int64;
}

struct UnitsRejected {
  fulfillment @0 :Text;
  source @1 :SourceRef;
  reason @2 :RejectReason;
  shortPick @3 :Bool;
  # By the command `shortPick`: the units were missing on the shelf.
  lines @4 :List(RejectedUnits);
  text @5 :Text;
  # Why, in words.
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
  # Units that no source had promised, by the bucket that they leave.
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
  # A third party has accepted the units and is asked to release them.
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
  # The units are cancelled; otherwise they stay.
}

struct UnitsTakenBack {
  # The source has revoked them.
  promised @0 :List(FulfillmentUnits);
}

struct UnitsReleased {
  # The order has given them back, to be planned again.
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
  # Without lines and shipping, a refund of a stated amount.
  refund @0 :Text;
  # "1", "2" and so on, in the order.
  requested @1 :Int64;
  # The amount.
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
  # Units that came back, by the bucket that they leave.
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
  # "order.placed" and so on; docs/DOMAIN.md has all.
  subject @1 :Text;
  # What it is about within the order. Each kind and subject comes once.
  text @2 :Text;
}

struct AlertRaised {
  kind @0 :Text;
  subject @1 :Text;
  reason @2 :Text;
}

# --- statuses that events lead to; no event has them, the API shows them ------

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
