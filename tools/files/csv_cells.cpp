#include "tools/files/csv_cells.hpp"

#include <csv.h>

#include <algorithm>
#include <cctype>
#include <limits>

#include "messages/text_rules.hpp"
#include "tools/text/number_text.hpp"

namespace oms::files {

namespace {

// A comma counts as the point only if there is no point: "1,234.5" stays a text
// and is refused.
json::value degrees_of(std::string_view cell) {
  std::string text(cell);
  if (text.find('.') == std::string::npos)
    if (const auto comma = text.find(','); comma != std::string::npos)
      text[comma] = '.';
  const auto read =
      // Any number: the JSON reader knows which degrees are valid, and says so.
      text::parse_degrees(text, std::numeric_limits<double>::infinity());
  return read ? json::value(*read) : json::value(cell);
}

// Spreadsheets write TRUE, databases 1, and people yes.
json::value yes_or_no(std::string_view cell) {
  std::string word(cell);
  std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  if (word == "true" || word == "yes" || word == "1") return true;
  if (word == "false" || word == "no" || word == "0") return false;
  return cell;
}

// Empty entries are left out: a trailing semicolon is a habit, not a name.
json::value list_of(std::string_view cell) {
  auto out = json::value::array();
  while (true) {
    const auto end = std::min(cell.find(list_separator), cell.size());
    if (const auto one = trimmed(cell.substr(0, end)); !one.empty())
      out.push_back(one);
    if (end == cell.size()) return out;
    cell.remove_prefix(end + 1);
  }
}

}  // namespace

json::value value_of(cell_type type, std::string_view cell) {
  if (cell.empty()) return nullptr;
  switch (type) {
    case cell_type::text:
      break;
    case cell_type::whole:
      if (const auto number = text::parse_whole(cell)) return *number;
      break;
    case cell_type::degrees:
      return degrees_of(cell);
    case cell_type::yes_no:
      return yes_or_no(cell);
    case cell_type::list:
      return list_of(cell);
  }
  return cell;
}

std::string cell_of(const json::value& value) {
  if (value.is_null()) return {};
  if (value.is_string()) return value.get<std::string>();
  // Numbers and booleans, as JSON writes them: without a locale.
  if (!value.is_array()) return value.dump();
  std::string out;
  for (const auto& one : value) {
    if (!out.empty()) out += list_separator;
    out += cell_of(one);
  }
  return out;
}

void write_cell(std::FILE* out, const std::string& cell) {
  // Readers here trim every cell, but others keep blanks only in quotes. A
  // semicolon or tab would end the cell for those that guess another separator.
  const bool needs_quotes =
      cell.find_first_of(",;\t\"\r\n") != std::string::npos ||
      cell.starts_with(' ') || cell.ends_with(' ');
  if (needs_quotes)
    csv_fwrite(out, cell.data(), cell.size());
  else
    std::fwrite(cell.data(), 1, cell.size(), out);
}

}  // namespace oms::files
