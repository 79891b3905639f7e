@0xc3a5e81f7d40b296;
# The API over Cap'n Proto RPC: what callers send to the engine and what it
# shows. Quantities are whole units, money is minor units of the order's
# currency. What is left out has the default given here. Limits are those of
# the same fields over HTTP: see /openapi.json.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("oms::api");
using Json = import "/capnp/compat/json.capnp";
using import "shape.capnp".Degrees;
using import "shape.capnp".Time;
using import "shape.capnp".Whole;
using import "/messages/words.capnp".SourceKind;
using import "/messages/words.capnp".Objective;
using import "/messages/words.capnp".PlaceKind;
using import "/messages/words.capnp".OrderStatus;
using import "/messages/words.capnp".RejectReason;
using import "/messages/words.capnp".ReturnCondition;
using import "/messages/words.capnp".ShippingPolicy;
using import "/messages/words.capnp".TrackingStatus;
using import "/messages/words.capnp".RefundStatus;
using import "/messages/words.capnp".ReturnStatus;
using import "/messages/words.capnp".ShipmentStatus;
using import "/messages/words.capnp".CandidateOutcome;


# --- orders as they are sent ------------------------------------------------

struct Customer {
  id @0 :Text;
  name @1 :Text;
  email @2 :Text;
}

struct ShipTo {
  name @0 :Text;
  line1 @1 :Text;
  line2 @2 :Text;
  city @3 :Text;
  region @4 :Text;
  postalCode @5 :Text;
  country @6 :Text;
  # As locations and suppliers name their countries, e.g. DE.
  latitude @7 :Degrees;
  longitude @8 :Degrees;
}

struct OrderLine {
  line @0 :Text;
  # Unique in the order.
  sku @1 :Text;
  quantity @2 :Int64;
  unitPrice @3 :Int64;
  discount @4 :Int64;
  # Of the whole line.
  tax @5 :Int64;
  # Of the whole line.
}

struct Shipping {
  service @0 :Text;
  price @1 :Int64;
}

struct Prepayment {
  captured @0 :Int64;
  reference @1 :Text;
}

struct Order {
  id @0 :Text;
  # Unique per brand.
  brand @1 :Text;
  channel @2 :Text;
  placedAt @3 :Time;
  # Left out: the time at which it is accepted.
  currency @4 :Text = "USD";
  # ISO 4217.
  customer @5 :Customer;
  shipTo @6 :ShipTo;
  lines @7 :List(OrderLine);
  shipping @8 :Shipping;
  discount @9 :Int64;
  # Spread over the lines by their net.
  policy @10 :ShippingPolicy;
  priority @11 :Int64;
  # Higher is served earlier in the backorder queue.
  reservation @12 :Text;
  payment @13 :Prepayment;
  # Money that was captured elsewhere: the order is placed and paid in one
  # step.
}

# --- what may happen to an order --------------------------------------------

enum PaymentEvent {
  started @0;
  captured @1;
  failed @2;
}

struct Payment {
  event @0 :PaymentEvent;
  amount @1 :Whole;
  # For captured; left out: all that is due.
  reference @2 :Text;
  final @3 :Bool;
  # For failed: no further attempt will come.
}

struct LineChoice {
  line @0 :Text;
  quantity @1 :Int64;
}

struct Cancellation {
  lines @0 :List(LineChoice);
  # Left out: everything that can be cancelled. An empty list is invalid, here
  # and in every command.
  reason @1 :Text;
  note @2 :Text;
}

struct Hold {
  hold @0 :Text;
  # The caller's id of the hold.
  reason @1 :Text;
}

struct Note {
  text @0 :Text;
}

struct Plan {
  preview @0 :Bool;
  # Answer with the plan, and change nothing.
}

struct RefundRequest {
  # Names exactly one of lines, shipping and an amount; an amount needs a
  # reason.
  lines @0 :List(LineChoice);
  shipping @1 :Bool;
  amount @2 :Whole;
  reason @3 :Text;
}

struct Settlement {
  succeeded @0 :Bool = true;
}

struct ReturnRequest {
  return @0 :Text;
  # The caller's id of the return.
  lines @1 :List(LineChoice);
  # Left out: everything that can be returned.
  reason @2 :Text;
}

struct ReturnedLine {
  line @0 :Text;
  quantity @1 :Int64;
  condition @2 :ReturnCondition;
}

struct ReturnReceipt {
  location @0 :Text;
  lines @1 :List(ReturnedLine);
  # Left out: everything that the return still expects, as sellable.
}

struct ReturnDecision {
  # Accepting a return changes nothing: returns are taken in as they come.
  accepted @0 :Bool;
}

