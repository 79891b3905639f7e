#pragma once

/// Checks JSON against a shape that is given by example.
///
/// Shapes say what scenario files may name, as JSON that can be read at a
/// glance. Each key that the shape does not have and each value of another type
/// is a fault.
///
/// A shape is an example: null is anything, "" any text, 0 any number, true a
/// truth value. A list has any number of its only element. An object may have
/// its keys and no others (the keys of `{"*": shape}` are free). A text "a|b"
/// is one of these words. In what is checked, `null` and "" fit everything:
/// they expect that there is no value.

#include <span>
#include <string>
#include <string_view>

#include "tools/json/reader.hpp"

namespace oms::scenario {

void check_shape(const json::node& at, const json::value& shape);

/// The shape with each text "$name" replaced by what `named` has under that
/// name. Asserts that it is there.
[[nodiscard]] json::value expanded(json::value shape, const json::value& named);

/// The shape of a record, by its list of fields.
[[nodiscard]] json::value shape_of(const fields::type_info& type);

/// Whether `word` is one of "a|b|c".
[[nodiscard]] bool is_one_of(std::string_view word, std::string_view words);

/// "a|b|c": the words of an enumeration as a shape.
[[nodiscard]] std::string one_of(std::span<const char* const> names);

}  // namespace oms::scenario
