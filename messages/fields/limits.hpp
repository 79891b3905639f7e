#pragma once

/// Internal to messages/fields/: the limits of a field.
///
/// A field's own limits come before those of its type. The reader of JSON and
/// the check share this, so both refuse the same in the same words.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "messages/errors.hpp"
#include "messages/fields/fields.hpp"
#include "messages/ids.hpp"

namespace oms::fields {

[[nodiscard]] inline std::int64_t least_of(const type_info& type,
                                           const field_info& field) {
  return field.least == field_info::unset ? type.least : field.least;
}

[[nodiscard]] inline std::int64_t most_of(const type_info& type,
                                          const field_info& field) {
  return field.most == field_info::unset ? type.most : field.most;
}

/// Bytes that a text may have; of a list of texts, each of them.
[[nodiscard]] std::size_t most_bytes_of(const type_info& type,
                                        const field_info& field);
[[nodiscard]] bool is_id(const type_info& type, const field_info& field);

/// What is wrong with a text, as a sentence without its subject.
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
