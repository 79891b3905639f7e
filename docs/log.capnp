@0xe2a7c19d04b3f586;
# The log of an engine, as docs/STORAGE.md describes it. Made of the lists of
# fields in messages/*.hpp; see `log_schema` in messages/codec/log_schema.hpp.
#
# A value of the table `log` is a `LogEntry`, followed by its SHA-256. A block
# of it is a message of `Decisions`: docs/STORAGE.md shows how to read one. A
# number in a field that ends with `Text` is that of a text of the entry.
# A value of the table `personal` is a `PersonalData`, with a checksum.

struct LogEntry {
  first @0 :UInt64;
  previousHash @1 :Data;
  blocks @2 :List(Block);
  texts @3 :Data;
  textEnds @4 :List(UInt32);
}

struct Block {
  end @0 :UInt32;
  words @1 :UInt32;
  packed @2 :Data;
}

struct Decisions {
  timeUs @0 :Int64;
  decisions @1 :List(Decision);
}

struct Decision {
  entityKind @0 :EntityKind;
  hasCause @1 :Bool;
  causeKind @2 :EntityKind;
  brandText @3 :UInt32;
  keyText @4 :UInt32;
  byText @5 :UInt32;
  commandText @6 :UInt32;
  causeBrandText @7 :UInt32;
  causeKeyText @8 :UInt32;
  causeVersion @9 :UInt64;
  version @10 :UInt64;
  back @11 :UInt64;
  timeUs @12 :Int64;
  events @13 :List(Event);
  keyIsWhole @14 :Bool;
  causeKeyIsWhole @15 :Bool;
}

enum EntityKind {
  order @0;
  location @1;
  supplier @2;
  product @3;
  routing @4;
  engine @5;
}

struct Event {
  union {
    orderPlaced @0 :OrderPlaced;
    orderStatusChanged @1 :OrderStatusChanged;
    paymentStarted @2 :PaymentStarted;
    paymentCaptured @3 :PaymentCaptured;
    paymentFailed @4 :PaymentFailed;
    orderPlanned @5 :OrderPlanned;
    fulfillmentAllocated @6 :FulfillmentAllocated;
    orderGrantDeclined @7 :OrderGrantDeclined;
    orderBackordered @8 :OrderBackordered;
    orderUnfillable @9 :OrderUnfillable;
    fulfillmentAccepted @10 :FulfillmentAccepted;
    fulfillmentPicked @11 :FulfillmentPicked;
    fulfillmentUnpicked @12 :FulfillmentUnpicked;
    fulfillmentRejected @13 :FulfillmentRejected;
    shipmentShipped @14 :ShipmentShipped;
    shipmentTracked @15 :ShipmentTracked;
    orderUnitsCancelled @16 :OrderUnitsCancelled;
    fulfillmentCancelRequested @17 :FulfillmentCancelRequested;
    fulfillmentCancelAnswered @18 :FulfillmentCancelAnswered;
    fulfillmentTakenBack @19 :FulfillmentTakenBack;
    fulfillmentReleased @20 :FulfillmentReleased;
    holdPlaced @21 :HoldPlaced;
    holdReleased @22 :HoldReleased;
    noteAdded @23 :NoteAdded;
    personalDataErased @24 :PersonalDataErased;
    refundRequested @25 :RefundRequested;
    refundSettled @26 :RefundSettled;
    returnRequested @27 :ReturnRequested;
    returnReceived @28 :ReturnReceived;
    returnDeclined @29 :ReturnDeclined;
    notification @30 :Notification;
    alert @31 :Alert;
    locationDefined @32 :LocationDefined;
    supplierDefined @33 :SupplierDefined;
    stockReceived @34 :StockReceived;
    stockAdjusted @35 :StockAdjusted;
    stockCounted @36 :StockCounted;
    stockSafetyStockSet @37 :StockSafetyStockSet;
    stockOffered @38 :StockOffered;
    stockOfferSettled @39 :StockOfferSettled;
    stockCommitted @40 :StockCommitted;
    stockDecommitted @41 :StockDecommitted;
    stockAccepted @42 :StockAccepted;
    stockPicked @43 :StockPicked;
    stockShipped @44 :StockShipped;
    stockRejected @45 :StockRejected;
    stockTakenBack @46 :StockTakenBack;
    stockRestocked @47 :StockRestocked;
    productDefined @48 :ProductDefined;
    routingSet @49 :RoutingSet;
  }
}

struct OrderPlaced {
  body @0 :OrderBody;
  number @1 :UInt64;
  personal @2 :Void;
  # In a record of its own.
  hasPersonal @3 :Bool;
}

