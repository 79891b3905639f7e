@0xb1c6a5c1f27e4d93;
# Checkpoints, as in messages/checkpoint.hpp. Each root is one message in one
# segment, without a segment table. A checkpoint can be made again from the
# log, so what is unreadable here costs time, not data.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("oms::schema");

using import "words.capnp".EntityKind;

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
