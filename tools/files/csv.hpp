#pragma once

/// Rows of a CSV file, each with the place where it stands.
///
/// Purpose: reads what libcsv understands (RFC 4180, with either line end, a
/// byte order mark, and line ends within quotes), separated as its caller says,
/// or as a first line `sep=;` does, which spreadsheets write and hide, or else
/// by comma, semicolon or tab, whichever the header has most of. A row
/// that can't be read is handed out with its fault and never swallows its
/// neighbours: where a quote is not closed, or where a row over several lines
/// has the wrong number of columns, only its first line is at fault, and
/// reading goes on behind it. Blank lines are no rows. Owner: the caller.
/// Threads: one. Limits: a file is held in memory; a row stands on at most
/// `max_row_lines` lines.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "messages/errors.hpp"

namespace oms::files {

inline constexpr std::size_t max_row_lines = 100;

struct csv_row {
  /// Of the first of its lines, from 1.
  std::uint64_t line = 0;
  std::vector<std::string> fields;
  /// As it stands in the file, without the line end.
  std::string raw;
  /// Not empty: why it is no row of this file.
  std::string fault;
};

class csv_reader {
 public:
  /// The first row names the columns. Errors: `invalid` with the file and the
  /// line when there is none.
  static result<csv_reader> open(const std::string& path);
  static result<csv_reader> of_text(std::string name, std::string text,
                                    std::optional<char> delimiter = {});

  csv_reader(csv_reader&&) noexcept;
  csv_reader& operator=(csv_reader&&) noexcept;
  ~csv_reader();

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::vector<std::string>& header() const {
    return header_;
  }
  /// The line of the header, from 1.
  [[nodiscard]] std::uint64_t header_line() const { return header_line_; }
  /// Whatever stands in other letters' case or has blanks around it counts
  /// too; `npos` when there is none of these names.
  static constexpr std::size_t npos = static_cast<std::size_t>(-1);
  [[nodiscard]] std::size_t column(
      std::initializer_list<std::string_view> names) const;

  /// False at the end.
  bool next(csv_row& row);

 private:
  struct parser;

  csv_reader(std::string name, std::string text);
  [[nodiscard]] std::string_view physical_line(std::size_t from) const;
  void skip_blank_lines();
  bool read_row(csv_row& row);

  std::string name_;
  std::string text_;
  std::size_t at_ = 0;
  std::uint64_t line_ = 1;
  std::vector<std::string> header_;
  std::uint64_t header_line_ = 1;
  std::unique_ptr<parser> parser_;
};

}  // namespace oms::files