# --- what the place that ships says -----------------------------------------

struct WorkLine {
  line @0 :Text;
  # By line or by SKU; with both, the line must be of that SKU.
  sku @1 :Text;
  quantity @2 :Int64;
}

struct Acceptance {}

struct Pick {
  lines @0 :List(WorkLine);
  # Left out: everything that is there.
}

enum RejectionReason {
  # Not messages/words.capnp's RejectReason, since a reason that was left out
  # must differ from every reason. Its numbers are not those on disk.
  none @0;
  mismatch @1;
  damaged @2;
  outOfStock @3;
  unable @4;
}

struct Rejection {
  lines @0 :List(WorkLine);
  # Left out: everything that is there.
  reason @1 :RejectionReason;
  # outOfStock writes off what is available too, mismatch the rejected units;
  # damaged keeps them as damaged; unable changes no stock.
  text @2 :Text;
  # Why, in words; required with unable.
}

struct ShortPick {
  lines @0 :List(WorkLine);
  # Left out: everything that is there.
  reason @1 :RejectReason = mismatch;
  # Always mismatch.
  text @2 :Text;
}

struct Ship {
  shipment @0 :Text;
  # The caller's id of the shipment.
  lines @1 :List(WorkLine);
  # Left out: everything that is there.
  carrier @2 :Text;
  tracking @3 :Text;
}

struct CancelAnswer {
  agreed @0 :Bool;
}

struct Tracking {
  status @0 :TrackingStatus;
}

# --- stock ------------------------------------------------------------------

struct Receipt {
  sku @0 :Text;
  quantity @1 :Int64;
  reference @2 :Text;
  # The same reference counts once per location and SKU.
}

struct Adjustment {
  sku @0 :Text;
  delta @1 :Int64;
  reason @2 :Text;
}

struct Count {
  sku @0 :Text;
  onHand @1 :Int64;
}

struct SafetyStock {
  # The setting, not a change of it.
  sku @0 :Text;
  quantity @1 :Int64;
}

# --- the network ------------------------------------------------------------

struct Location {
  id @0 :Text;
  # As in the path; may be left out.
  kind @1 :PlaceKind;
  name @2 :Text;
  country @3 :Text;
  latitude @4 :Degrees;
  longitude @5 :Degrees;
  active @6 :Bool = true;
  priority @7 :Int64 = 1;
  # Lower is asked first.
  shipmentCost @8 :Int64;
  unitCost @9 :Int64;
  costPerKm @10 :Int64;
  handlingDays @11 :Int32 = 1;
  dailyCapacity @12 :Int64;
  # New fulfillments per UTC day; 0: no limit.
  brands @13 :List(Text);
  # The brands that it serves; empty: all.
  countries @14 :List(Text);
  # The countries that it serves; empty: all.
}

struct SupplierProduct {
  sku @0 :Text;
  available @1 :Whole;
  # Units on offer; absent: without limit.
  unitCost @2 :Int64;
  leadTimeDays @3 :Int32;
}

struct Supplier {
  id @0 :Text;
  # As in the path; may be left out.
  name @1 :Text;
  priority @2 :Int64 = 1;
  active @3 :Bool = true;
  shipmentCost @4 :Int64;
  brands @5 :List(Text);
  countries @6 :List(Text);
  products @7 :List(SupplierProduct);
}

struct Product {
  sku @0 :Text;
  # As in the path; may be left out.
  name @1 :Text;
  backorderable @2 :Bool = true;
  backorderLimit @3 :Int64;
  # Units that may be backordered over all orders; 0: no limit.
  restockDate @4 :Time;
}

struct Routing {
  tiers @0 :List(List(PlaceKind)) = [[warehouse, store, threePl], [dropship]];
  objectives @1 :List(Objective) = [fewestShipments, priority];
  splitLines @2 :Bool = true;
  maxShipments @3 :Int64;
  # Sources of one order over all tiers; 0: no limit.
  stuckAfterS @4 :Int64 = 86400;
  # Seconds, up to 100 years; 0: never.
  brand @5 :Text;
  # Empty: for brands without rules of their own.
}

struct RoutingView {
  rules @0 :Routing;
  version @1 :UInt64;
}

# --- what is answered to a command ------------------------------------------

struct StockChange {
  location @0 :Text;
  # Absent if it is a supplier, which `supplier` then names.
  supplier @1 :Text;
  sku @2 :Text;
  onHand @3 :Int64;
  # By how much it grew or, if below 0, shrank. The others are changes as
  # well, and this is their sum.
  available @4 :Int64;
  # Includes units that are offered to the backorder queue first.
  committed @5 :Int64;
  safetyStock @6 :Int64;
  damaged @7 :Int64;
  offerEnded @8 :Bool;
  # The supplier offered the SKU without limit, and no longer does.
}

