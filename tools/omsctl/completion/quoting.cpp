#include "tools/omsctl/completion/quoting.hpp"

namespace oms::omsctl {

std::string escaped(std::string_view text, std::string_view special) {
  std::string out;
  for (const char letter : text) {
    if (special.find(letter) != std::string_view::npos) out += '\\';
    out += letter;
  }
  return out;
}

// Within single quotes nothing is special, not even a backslash. So a quote is
// written by ending the quoted part, adding an escaped quote, and beginning
// again.
std::string single_quoted(std::string_view text) {
  std::string out = "'";
  for (const char letter : text)
    if (letter == '\'')
      out += "'\\''";
    else
      out += letter;
  return out + "'";
}

std::string words_of(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

// Descriptions put the main clause first and what is less important after a
// semicolon; a list of words has room for one clause.
std::string in_short(const std::string& description) {
  return description.substr(0, description.find_first_of(";\n"));
}

}  // namespace oms::omsctl
