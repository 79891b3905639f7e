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

// An object of texts, whose keys are not known.
void read_map(const node& at, const type_info& type, void* out) {
  type.ops->clear(out);
  if (!at.json().is_object()) return at.refuse(fields::wrong_type(type));
  const auto& key = type.inner().fields[0];
  const auto& text = type.inner().fields[1];
  for (const auto& [name, said] : at.json().items()) {
    auto* entry = static_cast<char*>(type.ops->grow(out));
    as<std::string>(entry + key.offset) = name;
    if (!said.is_null() || text.type().as != form::optional)
      read_value(at.member(name), text.type(), nullptr, entry + text.offset);
  }
}

void read_date(const node& at, const type_info& type, date& out) {
  std::string text;
  read(at, text);
  if (!at.json().is_string()) return;
  if (const auto day = parse_date(text))
    out = *day;
  else
    at.refuse(fields::wrong_type(type));
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
    case form::date:
      return read_date(at, type, as<date>(out));
    case form::word:
      return read_word(at, type, out);
    case form::record:
      return read_record(at, type, out);
    case form::list:
      return type.is_map ? read_map(at, type, out) : read_list(at, type, out);
    case form::optional:
      // An empty text means no time, as `null` does.
      if ((type.inner().as == form::time || type.inner().as == form::date) &&
          is_empty_text(at.json()))
        return;
      return read_value(at, type.inner(), field, type.ops->emplace(out, false));
    case form::shared:
      return;
  }
}

// Of a time of which only the date counts.
void keep_date(const fields::key& key, void* record) {
  auto* value = key.make_in(record);
  if (key.type->as == form::optional)
    value = const_cast<void*>(key.type->ops->get(value));
  if (value != nullptr) as<timestamp>(value) = date_of(as<timestamp>(value));
}

bool is_needed(const fields::key& key) {
  return key.is(fields::required | fields::required_in_json);
}

void read_object(object_reader& keys, const object& of, void* record) {
  for (const auto& key : of.keys) {
    const auto found = keys.find(key.name);
    if (!found) {
      if (key.is(fields::null_clears) && keys.has(key.name))
        fields::clear_by_null(*key.type, key.make_in(record));
      if ((is_needed(key) && key.steps.empty()) ||
          (key.is(fields::unless_lines) && !keys.has("lines")))
        static_cast<void>(keys.need(key.name));
    } else if (key.group) {
      object_reader inside(*found);
      read_object(inside, *key.group, record);
      inside.refuse_others();
    } else {
      read_value(*found, *key.type, key.field, key.make_in(record));
      if (key.is(fields::as_date)) keep_date(key, record);
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
    } else if (const auto* at = fields::shown(key, record);
               at != nullptr && key.is(fields::as_date)) {
      out[key.name] = date_text(date_of(fields::as<timestamp>(at)));
    } else if (at != nullptr) {
      out[key.name] = write_value(fields::held_type(*key.type), at);
    }
  }
  return out;
}

value write_map(const type_info& entry, const char* at, std::size_t size) {
  value out = value::object();
  const auto& key = entry.fields[0];
  const auto& text = entry.fields[1];
  for (; size > 0; --size, at += entry.size)
    out[fields::as<std::string>(at + key.offset)] =
        write_value(text.type(), at + text.offset);
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
    case form::date:
      return date_text(fields::as<date>(from));
    case form::word: {
      const auto number = fields::as<std::uint8_t>(from);
      if (number >= type.count) return number;
      return type.words[number];
    }
    case form::record:
      return write_object(fields::object_of(type), from);
    case form::list: {
      const auto& each = type.inner();
      const auto* at = static_cast<const char*>(type.ops->get(from));
      if (type.is_map) return write_map(each, at, type.ops->size(from));
      value out = value::array();
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
