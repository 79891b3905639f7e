#include "tools/complete/unknown_subcommand.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <numeric>
#include <string_view>

namespace oms::tools {

namespace {

/// Letters that have to be put in, taken out, replaced or swapped with their
/// neighbour to turn one word into the other (Damerau 1964, restricted).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t other = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + other});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

/// What a person would type after the program's name: of all below `at`, the
/// nearest; "verify" is near "audit verify".
std::string nearest(const command_tree& at, const std::string& word) {
  std::string found;
  std::size_t least = std::string::npos;
  for (const auto* each : all_of(at)) {
    if (each == &at) continue;
    const auto far = distance(word, each->name);
    if (far >= least) continue;
    least = far;
    found = each->path.substr(at.path.size() + 1);
  }
  return found;
}

}  // namespace

std::optional<std::string> unknown_subcommand(
    const command_tree& program, const std::vector<std::string>& arguments) {
  const auto* at = &program;
  for (const auto& word : arguments) {
    if (at->subcommands.empty()) return std::nullopt;
    // Programs and groups have flags only, such as --help.
    if (word.starts_with('-')) continue;
    const auto known = std::find_if(
        at->subcommands.begin(), at->subcommands.end(),
        [&word](const command_tree& each) { return each.name == word; });
    if (known == at->subcommands.end())
      return fmt::format(
          "{}: unknown subcommand \"{}\"; did you mean \"{}\"? \"{} --help\" "
          "lists all",
          at->path, word, nearest(*at, word), at->path);
    at = &*known;
  }
  return std::nullopt;
}

}  // namespace oms::tools
