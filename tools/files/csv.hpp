#pragma once

/// Reads rows of a CSV file, each with its line. It reads what libcsv
/// understands: RFC 4180, with either line end, a byte order mark, and line
/// ends within quotes. Cells are separated as the caller says, or as a first
/// line `sep=;` does, which spreadsheets write and hide, or else by the one of
/// comma, semicolon and tab that the header has most of.
///
/// A row that can't be read is handed out with its fault, and never takes its
/// neighbors with it: if a quote is not closed, or a row over several lines has
/// the wrong number of columns, only its first line is at fault, and reading
/// goes on after it. Blank lines are skipped. The file is held in memory; a row
/// has at most `max_row_lines` lines.

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
  /// The first of its lines, from 1.
  std::uint64_t line = 0;
  std::vector<std::string> fields;
  /// The row as it is in the file, without the line end.
  std::string raw;
  /// Why it is not a row of this file; empty: it is one.
  std::string fault;
};

class csv_reader {
 public:
  /// The first row names the columns. `invalid`, with the file and the line, if
  /// there is none.
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
  /// The index of the first of these names that the header has, in any case and
  /// with any blanks; `npos` if it has none of them.
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
