@0x9911c84528adfa01;
# A routing decision with its explanation, as in messages/decision.hpp.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("oms::schema");

using import "ids.capnp".SkuQuantity;
using import "ids.capnp".SourceRef;
using import "network.capnp".Objective;

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

struct Candidate {
  source @0 :SourceRef;
  tier @1 :Int32;
  # From 0; -1: in no tier.
  outcome @2 :CandidateOutcome;
  couldGive @3 :List(SkuQuantity);
  taken @4 :List(SkuQuantity);
}

struct ObjectiveValue {
  kind @0 :Objective;
  value @1 :Float64;
}

struct RoutingDecision {
  rulesVersion @0 :UInt64;
  asked @1 :List(SkuQuantity);
  candidates @2 :List(Candidate);
  objectives @3 :List(ObjectiveValue);
  uncovered @4 :List(SkuQuantity);
  exact @5 :Bool;
}
