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
  # At most what is asked for.
  taken @4 :List(SkuQuantity);
  # Of these, what the plan takes.
}

struct ObjectiveValue {
  kind @0 :Objective;
  value @1 :Float64;
  # In the unit of the objective: sources, minor units, km x units, priority x
  # units, units squared.
}

struct RoutingDecision {
  rulesVersion @0 :UInt64;
  # How often the rules had been set; 0: the built-in ones.
  asked @1 :List(SkuQuantity);
  candidates @2 :List(Candidate);
  objectives @3 :List(ObjectiveValue);
  # Over all tiers together, in the order of the rules.
  uncovered @4 :List(SkuQuantity);
  exact @5 :Bool;
  # The search was not cut short.
}
