#include "tools/text/table.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace oms::text {

table_text::table_text(const std::vector<std::string>& headings) {
  auto& first = rows_.emplace_back();
  for (const auto& each : headings) {
    // In the heading and not in a list beside it, which could have another
    // length.
    to_the_right_.push_back(each.starts_with('>'));
    first.push_back(to_the_right_.back() ? each.substr(1) : each);
  }
}

std::string table_text::text(const palette& colours) const {
  // All rows are kept until the end, because the last one may be the widest.
  std::vector<std::size_t> widths(to_the_right_.size(), 0);
  for (const auto& row : rows_)
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], row[i].size());
  std::string out;
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += i == 0 ? "" : "  ";
      line += to_the_right_[i] ? fmt::format("{:>{}}", row[i], widths[i])
                               : fmt::format("{:<{}}", row[i], widths[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    const bool heading = &row == &rows_.front();
    // Painted as a whole line, so that color sequences don't count as width.
    out += "  " + (heading ? colours.paint(colour::dim, line) : line) + '\n';
  }
  return out;
}

}  // namespace oms::text
