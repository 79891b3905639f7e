@0xa58cf81f30e6bbbf;
# The words that checkpoints, snapshots and the heads of decisions have. Order
# and numbers are those of the enumerations in messages/*.hpp. (A record has its
# words by its list of fields.)

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("oms::schema");

enum SourceKind {
  location @0;
  supplier @1;
}

enum EntityKind {
  order @0;
  location @1;
  supplier @2;
  product @3;
  routing @4;
  engine @5;
  reservation @6;
}
