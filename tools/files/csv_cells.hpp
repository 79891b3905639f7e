#pragma once

/// Cells of a CSV file as JSON, and back.
///
/// Purpose: a row becomes an object, so that one reader and one writer
/// (tools/json) serve both formats. Owner: pure functions. Threads: any.
/// Errors: a cell that is not of its column's type stays a text, which the
/// JSON reader then refuses with the column's name. Money is in minor units
/// and times are RFC 3339, as in JSON.

#include <cstdio>
#include <string>
#include <string_view>

#include "tools/files/csv_columns.hpp"
#include "tools/json/value.hpp"

namespace oms::files {

inline constexpr char list_separator = ';';

/// An empty cell is null, which counts as absent. Degrees may have a comma
/// for the point, as spreadsheets write them in half of Europe; yes_no is
/// true, yes or 1, and false, no or 0, in any case of letters.
[[nodiscard]] json::value value_of(cell_type type, std::string_view cell);

/// Null is an empty cell, a list has semicolons between.
[[nodiscard]] std::string cell_of(const json::value& value);

/// As RFC 4180 has it: in quotes only where it must be. What is in the cell is
/// written as it is.
void write_cell(std::FILE* out, const std::string& cell);

}  // namespace oms::files
