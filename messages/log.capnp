@0x90d226f076ac0f1e;
# The log: an entry as it is on disk, around the events.
#
# An entry is one message in one segment, without a segment table. Events have
# their number, which is their place in `event_body` (messages/events.hpp), and a
# body that follows from their list of fields. The build makes log.capnp of all
# of it, as one schema for other programs.
#
# What is in a log stays there, so this schema and the lists only grow: fields
# and words get the next free number, and none is ever used again. An older
# entry has the default (0, false, nothing) for a field that it does not have,
# which therefore must mean what was true then.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("oms::schema");

using import "words.capnp".EntityKind;

struct LogEntry {
  # What one commit wrote: events with consecutive sequences.
  first @0 :UInt64;
  # The sequence of the first event; also the key of the entry.
  previousHash @1 :Data;
  # SHA-256 of the entry before this one, 32 bytes; zeros for the first.
  blocks @2 :List(Block);
  # The events, in their order.
  texts @3 :Data;
  # Every text of the entry once, one after the other. Text 1 is the first, and
  # 0 the empty text.
  textEnds @4 :List(UInt32);
  # Where each text ends, in bytes.
}

struct Block {
  end @0 :UInt32;
  # How many events the entry has up to the end of this block.
  words @1 :UInt32;
  # The size of the message when it is unpacked, with its segment table.
  packed @2 :Data;
  # A message of `Decisions` with its segment table, packed as Cap'n Proto
  # specifies it. Texts are numbers.
}

struct Decisions {
  timeUs @0 :Int64;
  # Of the first decision.
  decisions @1 :List(Decision);
}

struct Decision {
  # Events that an entity recorded together, or what is left of them for this
  # block.
  entityKind @0 :EntityKind;
  hasCause @1 :Bool;
  # Another entity's event made this one: it is the message that this deals with.
  causeKind @2 :EntityKind;
  brand @3 :UInt32;
  # Of an order.
  key @4 :UInt32;
  # The id of an order, location, supplier or product; the brand of routing
  # rules; a part of the engine.
  by @5 :UInt32;
  # Who did it.
  command @6 :UInt32;
  # The caller's id of the command; empty for what follows in other entities.
  causeBrand @7 :UInt32;
  causeKey @8 :UInt32;
  # As `brand` and `key`.
  causeVersion @9 :UInt64;
  # The count of events of that entity at that event.
  version @10 :UInt64;
  # Of the first event: the entity's own count of events, from 1.
  back @11 :UInt64;
  # How many events before the first one the entity's previous event is; 0: it
  # is the entity's first. Each further event follows the one before it.
  timeUs @12 :Int64;
  # After `Decisions.timeUs`.
  events @13 :List(Event);
  keyIsWhole @14 :Bool;
  # The key of an order that names no brand, not even an empty one: `key` is all
  # of it. The engine makes none.
  causeKeyIsWhole @15 :Bool;
}

struct Event {
  kind @0 :UInt16;
  body @1 :AnyPointer;
}
