#pragma once

/// Words of the scenario format that the engine does not have yet.
///
/// A scenario that asks for a later feature is told apart from one with a
/// misspelt word: the first can't run yet, the second never will. The table in
/// the source file lists every word of the format that isn't built. Whoever
/// builds one deletes it there and adds it to the readers.

#include <string>
#include <vector>

#include "tools/json/reader.hpp"

namespace oms::scenario {

struct unbuilt_word {
  std::string word;
  /// Where the file uses it first: "steps[3].quote".
  std::string path;

  friend bool operator==(const unbuilt_word&, const unbuilt_word&) = default;
};

class unbuilt_words {
 public:
  /// Finds those of a whole file, each word once.
  explicit unbuilt_words(const json::value& file);

  [[nodiscard]] const std::vector<unbuilt_word>& words() const {
    return words_;
  }

  /// The faults that the readers found, without those that exist only because a
  /// word is not built, and with those inside such words.
  [[nodiscard]] json::faults judged(json::faults found) const;

 private:
  /// A part of the file that the readers can't make sense of.
  struct place {
    /// Of the word, or of the expectation that is about it.
    std::string path;
    /// The object that has the word: other keys may be missing there, because
    /// the word replaces them.
    std::string parent;
    const json::value* object;
  };

  void find_in_head(const json::node& file);
  void find_in_steps(const json::node& steps);
  void find_in_step(const json::node& step);
  void find_in_expectation(const json::node& expected);
  /// `checked`: a wrong form inside a word is a fault.
  void find(const json::node& at, const json::value& shape, bool checked);
  void find_key(const json::node& object, const std::string& key,
                const json::value& shape, bool checked);
  void find_word(const json::node& at, const json::value& words);
  void add(std::string word, const json::node& at);
  [[nodiscard]] bool explains(const fault& one) const;

  std::vector<unbuilt_word> words_;
  std::vector<place> places_;
  json::faults faults_;
};

}  // namespace oms::scenario
