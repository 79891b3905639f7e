#include "messages/fields/hash_input.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "messages/fields/object.hpp"
#include "messages/ids.hpp"

namespace oms::fields {

namespace {

/// Of a form that is one number.
std::int64_t hashed_number(const type_info& type, const void* value) {
  switch (type.as) {
    case form::whole:
      return whole_of(type, value);
    case form::natural:
      return static_cast<std::int64_t>(as<std::uint64_t>(value));
    case form::number: {
      // The bits, which are not rounded; and one 0, since -0.0 equals 0.0 and
      // equal records must have equal hashes.
      const auto number = as<double>(value);
      return std::bit_cast<std::int64_t>(number == 0 ? 0.0 : number);
    }
    case form::truth:
      return as<bool>(value) ? 1 : 0;
    case form::time:
      return as<timestamp>(value).time_since_epoch().count();
    case form::date:
      return as<date>(value).time_since_epoch().count();
    case form::word:
      return as<std::uint8_t>(value);
    case form::text:
    case form::record:
    case form::list:
    case form::optional:
    case form::shared:
      break;
  }
  assert(false && "not a number");
  return 0;
}

bool is_hashed(const field_info& field) { return (field.is & apart) == 0; }

bool is_nothing(const type_info& type, const void* value) {
  switch (type.as) {
    case form::text:
      return as<std::string>(value).empty();
    case form::record:
      for (std::size_t i = 0; i < type.count; ++i) {
        const auto& field = type.fields[i];
        if (is_hashed(field) &&
            !is_nothing(field.type(),
                        static_cast<const char*>(value) + field.offset))
          return false;
      }
      return true;
    case form::list:
      return type.ops->size(value) == 0;
    case form::optional:
      return type.ops->get(value) == nullptr;
    case form::shared:
      return is_nothing(type.inner(), type.ops->get(value));
    default:
      return hashed_number(type, value) == 0;
  }
}

std::vector<const field_info*> by_ordinal(const type_info& type) {
  std::vector<const field_info*> all(type.count);
  for (std::size_t i = 0; i < type.count; ++i) all[i] = &type.fields[i];
  std::sort(all.begin(), all.end(), [](const auto* a, const auto* b) {
    return a->ordinal < b->ordinal;
  });
  return all;
}

// A map is equal to one in another order.
void add_list(const type_info& type, const void* list, bool is_set,
              std::string& out) {
  const auto& each = type.inner();
  const auto size = type.ops->size(list);
  const auto* at = static_cast<const char*>(type.ops->get(list));
  out += std::to_string(size) + ',';
  if (!is_set && !type.is_map) {
    for (std::size_t i = 0; i < size; ++i, at += each.size)
      add_hash_input(each, at, out);
    return;
  }
  std::vector<std::string> entries(size);
  for (std::size_t i = 0; i < size; ++i, at += each.size)
    add_hash_input(each, at, entries[i]);
  std::sort(entries.begin(), entries.end());
  for (const auto& entry : entries) out += entry;
}

void add_record(const type_info& type, const void* record, std::string& out) {
  out += '(';
  for (const auto* field : by_ordinal(type)) {
    const auto& of = field->type();
    const auto* value = static_cast<const char*>(record) + field->offset;
    if (!is_hashed(*field) || is_nothing(of, value)) continue;
    out += std::to_string(field->ordinal) + '=';
    if (of.as == form::list)
      add_list(of, value, (field->is & any_order) != 0, out);
    else
      add_hash_input(of, value, out);
  }
  out += ')';
}

}  // namespace

void add_hash_input(const type_info& type, const void* value,
                    std::string& out) {
  switch (type.as) {
    case form::text: {
      const auto& text = as<std::string>(value);
      out += std::to_string(text.size()) + ':';
      out += text;
      return;
    }
    case form::record:
      return add_record(type, value, out);
    case form::list:
      return add_list(type, value, false, out);
    case form::optional:
    case form::shared:
      if (const auto* held = type.ops->get(value))
        add_hash_input(type.inner(), held, out);
      else
        out += '-';
      return;
    default:
      // The comma ends it, or 1 and 23 in a list would read like 12 and 3.
      out += std::to_string(hashed_number(type, value)) + ',';
  }
}

}  // namespace oms::fields
