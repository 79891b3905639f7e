#include "tools/json/fields.hpp"

#include <cstdint>
#include <string>
#include <utility>

#include "messages/fields/limits.hpp"
#include "messages/fields/object.hpp"
#include "messages/text_rules.hpp"
#include "messages/time_text.hpp"

namespace oms::json {

namespace {

using fields::form;
using fields::object;
using fields::type_info;

template <class T>
T& as(void* at) {
  return *static_cast<T*>(at);
}

void read_value(const node& at, const type_info& type,
                const fields::field_info* field, void* out);

void read_word(const node& at, const type_info& type, void* out) {
  std::string name;
  read(at, name);
  if (!at.json().is_string()) return;
  if (const auto word = fields::word_named(type, name))
    as<std::uint8_t>(out) = *word;
  else
    at.refuse(fields::wrong_type(type));
}

void read_list(const node& at, const type_info& type, void* out) {
  type.ops->clear(out);
  if (!is_list(at)) return;
  for (std::size_t i = 0; i < at.json().size(); ++i)
    read_value(at.item(i), type.inner(), nullptr, type.ops->grow(out));
}

// A coordinate beyond its range is a slip in the form of a file, such as two
// columns that were exchanged.
void read_number(const node& at, const type_info& type,
                 const fields::field_info* field, double& out) {
  read(at, out);
  if (field == nullptr || !at.json().is_number()) return;
  if (auto fault = fields::range_fault(type, *field, out))
    at.refuse(std::move(*fault));
}

void read_value(const node& at, const type_info& type,
                const fields::field_info* field, void* out) {
  switch (type.as) {
    case form::text:
      return read(at, as<std::string>(out));
    case form::natural: {
      std::int64_t number = 0;
      read(at, number);
      if (number < 0) return at.refuse(less_than(0));
      as<std::uint64_t>(out) = static_cast<std::uint64_t>(number);
      return;
    }
    case form::whole:
      if (type.size == sizeof(std::int32_t))
        return read(at, as<std::int32_t>(out));
      return read(at, as<std::int64_t>(out));
    case form::number:
      return read_number(at, type, field, as<double>(out));
    case form::truth:
      return read(at, as<bool>(out));
    case form::time:
      return read(at, as<timestamp>(out));
    case form::word:
      return read_word(at, type, out);
    case form::record:
      return read_record(at, type, out);
    case form::list:
      return read_list(at, type, out);
    case form::optional:
      // An empty text means no time, as `null` does.
      if (type.inner().as == form::time && is_empty_text(at.json())) return;
      return read_value(at, type.inner(), field, type.ops->emplace(out, false));
    case form::shared:
      return;
  }
}

bool is_needed(const fields::key& key) {
  return key.is(fields::required | fields::required_in_json);
}

void read_object(object_reader& keys, const object& of, void* record) {
  for (const auto& key : of.keys) {
    const auto found = keys.find(key.name);
    if (!found) {
      if (is_needed(key) && key.steps.empty())
        static_cast<void>(keys.need(key.name));
    } else if (key.group) {
      object_reader inside(*found);
      read_object(inside, *key.group, record);
      inside.refuse_others();
    } else {
      read_value(*found, *key.type, key.field, key.make_in(record));
    }
  }
  // Of a part that may be missing as a whole, a key is needed if another one
  // has made the part.
  for (const auto& key : of.keys)
    if (is_needed(key) && !key.steps.empty() && key.in(record) != nullptr)
      static_cast<void>(keys.need(key.name));
}

value write_value(const type_info& type, const void* from);

value write_object(const object& of, const void* record) {
  value out = value::object();
  for (const auto& key : of.keys) {
    if (key.group) {
      auto inside = write_object(*key.group, record);
      if (!inside.empty()) out[key.name] = std::move(inside);
    } else if (const auto* at = fields::shown(key, record)) {
      out[key.name] = write_value(fields::held_type(*key.type), at);
    }
  }
  return out;
}

value write_value(const type_info& type, const void* from) {
  switch (type.as) {
    case form::text:
      return fields::as<std::string>(from);
    case form::whole:
      return fields::whole_of(type, from);
    case form::natural:
      return fields::as<std::uint64_t>(from);
    case form::number:
      return fields::as<double>(from);
    case form::truth:
      return fields::as<bool>(from);
    case form::time:
      return time_text(fields::as<timestamp>(from));
    case form::word: {
      const auto number = fields::as<std::uint8_t>(from);
      if (number >= type.count) return number;
      return type.words[number];
    }
    case form::record:
      return write_object(fields::object_of(type), from);
    case form::list: {
      value out = value::array();
      const auto& each = type.inner();
      const auto* at = static_cast<const char*>(type.ops->get(from));
      for (auto left = type.ops->size(from); left > 0; --left, at += each.size)
        out.push_back(write_value(each, at));
      return out;
    }
    case form::optional:
    case form::shared:
      break;
  }
  const auto* held = type.ops->get(from);
  return held == nullptr ? value(nullptr) : write_value(type.inner(), held);
}

}  // namespace

void read_keys(object_reader& keys, const type_info& type, void* record) {
  read_object(keys, fields::object_of(type), record);
}

void read_record(const node& at, const type_info& type, void* record) {
  object_reader keys(at);
  read_keys(keys, type, record);
  keys.refuse_others();
}

value write_record(const type_info& type, const void* record) {
  return write_object(fields::object_of(type), record);
}

}  // namespace oms::json
