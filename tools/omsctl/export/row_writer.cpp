#include "tools/omsctl/export/row_writer.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "tools/files/csv_cells.hpp"
#include "tools/files/output_file.hpp"
#include "tools/text/console.hpp"

namespace oms::omsctl {

namespace {

// An import would read such a list as one with more entries. Refusing is better
// than a file that can't be imported again.
bool has_separator_within(const json::value& list) {
  return list.is_array() &&
         std::any_of(list.begin(), list.end(), [](const json::value& one) {
           return files::cell_of(one).find(files::list_separator) !=
                  std::string::npos;
         });
}

}  // namespace

row_writer::row_writer(std::FILE* out, row_format format,
                       std::vector<std::string_view> columns)
    : out_(out),
      format_(format),
      columns_(std::move(columns)),
      to_terminal_(text::is_terminal(out)) {
  if (format_ == row_format::json) files::put(out_, "[");
  if (format_ != row_format::csv) return;
  const char* separator = "";
  for (const auto name : columns_) {
    files::put(out_, separator);
    files::put(out_, name);
    separator = ",";
  }
  files::put(out_, "\n");
}

bool row_writer::add(const json::value& row) {
  if (format_ == row_format::csv)
    add_cells(row);
  else if (format_ == row_format::ndjson)
    files::put(out_, json::one_line(row) + "\n");
  else
    files::put(out_, (is_first_ ? "\n  " : ",\n  ") + json::one_line(row));
  // JSON allows no comma after the last row, so each row but the first begins
  // with one.
  is_first_ = false;
  return problem_.empty() && std::ferror(out_) == 0;
}

void row_writer::add_cells(const json::value& row) {
  const char* separator = "";
  for (const auto name : columns_) {
    std::fputs(separator, out_);
    separator = ",";
    const auto cell = row.find(std::string(name));
    // A missing key is an empty cell, which an import reads as the default.
    if (cell == row.end()) continue;
    if (has_separator_within(*cell))
      problem_ = fmt::format(
          "{}: a name in the list contains a semicolon, which separates "
          "names in a CSV cell; use --format json",
          name);
    const auto text = files::cell_of(*cell);
    files::write_cell(out_, to_terminal_ ? text::harmless_line(text) : text);
  }
  std::fputc('\n', out_);
}

void row_writer::finish() {
  if (format_ == row_format::json) files::put(out_, "\n]\n");
}

}  // namespace oms::omsctl
