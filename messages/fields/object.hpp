#pragma once

/// How a record is in JSON: its keys, with flat records and dotted keys put in
/// place.
///
/// A table of messages/fields/fields.hpp says what a struct has; this is made
/// of it once per type, for the reader and the writer of JSON and for the
/// OpenAPI document. It lives as long as the program and may be read on any
/// thread.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "messages/fields/fields.hpp"

namespace oms::fields {

/// On the way to a flat field: the value at `offset` holds the one to go on
/// from.
struct step {
  std::uint32_t offset;
  const type_info* through;
};

struct key {
  std::string name;
  /// None of a group, which is an object made of dotted keys.
  const field_info* field = nullptr;
  const type_info* type = nullptr;
  std::vector<step> steps;
  /// From the record, or from what the last step holds.
  std::uint32_t offset = 0;
  std::unique_ptr<object> group;

  /// Whether it has one of these flags.
  [[nodiscard]] bool is(unsigned some) const {
    return field != nullptr && (field->is & some) != 0;
  }
  /// Where its value is; null if a step leads to nothing.
  [[nodiscard]] const void* in(const void* record) const;
  /// For a reader: what its steps lead through is made if it is missing.
  [[nodiscard]] void* make_in(void* record) const;
};

struct object {
  /// Of the schema.
  std::string name;
  const type_info* type = nullptr;
  std::vector<key> keys;
  /// Of what the path of a request says; not in JSON.
  std::vector<key> path_keys;

  [[nodiscard]] std::optional<std::size_t> find(std::string_view key) const;
};

/// "unit_price" as "unitPrice".
[[nodiscard]] std::string camel_case(std::string_view name);

/// Of a record.
[[nodiscard]] const object& object_of(const type_info& type);

/// The value of a key as it is shown, whose type is `held_type`; null if it is
/// left out: a part or an optional value that is not there, or an empty one
/// that the list leaves out. Not of groups.
[[nodiscard]] const void* shown(const key& of, const void* record);
/// Whether it may be left out: an empty text or list, no value, 0, false, the
/// first word. Never a record, a fraction or a time.
[[nodiscard]] bool is_empty(const type_info& type, const void* value);
/// What an optional value holds, or the type itself.
[[nodiscard]] const type_info& held_type(const type_info& type);

/// What a JSON `null` says of an optional value that it clears (`null_clears`):
/// there is a value, and it is empty. Nothing is empty like a number, so a
/// number is NaN then. Of a record, each of its fields that `null` clears.
void clear_by_null(const type_info& type, void* value);

/// The value at an address, whose type its table tells.
template <class T>
[[nodiscard]] const T& as(const void* value) {
  return *static_cast<const T*>(value);
}

/// The number of a whole value, whatever its size.
[[nodiscard]] std::int64_t whole_of(const type_info& type, const void* value);

}  // namespace oms::fields
