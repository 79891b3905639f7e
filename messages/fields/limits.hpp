#pragma once

/// The limits of a field, and what is said about a value beyond them.
///
/// A field's own limits come before those of its type. The readers of JSON, the
/// check and the OpenAPI document share this, so all of them agree, in the same
/// words. A fault is a sentence without its subject. Pure functions.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "messages/errors.hpp"
#include "messages/fields/fields.hpp"
#include "messages/ids.hpp"
#include "messages/text_rules.hpp"

namespace oms::fields {

[[nodiscard]] inline std::int64_t least_of(const type_info& type,
                                           const field_info& field) {
  return field.least == field_info::unset ? type.least : field.least;
}

[[nodiscard]] inline std::int64_t most_of(const type_info& type,
                                          const field_info& field) {
  return field.most == field_info::unset ? type.most : field.most;
}

/// Of a number that is out of range; not of NaN.
template <class Number>
[[nodiscard]] std::optional<std::string> range_fault(const type_info& type,
                                                     const field_info& field,
                                                     Number number) {
  const auto least = least_of(type, field);
  const auto most = most_of(type, field);
  if (number < static_cast<Number>(least)) return less_than(least);
  if (number > static_cast<Number>(most)) return more_than(most);
  return {};
}

/// Of a value of another type: "must be a text"; of words it names those that
/// are right, so that an author of a client need not look for them.
[[nodiscard]] std::string wrong_type(const type_info& type);

/// The value of an enumeration with this name.
[[nodiscard]] std::optional<std::uint8_t> word_named(const type_info& type,
                                                     std::string_view name);

/// Bytes that a text may have; of a list of texts, each of them.
[[nodiscard]] std::size_t most_bytes_of(const type_info& type,
                                        const field_info& field);
[[nodiscard]] bool is_id(const type_info& type, const field_info& field);

/// Of a text that is too long or has characters that it may not have.
[[nodiscard]] std::optional<std::string> text_fault(const type_info& type,
                                                    const field_info& field,
                                                    std::string_view text);

/// Of a time that has no text in RFC 3339.
[[nodiscard]] std::optional<std::string> fault_of_time(timestamp time);

/// The most faults that are listed: a hostile body could have millions.
inline constexpr std::size_t max_faults = 1'000;
/// Adds a fault, or says once that there are more.
void add_fault(std::vector<fault>& all, std::string path, std::string message);

}  // namespace oms::fields
