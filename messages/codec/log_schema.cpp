#include "messages/codec/log_schema.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <stdexcept>

#include "messages/codec/record.hpp"
#include "messages/events.hpp"
#include "messages/fields/object.hpp"
#include "messages/network.hpp"
#include "messages/order.hpp"

namespace oms::codec {

namespace {

using fields::form;
using fields::type_info;

constexpr const char* head = R"(@0xe2a7c19d04b3f586;
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
)";

/// "order.statusChanged", "order_status" and "source.kind" as one word.
std::string one_word(std::string name, bool is_type) {
  std::ranges::replace(name, '.', '_');
  auto word = fields::camel_case(name);
  if (is_type)
    word.front() = static_cast<char>(
        std::toupper(static_cast<unsigned char>(word.front())));
  return word;
}

class schema_writer {
 public:
  std::string text() {
    out_ = head;
    add_word(type_of(static_cast<const entity_kind*>(nullptr)));
    out_ += "\nstruct Event {\n  union {\n";
    for (std::size_t i = 0; i < event_kinds; ++i) {
      const auto& type = type_of_event(i);
      out_ += "    " + one_word(type.name, false) + " @" + std::to_string(i) +
              " :" + one_word(type.name, true) + ";\n";
    }
    out_ += "  }\n}\n";
    for (std::size_t i = 0; i < event_kinds; ++i)
      add_record(layout_of(type_of_event(i), texts_are::numbered));
    add_record(layout_of(type_of(static_cast<const personal_data*>(nullptr)),
                         texts_are::inside));
    return out_;
  }

 private:
  void add_word(const type_info& type) {
    if (!is_new(type)) return;
    out_ += "\nenum " + one_word(type.name, true) + " {\n";
    for (std::uint16_t i = 0; i < type.count; ++i)
      out_ += "  " + one_word(type.words[i], false) + " @" + std::to_string(i) +
              ";\n";
    out_ += "}\n";
  }

  void add_record(const record_layout& of) {
    if (!is_new(*of.type)) return;
    std::string made = "\nstruct " + one_word(of.type->name, true) + " {\n";
    for (const auto& each : of.fields) {
      auto name = one_word(each.field->member, false);
      if (!each.is_apart && has_number_of_text(each.value)) name += "Text";
      made += "  " + name + " @" + std::to_string(each.field->ordinal) + " :" +
              (each.is_apart ? "Void" : name_of(each.value)) + ";\n";
      if (each.is_apart) made += "  # In a record of its own.\n";
    }
    made += "}\n";
    out_ += made;
    for (const auto& each : of.fields)
      if (!each.is_apart) add_types_of(each.value);
  }

  void add_types_of(const value_layout& of) {
    if (of.record != nullptr) add_record(*of.record);
    if (of.type->as == form::word) add_word(*of.type);
    if (of.inner) add_types_of(*of.inner);
    if (of.type->as == form::optional && !of.inner->is_pointer &&
        is_new(*of.type))
      out_ += "\nstruct " + name_of(of) +
              " {\n  value @0 :" + name_of(*of.inner) + ";\n}\n";
  }

  // Two types of one name would be one struct.
  bool is_new(const type_info& type) {
    if (type.name == nullptr)
      return known_.emplace(name_of_box(type), &type).second;
    const auto [at, fresh] = known_.emplace(one_word(type.name, true), &type);
    if (at->second != &type)
      throw std::logic_error("two types of the log are called " + at->first);
    return fresh;
  }

  static std::string name_of_box(const type_info& type) {
    return "Optional" + std::string(number_name(type.inner()));
  }

  static bool has_number_of_text(const value_layout& of) {
    if (of.type->as == form::text) return !of.is_pointer;
    return of.type->as == form::list && has_number_of_text(*of.inner);
  }

  static const char* number_name(const type_info& type) {
    switch (type.as) {
      case form::truth:
        return "Bool";
      case form::natural:
        return "UInt64";
      case form::number:
        return "Float64";
      case form::text:
        return "UInt32";
      case form::date:
        return "Int32";
      default:
        return type.size == 4 ? "Int32" : "Int64";
    }
  }

  static std::string name_of(const value_layout& of) {
    switch (of.type->as) {
      case form::text:
        return of.is_pointer ? "Text" : "UInt32";
      case form::record:
        return one_word(of.record->type->name, true);
      case form::word:
        return one_word(of.type->name, true);
      case form::list:
        return "List(" + name_of(*of.inner) + ")";
      case form::shared:
        return name_of(*of.inner);
      case form::optional:
        return of.inner->is_pointer ? name_of(*of.inner)
                                    : name_of_box(*of.type);
      default:
        return number_name(*of.type);
    }
  }

  std::string out_;
  std::map<std::string, const type_info*> known_;
};

}  // namespace

std::string log_schema() { return schema_writer().text(); }

}  // namespace oms::codec
