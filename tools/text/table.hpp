#pragma once

/// Columns that line up: rows of texts, of which the first is the heading.
/// Numbers are aligned to the right. Widths are counted in bytes, which is
/// right for the ids and numbers that it is for.

#include <string>
#include <vector>

#include "tools/text/console.hpp"

namespace oms::text {

class table_text {
 public:
  /// A heading that begins with '>' is that of a column of numbers.
  explicit table_text(const std::vector<std::string>& headings);

  void add(std::vector<std::string> row) {
    for (auto& cell : row) cell = harmless_line(cell);
    rows_.push_back(std::move(row));
  }
  /// The number of rows below the heading.
  [[nodiscard]] std::size_t rows() const { return rows_.size() - 1; }

  /// Whole lines, each indented by two.
  [[nodiscard]] std::string text(const palette& colours) const;

 private:
  std::vector<bool> to_the_right_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace oms::text
