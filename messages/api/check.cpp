#include "messages/api/check.hpp"

#include <string>

#include "messages/api/body.hpp"
#include "messages/api/rules.hpp"
#include "messages/api/shape.capnp.h"

namespace oms::api {

namespace {

using kind = capnp::schema::Type;

// Midnights of 0000-01-01 and 10000-01-01. A time outside of these years has no
// text in RFC 3339, so an order that was placed over RPC could not be shown
// over HTTP.
constexpr std::int64_t first_time_us = -62'167'219'200'000'000;
constexpr std::int64_t end_of_time_us = 253'402'300'800'000'000;

// The counterpart of body_reader, for messages that came as they are. What JSON
// has no way to say must be looked for here: words of an enumeration and kinds
// of a union without a name, NaN, times out of range. What a message has no way
// to say is not: unknown and repeated keys, other types.
class message_check {
 public:
  [[nodiscard]] std::vector<fault>& faults() { return faults_; }

  void check(capnp::DynamicStruct::Reader in, const place& at) {
    const auto active = in.which();
    // Of a union only the field that is set has a value: the others share its
    // memory.
    for (const auto& each : struct_rules::of(in.getSchema()).fields()) {
      if (each.in_union) {
        KJ_IF_MAYBE (field, active) {
          if (*field != each.field) continue;
        }
      }
      check_field(in, each, {.outer = &at, .name = each.name});
    }
    // A later version of the schema may have more kinds.
    if (active == nullptr && in.getSchema().getUnionFields().size() > 0)
      refuse(at, "is of a kind that is not known here");
  }

 private:
  void refuse(const place& at, std::string message) {
    faults_.push_back({at.path(), std::move(message)});
  }

  // A Bool or a number can't be left out of a message, so their `required` is
  // for JSON alone. `required_in_put` is about HTTP's PUT (shape.capnp).
  void check_field(capnp::DynamicStruct::Reader in, const field_rule& by,
                   const place& at) {
    switch (by.type.which()) {
      case kind::INT32:
      case kind::INT64:
        return check_number(in.get(by.field).as<std::int64_t>(), by, at);
      case kind::ENUM:
        return check_word(in.get(by.field).as<capnp::DynamicEnum>(),
                          by.required, at);
      case kind::TEXT:
      case kind::LIST:
      case kind::STRUCT:
        // A group is part of its struct, so it is always there.
        if (!by.field.getProto().isGroup() && !in.has(by.field)) {
          if (by.required) refuse(at, "is required");
          return;
        }
        return check_pointer(in.get(by.field), by, at);
      default:
        return;
    }
  }

  void check_pointer(const capnp::DynamicValue::Reader& in,
                     const field_rule& by, const place& at) {
    if (by.type.isText()) return check_text(in, by, at);
    if (by.type.isList()) {
      const auto list = in.as<capnp::DynamicList>();
      if (list.size() > by.max_entries)
        return refuse(at, more_entries_than(by.max_entries));
      return check_list(list, by, at);
    }
    const auto value = in.as<capnp::DynamicStruct>();
    switch (by.as) {
      case form::as_it_is:
        return check(value, at);
      case form::time: {
        const auto us = value.as<Time>().getUs();
        if (us < first_time_us || us >= end_of_time_us)
          refuse(at, "must be of the years 0 to 9999");
        return;
      }
      case form::whole:
        return check_number(value.as<Whole>().getValue(), by, at);
      case form::degrees: {
        const auto number = value.as<Degrees>().getValue();
        // Negated, so that NaN is refused too.
        if (!(number >= static_cast<double>(by.minimum)))
          refuse(at, less_than(by.minimum));
        else if (!(number <= static_cast<double>(by.maximum)))
          refuse(at, more_than(by.maximum));
        return;
      }
    }
  }

  void check_list(capnp::DynamicList::Reader in, const field_rule& by,
                  const place& list) {
    const auto type = in.getSchema().getElementType();
    for (unsigned i = 0; i < in.size(); ++i) {
      const place at{.outer = &list, .name = {}, .index = i};
      switch (type.which()) {
        case kind::TEXT:
          check_text(in[i], by, at);
          break;
        case kind::ENUM:
          check_word(in[i].as<capnp::DynamicEnum>(), true, at);
          break;
        case kind::STRUCT:
          check(in[i].as<capnp::DynamicStruct>(), at);
          break;
        case kind::LIST: {
          const auto inner = in[i].as<capnp::DynamicList>();
          if (inner.size() > default_max_entries)
            refuse(at, more_entries_than(default_max_entries));
          else
            check_list(inner, by, at);
          break;
        }
        default:
          break;
      }
    }
  }

  void check_text(const capnp::DynamicValue::Reader& in, const field_rule& by,
                  const place& at) {
    const auto text = in.as<capnp::Text>();
    if (auto fault = fault_of({text.begin(), text.size()}, by))
      refuse(at, std::move(*fault));
  }

  void check_number(std::int64_t number, const field_rule& by,
                    const place& at) {
    if (number < by.minimum)
      refuse(at, less_than(by.minimum));
    else if (number > by.maximum)
      refuse(at, more_than(by.maximum));
  }

  // Cap'n Proto hands on numbers that its schema has no word for. Here such a
  // number would become a word of the vocabulary that does not exist.
  void check_word(capnp::DynamicEnum in, bool required, const place& at) {
    KJ_IF_MAYBE (word, in.getEnumerant()) {
      if (required && is_absent(*word)) refuse(at, "is required");
    } else {
      refuse(at, "is not a known value");
    }
  }

  std::vector<fault> faults_;
};

}  // namespace

std::vector<fault> check(capnp::DynamicStruct::Reader in) {
  message_check all;
  all.check(in, {});
  return std::move(all.faults());
}

}  // namespace oms::api
