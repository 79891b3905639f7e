@0xb1c6a5c1f27e4d93;
# Checkpoints, as in messages/checkpoint.hpp. Each root is one message in one
# segment, without a segment table.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("oms::schema");

using import "events.capnp".EntityKind;
using import "ids.capnp".OrderKey;
using import "order.capnp".OrderStatus;

struct SentMessage {
  # Its sending is in the log and its effect is not.
  sent @0 :UInt64;
  toKind @1 :EntityKind;
  toKey @2 :Text;
}

struct CheckpointHead {
  upto @0 :UInt64;
  hash @1 :Data;
  # Of the log entry that ends there, 32 bytes.
  lastNumber @2 :UInt64;
  orders @3 :List(UInt64);
  # How many orders have which status, in the order of OrderStatus.
  inFlight @4 :List(SentMessage);
}

struct OrderRow {
  key @0 :OrderKey;
  number @1 :UInt64;
  status @2 :OrderStatus;
  placedAtUs @3 :Int64;
  changedAtUs @4 :Int64;
  head @5 :UInt64;
  version @6 :UInt64;
  stuckAfterUs @7 :Int64;
  customer @8 :Text;
  skus @9 :List(Text);
}
