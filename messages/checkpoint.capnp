@0xb1c6a5c1f27e4d93;
# Checkpoints, as in messages/checkpoint.hpp. Each root is one message in one
# segment, without a segment table. A checkpoint can be made again from the
# log, so what is unreadable here costs time, not data.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("oms::schema");

using import "words.capnp".EntityKind;
using import "ids.capnp".OrderKey;
using import "words.capnp".OrderStatus;

struct SentMessage {
  # A message whose sending is in the log and whose effect is not.
  sent @0 :UInt64;
  # The sequence of the event that sent it.
  toKind @1 :EntityKind;
  toKey @2 :Text;
}

struct CheckpointHead {
  upto @0 :UInt64;
  # The checkpoint is true as of the event with this sequence.
  hash @1 :Data;
  # SHA-256 of the log entry that ends there, 32 bytes: so the checkpoint is
  # never taken for that of another log.
  lastNumber @2 :UInt64;
  # The number of the newest order.
  orders @3 :List(UInt64);
  # How many orders have each status: one count per word of OrderStatus, in its
  # order.
  inFlight @4 :List(SentMessage);
  # Oldest first.
}

struct OrderRow {
  key @0 :OrderKey;
  number @1 :UInt64;
  # The engine's count of accepted orders, from 1; also the key of the row.
  status @2 :OrderStatus;
  placedAtUs @3 :Int64;
  changedAtUs @4 :Int64;
  # The time of its last event.
  head @5 :UInt64;
  # The sequence of its last event.
  version @6 :UInt64;
  # The count of its events.
  stuckAfterUs @7 :Int64;
  # A length of time in microseconds; 0: not in planning yet, or never stuck.
  customer @8 :Text;
  skus @9 :List(Text);
  # Each once.
}