struct PlannedParcel {
  source @0 :Source;
  lines @1 :List(LineUnits);
}

struct PlanPreview {
  parcels @0 :List(PlannedParcel);
  # What each source would ship of the units that are planned.
  backordered @1 :List(LineUnits);
  # Units that no source has.
  awaitingCapacity @2 :List(LineUnits);
  # Units of locations that open no further fulfillment today.
}

struct CommandReceipt {
  sequence @0 :UInt64;
  # The last event that the command caused, for plan that of the plan; 0:
  # nothing changed.
  stock @1 :List(StockChange);
  # Where the command itself changed what is on hand or damaged.
  plan @2 :PlanPreview;
  # Only of a preview.
}

struct Fault {
  path @0 :Text;
  # Where the fault is in the body, e.g. lines[0].quantity.
  message @1 :Text;
}

enum ErrorCode {
  invalid @0;
  unauthorized @1;
  forbidden @2;
  notFound @3;
  conflict @4;
  invalidTransition @5;
  quantityTooGreat @6;
  refundTooGreat @7;
  insufficientStock @8;
  tooLarge @9;
  overloaded @10;
  storageUnavailable @11;
}

struct Problem {
  # A problem document of RFC 9457.
  type @0 :Text;
  title @1 :Text;
  status @2 :UInt16;
  code @3 :ErrorCode;
  detail @4 :Text;
  faults @5 :List(Fault);
}

# --- an order as read -------------------------------------------------------

struct Source {
  kind @0 :SourceKind;
  id @1 :Text;
}

struct LineUnits {
  line @0 :Text;
  sku @1 :Text;
  quantity @2 :Int64;
}

struct SkuUnits {
  sku @0 :Text;
  quantity @1 :Int64;
}

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

struct PaymentView {
  status @0 :PaymentStatus;
  captured @1 :Int64;
  refunded @2 :Int64;
  refundRequested @3 :Int64;
}

struct LineView {
  # `unrouted` to `cancelled` are the exclusive buckets of the line; their sum
  # is `quantity` (docs/DOMAIN.md, "Order line").
  line @0 :Text;
  sku @1 :Text;
  quantity @2 :Int64;
  unitPrice @3 :Int64;
  discount @4 :Int64;
  tax @5 :Int64;
  unrouted @6 :Int64;
  backordered @7 :Int64;
  allocated @8 :Int64;
  picked @9 :Int64;
  shipped @10 :Int64;
  delivered @11 :Int64;
  returned @12 :Int64;
  lost @13 :Int64;
  cancelled @14 :Int64;
  unfillable @15 :Int64;
  # Of the unrouted units, those that may not be backordered.
}

struct FulfillmentLineView {
  # `quantity` counts the units that are allocated, picked or shipped there, so
  # it includes `picked` and `shipped`.
  line @0 :Text;
  sku @1 :Text;
  quantity @2 :Int64;
  picked @3 :Int64;
  shipped @4 :Int64;
  cancelRequested @5 :Int64;
}

struct FulfillmentView {
  id @0 :Text;
  # "ORDER:NUMBER", since its number is unique in its order only.
  source @1 :Source;
  status @2 :FulfillmentStatus;
  lines @3 :List(FulfillmentLineView);
  expectedDelivery @4 :Time;
}

struct ShipmentView {
  id @0 :Text;
  fulfillment @1 :Text;
  carrier @2 :Text;
  tracking @3 :Text;
  status @4 :ShipmentStatus;
  news @5 :Text;
  # The newest tracking status; absent: none.
  lines @6 :List(LineUnits);
}

struct RefundView {
  id @0 :Text;
  amount @1 :Int64;
  status @2 :RefundStatus;
  reason @3 :Text;
}

struct ReturnedUnits {
  line @0 :Text;
  sku @1 :Text;
  quantity @2 :Int64;
  condition @3 :ReturnCondition;
}

struct ReturnView {
  id @0 :Text;
  status @1 :ReturnStatus;
  lines @2 :List(LineUnits);
  received @3 :List(ReturnedUnits);
}

struct HoldView {
  hold @0 :Text;
  reason @1 :Text;
}

struct QueueView {
  # A line of this order in the backorder queue of its SKU.
  line @0 :Text;
  sku @1 :Text;
  position @2 :Int64;
  # From 1.
  expected @3 :Time;
}

