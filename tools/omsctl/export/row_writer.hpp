#pragma once

/// Writes rows as CSV, as a JSON list or as NDJSON, one at a time, and keeps
/// none. CSV has the columns that it was given, each with the object's key of
/// that name; the other formats have the whole object on one line.
///
/// The stream belongs to whoever opened it and keeps its errors. A list that
/// has its separator in one of its texts does not fit into a cell, see
/// `problem`.

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

  /// False once writing on is useless: the stream failed, or `problem` is set.
  bool add(const json::value& row);
  void finish();

  /// Why the last row could not be written; empty: it was.
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  void add_cells(const json::value& row);

  std::FILE* out_;
  row_format format_;
  std::vector<std::string_view> columns_;
  /// A file gets the cells unchanged, but a terminal must not obey what others
  /// wrote into them.
  bool to_terminal_;
  bool is_first_ = true;
  std::string problem_;
};

}  // namespace oms::omsctl
