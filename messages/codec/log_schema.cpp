#include "messages/codec/log_schema.hpp"

#include <cstddef>

#include "messages/codec/schema_text.hpp"
#include "messages/events.hpp"
#include "messages/order.hpp"

namespace oms::codec {

namespace {

constexpr const char* head = R"(@0xe2a7c19d04b3f586;
# The log of an engine, as docs/STORAGE.md describes it. Made of the lists of
# fields in messages/*.hpp when oms is built.
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
)";

}  // namespace

std::string log_schema() {
  schema_writer out(layout_for::entry);
  out.add(head);
  out.add_word(type_of(static_cast<const entity_kind*>(nullptr)));
  out.add("\nstruct Event {\n  union {\n");
  for (std::size_t i = 0; i < event_kinds; ++i) {
    const std::string name = type_of_event(i).name;
    out.add("    " + field_word(name) + " @" + std::to_string(i) + " :" +
            type_word(name) + ";\n");
  }
  out.add("  }\n}\n");
  for (std::size_t i = 0; i < event_kinds; ++i)
    out.add_record(type_of_event(i));
  schema_writer alone(layout_for::alone);
  alone.add_record(type_of(static_cast<const personal_data*>(nullptr)));
  // In a scope of their own, since a record that both have is laid out in
  // another way here.
  return out.text() +
         "\nstruct Beside {\n"
         "# Records that are kept beside the log, with their texts inside.\n" +
         alone.text() + "\n}\n";
}

}  // namespace oms::codec