struct OrderBody {
  channelText @0 :UInt32;
  placedAt @1 :OptionalInt64;
  currencyText @2 :UInt32;
  customerText @3 :UInt32;
  shipTo @4 :Destination;
  lines @5 :List(OrderLine);
  shipping @6 :Shipping;
  discount @7 :Int64;
  policy @8 :ShippingPolicy;
  priority @9 :Int64;
  reservationText @10 :UInt32;
  payment @11 :Prepayment;
}

struct OptionalInt64 {
  value @0 :Int64;
}

struct Destination {
  countryText @0 :UInt32;
  position @1 :Coordinates;
}

struct Coordinates {
  latitude @0 :Float64;
  longitude @1 :Float64;
}

struct OrderLine {
  lineText @0 :UInt32;
  skuText @1 :UInt32;
  units @2 :Int64;
  unitPrice @3 :Int64;
  discount @4 :Int64;
  tax @5 :Int64;
}

struct Shipping {
  serviceText @0 :UInt32;
  price @1 :Int64;
}

enum ShippingPolicy {
  asAvailable @0;
  shipComplete @1;
}

struct Prepayment {
  captured @0 :Int64;
  referenceText @1 :UInt32;
}

struct OrderStatusChanged {
  from @0 :OrderStatus;
  to @1 :OrderStatus;
}

enum OrderStatus {
  pending @0;
  paymentProcessing @1;
  paid @2;
  awaitingFulfillment @3;
  partiallyFulfilled @4;
  fulfilled @5;
  delivered @6;
  refunded @7;
  cancelled @8;
}

struct PaymentStarted {
  referenceText @0 :UInt32;
}

struct PaymentCaptured {
  captured @0 :Int64;
  referenceText @1 :UInt32;
}

struct PaymentFailed {
  referenceText @0 :UInt32;
  final @1 :Bool;
}

struct OrderPlanned {
  decision @0 :RoutingDecision;
  byCommand @1 :Bool;
}

struct RoutingDecision {
  rulesVersion @0 :UInt64;
  asked @1 :List(SkuUnits);
  candidates @2 :List(Candidate);
  objectives @3 :List(ObjectiveView);
  uncovered @4 :List(SkuUnits);
  exact @5 :Bool;
}

struct SkuUnits {
  skuText @0 :UInt32;
  units @1 :Int64;
}

struct Candidate {
  sourceIdText @0 :UInt32;
  sourceKind @1 :SourceKind;
  outcome @2 :CandidateOutcome;
  tier @3 :Int32;
  givesAll @4 :Bool;
  couldGive @5 :List(Int64);
  taken @6 :List(Int64);
  couldGiveListed @7 :List(SkuUnits);
  takenListed @8 :List(SkuUnits);
}

enum SourceKind {
  location @0;
  supplier @1;
}

enum CandidateOutcome {
  taken @0;
  notNeeded @1;
  nothingToGive @2;
  inactive @3;
  otherBrand @4;
  otherCountry @5;
  rejectedBefore @6;
  noCapacity @7;
  overMaxShipments @8;
}

struct ObjectiveView {
  kind @0 :Objective;
  value @1 :Float64;
}

enum Objective {
  fewestShipments @0;
  lowestCost @1;
  nearest @2;
  priority @3;
  balanceStock @4;
}

struct FulfillmentAllocated {
  fulfillmentText @0 :UInt32;
  sourceKind @1 :SourceKind;
  sourceIdText @2 :UInt32;
  place @3 :SourceType;
  opened @4 :Bool;
  lines @5 :List(AllocatedLine);
}

enum SourceType {
  warehouse @0;
  store @1;
  threePl @2;
  dropship @3;
}

struct AllocatedLine {
  lineText @0 :UInt32;
  skuText @1 :UInt32;
  fromUnrouted @2 :Int64;
  fromBackordered @3 :Int64;
}

struct OrderGrantDeclined {
  sourceKind @0 :SourceKind;
  sourceIdText @1 :UInt32;
  lines @2 :List(SkuUnits);
}

struct OrderBackordered {
  lines @0 :List(LineUnits);
}

struct LineUnits {
  lineText @0 :UInt32;
  skuText @1 :UInt32;
  units @2 :Int64;
}

struct OrderUnfillable {
  lines @0 :List(LineUnits);
}

struct FulfillmentAccepted {
  fulfillmentText @0 :UInt32;
  sourceKind @1 :SourceKind;
  sourceIdText @2 :UInt32;
}

