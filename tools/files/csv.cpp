#include "tools/files/csv.hpp"

#include "messages/text_rules.hpp"
#include "tools/files/file_text.hpp"

#include <csv.h>
#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <initializer_list>

namespace oms::files {

namespace {

error bad_file(std::string message) {
  return {error_code::invalid, std::move(message), {}};
}

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

std::string_view without_line_end(std::string_view line) {
  const auto last = line.find_last_not_of("\r\n");
  return last == std::string_view::npos ? std::string_view{}
                                        : line.substr(0, last + 1);
}

// A column's name without the differences that people overlook: case and
// blanks.
std::string plain_name(std::string_view name) {
  std::string out;
  for (const unsigned char letter : name) {
    if (std::isspace(letter) != 0) continue;
    out.push_back(static_cast<char>(std::tolower(letter)));
  }
  return out;
}

// A header rarely has separators within its names, unlike the rows below, so
// the most frequent candidate is the separator. If counts are equal, the comma,
// which comes first.
char delimiter_of(std::string_view header) {
  char best = ',';
  std::ptrdiff_t most = 0;
  for (const char candidate : {',', ';', '\t'}) {
    const auto found = std::count(header.begin(), header.end(), candidate);
    if (found > most) best = candidate;
    most = std::max(most, found);
  }
  return best;
}

// The separator that a first line such as `sep=;` names, in quotes or not. None
// if the line is something else; an empty text if it names no separator.
std::optional<std::string_view> named_delimiter(std::string_view line) {
  line = without_line_end(line);
  if (line.size() > 1 && line.front() == '"' && line.back() == '"')
    line = line.substr(1, line.size() - 2);
  constexpr std::string_view key = "sep=";
  if (line.size() < key.size() || plain_name(line.substr(0, 4)) != key)
    return std::nullopt;
  line.remove_prefix(key.size());
  // A quote as separator would make every row unreadable.
  const bool is_one = line.size() == 1 && line.front() != '"';
  return is_one ? line : std::string_view{};
}

}  // namespace

// libcsv and what its callbacks write to. It must not move, because libcsv
// passes its address to them.
struct csv_reader::parser {
  explicit parser(char separator) : delimiter(separator) { start(); }
  ~parser() { csv_free(&state); }
  parser(const parser&) = delete;
  parser& operator=(const parser&) = delete;

  void start() {
    csv_init(&state, 0);
    csv_set_delim(&state, static_cast<unsigned char>(delimiter));
    row_done = false;
    fields.clear();
  }
  // After a fault libcsv is in the middle of a cell; only a new parser forgets
  // that.
  void restart() {
    csv_free(&state);
    start();
  }

  static void on_field(void* bytes, std::size_t size, void* self) {
    // Whitespace around a cell is not a part of it, even in quotes:
    // spreadsheets and web pages leave non-breaking spaces, and an id with one
    // would be another id.
    static_cast<parser*>(self)->fields.emplace_back(
        trimmed({static_cast<const char*>(bytes), size}));
  }
  static void on_row(int, void* self) {
    static_cast<parser*>(self)->row_done = true;
  }

  void feed(std::string_view line) {
    csv_parse(&state, line.data(), line.size(), on_field, on_row, this);
  }

