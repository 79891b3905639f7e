#pragma once

/// Columns that line up.
///
/// Purpose: rows of texts, the first one the heading; numbers stand to the
/// right. Owner: a value. Threads: no shared state. Widths are counted in
/// bytes, which is right for the ids and numbers that it is for.

#include <string>
#include <vector>

#include "tools/text/console.hpp"

namespace oms::text {

class table_text {
 public:
  /// A heading that begins with '>' is of a column of numbers.
  explicit table_text(const std::vector<std::string>& headings);

  void add(std::vector<std::string> row) {
    for (auto& cell : row) cell = harmless_line(cell);
    rows_.push_back(std::move(row));
  }
  /// Without the heading.
  [[nodiscard]] std::size_t rows() const { return rows_.size() - 1; }

  /// Lines, each indented by two and ended.
  [[nodiscard]] std::string text(const palette& colours) const;

 private:
  std::vector<bool> to_the_right_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace oms::text
