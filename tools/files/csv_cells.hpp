#pragma once

/// Cells of a CSV file as JSON, and back. A row becomes an object, so that one
/// reader and one writer (tools/json) serve both formats. As in JSON, money is
/// in minor units and times are RFC 3339.
///
/// A cell that is not of its column's type stays a text, which the JSON reader
/// then refuses with the column's name.

#include <cstdio>
#include <string>
#include <string_view>

#include "tools/files/csv_columns.hpp"
#include "tools/json/value.hpp"

namespace oms::files {

inline constexpr char list_separator = ';';

/// An empty cell is null, which counts as absent. Degrees may have a decimal
/// comma, as spreadsheets in half of Europe write them. `yes_no` is true, yes
/// or 1, and false, no or 0, in any case.
[[nodiscard]] json::value value_of(cell_type type, std::string_view cell);

/// Null is an empty cell; a list is separated by semicolons.
[[nodiscard]] std::string cell_of(const json::value& value);

/// In quotes only where RFC 4180 needs them. The content is written unchanged.
void write_cell(std::FILE* out, const std::string& cell);

}  // namespace oms::files