struct FulfillmentPicked {
  fulfillmentText @0 :UInt32;
  sourceKind @1 :SourceKind;
  sourceIdText @2 :UInt32;
  lines @3 :List(LineUnits);
  requestsStay @4 :Bool;
}

struct FulfillmentUnpicked {
  fulfillmentText @0 :UInt32;
  sourceKind @1 :SourceKind;
  sourceIdText @2 :UInt32;
  lines @3 :List(LineUnits);
}

struct FulfillmentRejected {
  fulfillmentText @0 :UInt32;
  sourceKind @1 :SourceKind;
  sourceIdText @2 :UInt32;
  reason @3 :RejectReason;
  textText @4 :UInt32;
  shortPick @5 :Bool;
  lines @6 :List(RejectedUnits);
}

enum RejectReason {
  outOfStock @0;
  mismatch @1;
  damaged @2;
  unable @3;
}

struct RejectedUnits {
  lineText @0 :UInt32;
  skuText @1 :UInt32;
  fromAllocated @2 :Int64;
  fromPicked @3 :Int64;
  receipts @4 :UInt64;
  requested @5 :Int64;
}

struct ShipmentShipped {
  shipmentText @0 :UInt32;
  fulfillmentText @1 :UInt32;
  sourceKind @2 :SourceKind;
  sourceIdText @3 :UInt32;
  carrierText @4 :UInt32;
  trackingText @5 :UInt32;
  lines @6 :List(WorkUnits);
}

struct WorkUnits {
  lineText @0 :UInt32;
  skuText @1 :UInt32;
  fromAllocated @2 :Int64;
  fromPicked @3 :Int64;
  requested @4 :Int64;
}

