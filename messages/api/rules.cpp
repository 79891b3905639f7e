#include "messages/api/rules.hpp"

#include <limits>
#include <memory>

#include "messages/api/body.hpp"

namespace oms::api {

namespace {

// Annotations of a field are a list that is searched by id, and a body may have
// tens of thousands of values; that is why this is done once.
field_rule rule_of(capnp::StructSchema::Field field) {
  const auto proto = field.getProto();
  const auto notes = proto.getAnnotations();
  field_rule made{
      .field = field, .name = json_name(field), .type = field.getType()};
  made.in_union =
      proto.getDiscriminantValue() != capnp::schema::Field::NO_DISCRIMINANT;
  made.required = annotated(notes, annotation::required) != nullptr;
  made.required_in_put =
      annotated(notes, annotation::required_in_put) != nullptr;
  made.is_id = annotated(notes, annotation::id) != nullptr;
  // In this order: an id with a limit of its own (a fulfillment's name) has
  // that.
  if (made.is_id) made.max_bytes = limits::max_id_bytes;
  KJ_IF_MAYBE (most, annotated(notes, annotation::max_bytes))
    made.max_bytes = most->getUint32();
  KJ_IF_MAYBE (most, annotated(notes, annotation::max_entries))
    made.max_entries = most->getUint32();
  // A number that fits JSON but not the field would be cut off when it is set.
  // The least number is left out, so that the range is the same on both sides.
  if (made.type.isInt32()) {
    made.minimum = -std::numeric_limits<std::int32_t>::max();
    made.maximum = std::numeric_limits<std::int32_t>::max();
  }
  KJ_IF_MAYBE (least, annotated(notes, annotation::minimum))
    made.minimum = least->getInt64();
  KJ_IF_MAYBE (most, annotated(notes, annotation::maximum))
    made.maximum = most->getInt64();
  if (made.type.isStruct()) {
    const auto format = format_of(made.type.asStruct());
    if (format == "date-time") made.as = form::time;
    if (format == "integer") made.as = form::whole;
    if (format == "number") made.as = form::degrees;
  }
  return made;
}

}  // namespace

struct_rules::struct_rules(capnp::StructSchema schema) {
  for (const auto field : schema.getFields()) {
    places_.emplace(json_name(field), fields_.size());
    fields_.push_back(rule_of(field));
  }
}

// One table per thread, so that no body waits for a lock: there are a few dozen
// structs and a handful of threads. A pointer per entry, because callers keep a
// reference while the table grows: reading a struct looks up those inside it.
const struct_rules& struct_rules::of(capnp::StructSchema schema) {
  thread_local std::unordered_map<std::uint64_t, std::unique_ptr<struct_rules>>
      all;
  auto& known = all[schema.getProto().getId()];
  if (!known) known = std::make_unique<struct_rules>(schema);
  return *known;
}

std::optional<std::size_t> struct_rules::find(std::string_view name) const {
  const auto found = places_.find(name);
  if (found == places_.end()) return {};
  return found->second;
}

std::string place::path() const {
  if (outer == nullptr) return std::string(name);
  auto text = outer->path();
  // A key of JSON may be the empty text, so that the name is missing shows in
  // its pointer alone.
  if (name.data() == nullptr) return text + "[" + std::to_string(index) + "]";
  if (!text.empty()) text += ".";
  return text.append(name);
}

std::optional<std::string> fault_of(std::string_view text,
                                    const field_rule& rule) {
  // An empty id names nothing, so it is as good as left out.
  if (rule.required && rule.is_id && text.empty()) return "is missing";
  return rule.is_id ? fault_of_id(text, rule.max_bytes)
                    : fault_of_text(text, rule.max_bytes);
}

}  // namespace oms::api
