#include "tools/omsctl/completion/unknown_subcommand.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <numeric>
#include <string_view>

#include "tools/text/console.hpp"

namespace oms::omsctl {

namespace {

// The number of letters to insert, delete, replace or swap with their neighbor
// that turns one word into the other (Damerau 1964; the restricted form, in
// which no part is edited twice). Swaps count once because they are the most
// frequent slip.
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

// Known words are in lower case, so that LOCATION is as near as location.
std::string in_lower_case(std::string_view word) {
  std::string out(word);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

// The nearest of some words to a misspelt one, if any is near: at most every
// third letter may differ. With more, a short word would be near almost
// anything. Of equally near words the first one counts.
class nearest_word {
 public:
  explicit nearest_word(std::string_view word)
      : word_(in_lower_case(word)), least_(word.size() / 3 + 1) {}

  void look_at(const std::string& known, const std::string& shown) {
    const auto far = distance(word_, known);
    if (far >= least_) return;
    least_ = far;
    found_ = shown;
  }

  // A question at the end of a message, or nothing.
  [[nodiscard]] std::string text() const {
    if (found_.empty()) return "";
    return fmt::format("did you mean \"{}\"? ", found_);
  }

 private:
  std::string word_;
  std::size_t least_;
  std::string found_;
};

// The word is the user's, or that of a script that passed on what others wrote,
// so it is made harmless.
std::string unknown(const text::command_tree& at, const char* what,
                    const std::string& word, const nearest_word& nearest) {
  return fmt::format("{}: unknown {} \"{}\"; {}\"{} --help\" lists all",
                     at.path, what, text::harmless_line(word), nearest.text(),
                     at.path);
}

// Of all subcommands below `at`, the nearest, named as it would be typed after
// the program's name: "verify" is near "audit verify".
std::string unknown_below(const text::command_tree& at,
                          const std::string& word) {
  nearest_word nearest(word);
  for (const auto* each : text::all_of(at))
    if (each != &at)
      nearest.look_at(each->name, each->path.substr(at.path.size() + 1));
  return unknown(at, "subcommand", word, nearest);
}

// Programs and groups have flags only, such as --help, so no value of an option
// can be mistaken for a subcommand.
std::optional<std::string> unknown_flag(const text::command_tree& at,
                                        const std::string& word) {
  nearest_word nearest(word);
  for (const auto& option : at.options)
    for (const auto& name : option.names) {
      if (name == word) return std::nullopt;
      nearest.look_at(name, name);
    }
  return unknown(at, "option", word, nearest);
}

}  // namespace

std::optional<std::string> unknown_subcommand(
    const text::command_tree& program,
    const std::vector<std::string>& arguments) {
  const auto* at = &program;
  for (const auto& word : arguments) {
    // The subcommand is complete; its options and positionals are the parser's.
    if (at->subcommands.empty()) return std::nullopt;
    if (word.starts_with('-')) {
      // Checked here as well, or "--verson" would be answered with "A
      // subcommand is required".
      if (auto wrong = unknown_flag(*at, word)) return wrong;
      continue;
    }
    const auto known = std::find_if(
        at->subcommands.begin(), at->subcommands.end(),
        [&word](const text::command_tree& each) { return each.name == word; });
    if (known == at->subcommands.end()) return unknown_below(*at, word);
    at = &*known;
  }
  return std::nullopt;
}

}  // namespace oms::omsctl