  csv_parser state{};
  char delimiter;
  std::vector<std::string> fields;
  bool row_done = false;
};

csv_reader::csv_reader(std::string name, std::string text)
    : name_(std::move(name)), text_(std::move(text)) {}
csv_reader::csv_reader(csv_reader&&) noexcept = default;
csv_reader& csv_reader::operator=(csv_reader&&) noexcept = default;
csv_reader::~csv_reader() = default;

result<csv_reader> csv_reader::open(const std::string& path) {
  auto text = text_of_file(path);
  if (!text) return text.failure();
  return of_text(path, std::move(*text));
}

result<csv_reader> csv_reader::of_text(std::string name, std::string text,
                                       std::optional<char> delimiter) {
  csv_reader reader(std::move(name), std::move(text));
  const std::string_view start(reader.text_);
  // Excel's "Unicode Text". Read as UTF-8, it would give a single column with a
  // name of zero bytes.
  if (start.starts_with("\xFF\xFE") || start.starts_with("\xFE\xFF"))
    return bad_file(reader.name_ + ":1: is UTF-16; save it as UTF-8");
  if (start.starts_with("\xEF\xBB\xBF")) reader.at_ = 3;
  reader.skip_blank_lines();
  const auto line = reader.physical_line(reader.at_);
  if (const auto named = named_delimiter(line)) {
    if (named->empty())
      return bad_file(fmt::format(
          "{}:{}: \"sep=\" must be followed by one character, the separator",
          reader.name_, reader.line_));
    // What the caller says counts more than what the file says.
    if (!delimiter) delimiter = named->front();
    reader.at_ += line.size();
    ++reader.line_;
    reader.skip_blank_lines();
  }
  if (reader.at_ == reader.text_.size())
    return bad_file(reader.name_ + ":1: is empty; its first line must name " +
                    "the columns");
  // The parser could not be made earlier, since it needs the separator.
  reader.parser_ = std::make_unique<parser>(
      delimiter.value_or(delimiter_of(reader.physical_line(reader.at_))));
  csv_row first;
  if (!reader.read_row(first) || !first.fault.empty())
    return bad_file(
        fmt::format("{}:{}: the first line must name the columns: {}",
                    reader.name_, first.line, first.fault));
  reader.header_ = std::move(first.fields);
  reader.header_line_ = first.line;
  return reader;
}

std::size_t csv_reader::column(
    std::initializer_list<std::string_view> names) const {
  for (const auto name : names) {
    for (std::size_t i = 0; i < header_.size(); ++i) {
      if (plain_name(header_[i]) == plain_name(name)) return i;
    }
  }
  return npos;
}

// A line with its end. A carriage return alone ends a line too, as old
// spreadsheets write it.
std::string_view csv_reader::physical_line(std::size_t from) const {
  const auto end = text_.find_first_of("\r\n", from);
  const std::string_view all(text_);
  if (end == std::string::npos) return all.substr(from);
  const bool two = all.substr(end).starts_with("\r\n");
  return all.substr(from, end - from + (two ? 2 : 1));
}

void csv_reader::skip_blank_lines() {
  while (at_ < text_.size()) {
    const auto line = physical_line(at_);
    if (!is_blank(line)) return;
    at_ += line.size();
    ++line_;
  }
}

bool csv_reader::next(csv_row& row) { return read_row(row); }

// Feeds libcsv line by line, and not the whole text: only so is it known where
// a row ends, and can reading go on after the first line of a row that is
// broken.
bool csv_reader::read_row(csv_row& row) {
  auto& in = *parser_;
  row.fields.clear();
  row.fault.clear();
  const auto give_up_after_first = [&](std::size_t start, std::string why) {
    const auto first = physical_line(start);
    row.raw = without_line_end(first);
    row.fields.clear();
    row.fault = std::move(why);
    at_ = start + first.size();
    line_ = row.line + 1;
    in.restart();
    return true;
  };

  skip_blank_lines();
  if (at_ == text_.size()) return false;

  const auto start = at_;
  row.line = line_;
  in.row_done = false;
  in.fields.clear();
  std::size_t lines = 0;
  while (!in.row_done) {
    // The limit keeps a file of stray quotes from being read again from each
    // line to its end.
    if (at_ == text_.size() || lines == max_row_lines)
      return give_up_after_first(start, "the row has an unclosed quote");
    const auto line = physical_line(at_);
    in.feed(line);
    at_ += line.size();
    ++lines;
    // The last line may lack its end, without which libcsv does not hand out
    // the row.
    if (at_ == text_.size() && !in.row_done) in.feed("\n");
  }
  line_ += lines;
  // Empty while the header itself is read.
  if (!header_.empty() && in.fields.size() != header_.size()) {
    const auto count = in.fields.size();
    auto why = fmt::format("the row has {} column{}, not {}", count,
                           count == 1 ? "" : "s", header_.size());
    // Most likely a stray quote has swallowed rows, which must get their turn.
    if (lines > 1) return give_up_after_first(start, std::move(why));
    row.fault = std::move(why);
  }
  row.raw =
      without_line_end(std::string_view(text_).substr(start, at_ - start));
  row.fields = std::move(in.fields);
  return true;
}

}  // namespace oms::files
