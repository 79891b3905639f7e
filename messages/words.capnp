@0xa58cf81f30e6bbbf;
# The words of the vocabulary: the API and the checkpoints have them, and an
# event of the log has their numbers. Order and numbers are those of the
# enumerations in messages/*.hpp.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("oms::schema");
using Json = import "/capnp/compat/json.capnp";

enum SourceKind {
  location @0;
  supplier @1;
}

enum PlaceKind {
  warehouse @0;
  store @1;
  threePl @2;
  dropship @3;
}

enum Objective {
  fewestShipments @0;
  lowestCost @1;
  nearest @2;
  priority @3;
  balanceStock @4;
}

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

enum EntityKind {
  order @0;
  location @1;
  supplier @2;
  product @3;
  routing @4;
  engine @5;
}