struct OrderView {
  id @0 :Text;
  brand @1 :Text;
  channel @2 :Text;
  placedAt @3 :Time;
  currency @4 :Text;
  customer @5 :Customer;
  shipTo @6 :ShipTo;
  status @7 :OrderStatus;
  payment @8 :PaymentView;
  total @9 :Int64;
  lines @10 :List(LineView);
  shipping @11 :Shipping;
  discount @12 :Int64;
  policy @13 :ShippingPolicy;
  priority @14 :Int64;
  reservation @15 :Text;
  version @16 :UInt64;
  # Count of events of this order so far.
  fulfillments @17 :List(FulfillmentView);
  shipments @18 :List(ShipmentView);
  refunds @19 :List(RefundView);
  returns @20 :List(ReturnView);
  holds @21 :List(HoldView);
  queue @22 :List(QueueView);
  due @23 :Int64;
  # What is still to be paid.
  overpaid @24 :Int64;
  # What was paid beyond the total and is not refunded.
}

# --- decisions --------------------------------------------------------------

struct CandidateView {
  # As CandidateOutcome of messages/words.capnp, which explains the numbers.
  source @0 :Source;
  tier @1 :Int32;
  outcome @2 :CandidateOutcome;
  couldGive @3 :List(SkuUnits);
  taken @4 :List(SkuUnits);
}

struct ObjectiveView {
  objective @0 :Objective;
  value @1 :Float64;
}

struct DecisionView {
  rulesVersion @0 :UInt64;
  asked @1 :List(SkuUnits);
  candidates @2 :List(CandidateView);
  objectives @3 :List(ObjectiveView);
  uncovered @4 :List(SkuUnits);
  exact @5 :Bool;
}

# --- lists ------------------------------------------------------------------

struct OrderRow {
  # An order in a list, from the index.
  id @0 :Text;
  brand @1 :Text;
  status @2 :OrderStatus;
  customer @3 :Text;
  placedAt @4 :Time;
}

struct OrderList {
  orders @0 :List(OrderRow);
  cursor @1 :Text;
  # For the next page; absent on the last.
  upto @2 :UInt64;
  # The list is true as of this event.
}

struct FulfillmentRow {
  id @0 :Text;
  order @1 :Text;
  brand @2 :Text;
  source @3 :Source;
  status @4 :FulfillmentStatus;
  lines @5 :List(FulfillmentLineView);
}

struct FulfillmentList {
  fulfillments @0 :List(FulfillmentRow);
  cursor @1 :Text;
  upto @2 :UInt64;
}

struct LocationList {
  locations @0 :List(Location);
}

struct SupplierList {
  suppliers @0 :List(Supplier);
}

struct DecisionList {
  decisions @0 :List(DecisionView);
}

# --- stock as read ----------------------------------------------------------

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
  # Of the reserved units, those on offer to the backorder queue.
  version @9 :UInt64;
}

struct SupplierStockView {
  supplier @0 :Text;
  sku @1 :Text;
  available @2 :Whole;
  # Absent: without limit.
  committed @3 :Int64;
}

struct WaitingView {
  # A line of an order in a backorder queue. The ids of orders of brands that
  # the caller's token is not for are left out.
  order @0 :Text;
  brand @1 :Text;
  line @2 :Text;
  quantity @3 :Int64;
  priority @4 :Int64;
  placedAt @5 :Time;
}

struct LocationStock {
  stock @0 :List(StockView);
}

struct SkuStock {
  sku @0 :Text;
  locations @1 :List(StockView);
  suppliers @2 :List(SupplierStockView);
  waiting @3 :List(WaitingView);
  # In the order in which they are served.
}

# --- the engine -------------------------------------------------------------

struct StatusCount {
  status @0 :OrderStatus;
  orders @1 :UInt64;
}

struct Stats {
  # `commands` and `refused` count since the start; `orders`, `logEntries` and
  # `storeBytes` are those of the store.
  sequence @0 :UInt64;
  orders @1 :UInt64;
  ordersByStatus @2 :List(StatusCount);
  ordersAwake @3 :UInt64;
  commands @4 :UInt64;
  refused @5 :UInt64;
  logEntries @6 :UInt64;
  storeBytes @7 :UInt64;
  storageOk @8 :Bool;
  checkpoints @9 :UInt64;
  # Written since the start.
  checkpointFailures @10 :UInt64;
  # Checkpoints that could not be written since the start.
  checkpointOk @11 :Bool;
  # False while the last attempt to write a checkpoint failed.
  damagedParts @12 :UInt64;
  # Log entries and records found damaged since the start.
  storageProblem @13 :Text;
  storageLost @14 :Bool;
}