struct ShipmentTracked {
  shipmentText @0 :UInt32;
  news @1 :TrackingStatus;
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

struct OrderUnitsCancelled {
  lines @0 :List(CancelledLine);
  promised @1 :List(FulfillmentUnits);
  reasonText @2 :UInt32;
  noteText @3 :UInt32;
}

struct CancelledLine {
  lineText @0 :UInt32;
  skuText @1 :UInt32;
  fromUnrouted @2 :Int64;
  fromBackordered @3 :Int64;
}

struct FulfillmentUnits {
  fulfillmentText @0 :UInt32;
  sourceKind @1 :SourceKind;
  sourceIdText @2 :UInt32;
  lines @3 :List(WorkUnits);
}

struct FulfillmentCancelRequested {
  fulfillmentText @0 :UInt32;
  sourceKind @1 :SourceKind;
  sourceIdText @2 :UInt32;
  lines @3 :List(LineUnits);
  reasonText @4 :UInt32;
  noteText @5 :UInt32;
}

struct FulfillmentCancelAnswered {
  fulfillmentText @0 :UInt32;
  sourceKind @1 :SourceKind;
  sourceIdText @2 :UInt32;
  agreed @3 :Bool;
}

struct FulfillmentTakenBack {
  promised @0 :List(FulfillmentUnits);
}

struct FulfillmentReleased {
  promised @0 :List(FulfillmentUnits);
}

struct HoldPlaced {
  holdText @0 :UInt32;
  reasonText @1 :UInt32;
}

struct HoldReleased {
  holdText @0 :UInt32;
}

struct NoteAdded {
  textText @0 :UInt32;
}

struct PersonalDataErased {
}

struct RefundRequested {
  refundText @0 :UInt32;
  requested @1 :Int64;
  lines @2 :List(LineUnits);
  shipping @3 :Bool;
  reasonText @4 :UInt32;
}

struct RefundSettled {
  refundText @0 :UInt32;
  succeeded @1 :Bool;
}

struct ReturnRequested {
  idText @0 :UInt32;
  lines @1 :List(LineUnits);
  reasonText @2 :UInt32;
}

struct ReturnReceived {
  idText @0 :UInt32;
  locationKind @1 :SourceKind;
  locationIdText @2 :UInt32;
  lines @3 :List(ReturnedUnits);
}

struct ReturnedUnits {
  lineText @0 :UInt32;
  skuText @1 :UInt32;
  fromDelivered @2 :Int64;
  fromShipped @3 :Int64;
  condition @4 :ReturnCondition;
}

enum ReturnCondition {
  sellable @0;
  damaged @1;
}

struct ReturnDeclined {
  idText @0 :UInt32;
}

struct Notification {
  kindText @0 :UInt32;
  subjectText @1 :UInt32;
  textText @2 :UInt32;
}

struct Alert {
  kindText @0 :UInt32;
  subjectText @1 :UInt32;
  reasonText @2 :UInt32;
}

struct LocationDefined {
  settings @0 :Location;
}

struct Location {
  idText @0 :UInt32;
  kind @1 :SourceType;
  nameText @2 :UInt32;
  countryText @3 :UInt32;
  position @4 :Coordinates;
  active @5 :Bool;
  priority @6 :Int64;
  shipmentCost @7 :Int64;
  unitCost @8 :Int64;
  costPerKm @9 :Int64;
  handlingDays @10 :Int32;
  dailyCapacity @11 :Int64;
  brandsText @12 :List(UInt32);
  countriesText @13 :List(UInt32);
}

struct SupplierDefined {
  settings @0 :Supplier;
}

struct Supplier {
  idText @0 :UInt32;
  nameText @1 :UInt32;
  priority @2 :Int64;
  active @3 :Bool;
  shipmentCost @4 :Int64;
  brandsText @5 :List(UInt32);
  countriesText @6 :List(UInt32);
  products @7 :List(SupplierProduct);
}

struct SupplierProduct {
  skuText @0 :UInt32;
  available @1 :OptionalInt64;
  unitCost @2 :Int64;
  leadTimeDays @3 :Int32;
}

struct StockReceived {
  skuText @0 :UInt32;
  units @1 :Int64;
  referenceText @2 :UInt32;
}

struct StockAdjusted {
  skuText @0 :UInt32;
  delta @1 :Int64;
  reasonText @2 :UInt32;
}

struct StockCounted {
  skuText @0 :UInt32;
  was @1 :Int64;
  onHand @2 :Int64;
}

struct StockSafetyStockSet {
  skuText @0 :UInt32;
  units @1 :Int64;
}

struct StockOffered {
  skuText @0 :UInt32;
  units @1 :Int64;
}

struct StockOfferSettled {
  skuText @0 :UInt32;
  units @1 :Int64;
}

struct StockCommitted {
  orderIdText @0 :UInt32;
  orderBrandText @1 :UInt32;
  lines @2 :List(LineUnits);
  opens @3 :Bool;
  round @4 :UInt64;
}

struct StockDecommitted {
  orderIdText @0 :UInt32;
  orderBrandText @1 :UInt32;
  lines @2 :List(SkuUnits);
}

struct StockAccepted {
  orderIdText @0 :UInt32;
  orderBrandText @1 :UInt32;
}

struct StockPicked {
  orderIdText @0 :UInt32;
  orderBrandText @1 :UInt32;
  lines @2 :List(SkuUnits);
}

struct StockShipped {
  orderIdText @0 :UInt32;
  orderBrandText @1 :UInt32;
  lines @2 :List(ShippedStock);
}

struct ShippedStock {
  skuText @0 :UInt32;
  units @1 :Int64;
  picked @2 :Int64;
  countedOut @3 :Int64;
}

struct StockRejected {
  orderIdText @0 :UInt32;
  orderBrandText @1 :UInt32;
  reason @2 :RejectReason;
  lines @3 :List(RejectedStock);
}

struct RejectedStock {
  skuText @0 :UInt32;
  units @1 :Int64;
  picked @2 :Int64;
  writtenOff @3 :Int64;
  damaged @4 :Int64;
}

struct StockTakenBack {
  orderIdText @0 :UInt32;
  orderBrandText @1 :UInt32;
  skuText @2 :UInt32;
  units @3 :Int64;
  picked @4 :Int64;
}

struct StockRestocked {
  orderIdText @0 :UInt32;
  orderBrandText @1 :UInt32;
  lines @2 :List(RestockedLine);
}

struct RestockedLine {
  skuText @0 :UInt32;
  sellable @1 :Int64;
  damaged @2 :Int64;
}

struct ProductDefined {
  settings @0 :Product;
}

struct Product {
  skuText @0 :UInt32;
  nameText @1 :UInt32;
  backorderable @2 :Bool;
  backorderLimit @3 :Int64;
  restockDate @4 :OptionalInt64;
}

struct RoutingSet {
  version @0 :UInt64;
  rules @1 :Routing;
}

struct Routing {
  tiers @0 :List(List(SourceType));
  objectives @1 :List(Objective);
  splitLines @2 :Bool;
  maxShipments @3 :Int64;
  stuckAfterS @4 :Int64;
  brandText @5 :UInt32;
}

struct PersonalData {
  customerName @0 :Text;
  email @1 :Text;
  name @2 :Text;
  line1 @3 :Text;
  line2 @4 :Text;
  city @5 :Text;
  region @6 :Text;
  postalCode @7 :Text;
}
