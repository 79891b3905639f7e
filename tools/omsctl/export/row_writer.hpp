#pragma once

/// Rows as CSV, as a JSON list, or as NDJSON.
///
/// Purpose: takes objects one at a time and keeps none. CSV has the columns
/// that it was given, each the object's key of that name; the other two have
/// the object whole, on one line. Owner: the export; the stream is its
/// opener's. Threads: one. Errors: of writing, by the stream; a list that has
/// its own separator in a text can't stand in a cell, see `problem`.

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "tools/json/value.hpp"

namespace oms::omsctl {

enum class row_format : std::uint8_t { csv, json, ndjson };

class row_writer {
 public:
  row_writer(std::FILE* out, row_format format,
             std::vector<std::string_view> columns);

  /// False when there is no use in going on.
  bool add(const json::value& row);
  void finish();

  /// Not empty: why the last row could not be written.
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  void add_cells(const json::value& row);

  std::FILE* out_;
  row_format format_;
  std::vector<std::string_view> columns_;
  /// Cells are written as they are, but not to somebody's screen.
  bool to_terminal_;
  bool is_first_ = true;
  std::string problem_;
};

}  // namespace oms::omsctl
