#include "tools/scenario/compare.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "messages/time_text.hpp"

namespace oms::scenario {

namespace {

using json::value;

// A key that is not there compares like null.
const json::value absent;

const json::value& member(const json::value& object, const std::string& key) {
  const auto found = object.find(key);
  return found == object.end() ? absent : *found;
}

bool is_nothing(const json::value& json) {
  return json.is_null() || json::is_empty_text(json);
}

// The engine writes times in one form; a file may write the same time with
// another offset or without fractions.
bool same_time(const json::value& a, const json::value& b) {
  if (!a.is_string() || !b.is_string()) return false;
  const auto time = parse_time(a.get<std::string>());
  return time && time == parse_time(b.get<std::string>());
}

bool matches(const json::value& expected, const json::value& actual,
             list_order order);

// Which expected element has which actual one. An element that names few keys
// may fit several, so a greedy choice could leave another without a partner.
// This is a matching that is as large as possible (augmenting paths, Kuhn
// 1955).
class value_matcher {
 public:
  value_matcher(const json::value& expected, const json::value& actual)
      : fits_(expected.size()), expected_of_(actual.size(), nobody) {
    for (std::size_t e = 0; e < expected.size(); ++e) {
      for (std::size_t a = 0; a < actual.size(); ++a) {
        if (matches(expected[e], actual[a], list_order::any)) {
          fits_[e].push_back(a);
        }
      }
    }
    for (std::size_t e = 0; e < expected.size(); ++e) {
      std::vector<bool> tried(actual.size(), false);
      if (!place(e, tried)) without_actual_.push_back(e);
    }
  }

  [[nodiscard]] const std::vector<std::size_t>& without_actual() const {
    return without_actual_;
  }
  [[nodiscard]] std::vector<std::size_t> without_expected() const {
    std::vector<std::size_t> out;
    for (std::size_t a = 0; a < expected_of_.size(); ++a) {
      if (expected_of_[a] == nobody) out.push_back(a);
    }
    return out;
  }

 private:
  static constexpr std::size_t nobody = static_cast<std::size_t>(-1);

  // Finds an actual element for `e`, and moves those that took one before if
  // that helps.
  bool place(std::size_t e, std::vector<bool>& tried) {
    for (const std::size_t a : fits_[e]) {
      if (tried[a]) continue;
      tried[a] = true;
      if (expected_of_[a] == nobody || place(expected_of_[a], tried)) {
        expected_of_[a] = e;
        return true;
      }
    }
    return false;
  }

  std::vector<std::vector<std::size_t>> fits_;
  std::vector<std::size_t> expected_of_;
  std::vector<std::size_t> without_actual_;
};

bool lists_match(const json::value& expected, const json::value& actual,
                 list_order order) {
  // Lists are compared whole, so the sizes tell first.
  if (expected.size() != actual.size()) return false;
  if (order == list_order::any) {
    return value_matcher(expected, actual).without_actual().empty();
  }
  return std::equal(expected.begin(), expected.end(), actual.begin(),
                    [order](const json::value& a, const json::value& b) {
                      return matches(a, b, order);
                    });
}

bool matches(const json::value& expected, const json::value& actual,
             list_order order) {
  if (expected.is_object() && actual.is_object()) {
    return std::ranges::all_of(expected.items(), [&](const auto& item) {
      return matches(item.value(), member(actual, item.key()), order);
    });
  }
  if (expected.is_array() && actual.is_array()) {
    return lists_match(expected, actual, order);
  }
  // "" and null both expect that there is no value.
  return expected == actual || (is_nothing(expected) && is_nothing(actual)) ||
         same_time(expected, actual);
}

// What of `actual` has the keys that `expected` names. A reader of a failure
// wants to see the same keys on both sides, and not a whole order.
json::value narrowed(const json::value& actual, const json::value& expected) {
  if (actual.is_object() && expected.is_object()) {
    json::value out = json::value::object();
    for (const auto& [key, inner] : expected.items()) {
      out[key] = narrowed(member(actual, key), inner);
    }
    return out;
  }
  if (!actual.is_array() || !expected.is_array()) return actual;
  // Elements have no partners yet, so each is narrowed to the keys that any
  // expected element names.
  json::value keys;
  for (const json::value& element : expected) {
    if (element.is_object()) keys.update(element);
  }
  json::value out = json::value::array();
  for (const json::value& element : actual)
    out.push_back(narrowed(element, keys));
  return out;
}

mismatch explain(const json::value& expected, const json::value& actual,
                 list_order order, const std::string& where);

mismatch explain_object(const json::value& expected, const json::value& actual,
                        list_order order, const std::string& where) {
  std::vector<std::string> different;
  for (const auto& [key, inner] : expected.items()) {
    if (!matches(inner, member(actual, key), order)) different.push_back(key);
  }
  // Several numbers of one thing say more side by side than the first alone. At
  // the top, where whole lists would be printed next to each other, one is
  // enough.
  const bool side_by_side =
      different.size() > 1 &&
      (!where.empty() ||
       std::ranges::none_of(different, [&expected](const std::string& key) {
         return expected[key].is_structured();
       }));
  if (!side_by_side) {
    const std::string& key = different.front();
    return explain(expected[key], member(actual, key), order,
                   where.empty() ? key : fmt::format("{}.{}", where, key));
  }
  json::value wanted = json::value::object();
  for (const std::string& key : different) wanted[key] = expected[key];
  return {where, json::one_line(wanted),
          json::one_line(narrowed(actual, wanted))};
}

// Goes into the one element that differs, or shows the whole lists.
mismatch explain_list(const json::value& expected, const json::value& actual,
                      list_order order, const std::string& where) {
  const auto whole = [&] {
    return mismatch{where, json::one_line(expected),
                    json::one_line(narrowed(actual, expected))};
  };
  if (expected.size() != actual.size()) return whole();
  std::vector<std::size_t> wanted;
  std::vector<std::size_t> there;
  if (order == list_order::any) {
    const value_matcher pairs(expected, actual);
    wanted = pairs.without_actual();
    there = pairs.without_expected();
  } else {
    for (std::size_t i = 0; i < expected.size(); ++i) {
      if (!matches(expected[i], actual[i], order)) wanted.push_back(i);
    }
    there = wanted;
  }
  // Only if a single element is left on each side is it clear which two differ.
  if (wanted.size() != 1) return whole();
  return explain(expected[wanted.front()], actual[there.front()], order,
                 fmt::format("{}[{}]", where, wanted.front()));
}

mismatch explain(const json::value& expected, const json::value& actual,
                 list_order order, const std::string& where) {
  if (expected.is_object() && actual.is_object()) {
    return explain_object(expected, actual, order, where);
  }
  if (expected.is_array() && actual.is_array()) {
    return explain_list(expected, actual, order, where);
  }
  return {where, json::one_line(expected),
          actual.is_null() ? "nothing" : json::one_line(actual)};
}

}  // namespace

std::optional<mismatch> compare(const json::value& expected,
                                const json::value& actual, list_order order) {
  if (matches(expected, actual, order)) return std::nullopt;
  return explain(expected, actual, order, "");
}

}  // namespace oms::scenario
