#pragma once

/// Comparing JSON as scenarios do: only the keys that are named, but lists as a
/// whole.
///
/// Says whether facts are as expected and, if not, where they differ, as deep
/// in them as that can be said. Lists in any order are matched by augmenting
/// paths, in the worst case in the cube of their length.

#include <optional>
#include <string>

#include "tools/json/value.hpp"

namespace oms::scenario {

/// One difference: where it is, and what is there.
struct mismatch {
  /// "lines[0].allocated"; empty for the whole.
  std::string where;
  std::string expected;
  std::string actual;

  friend bool operator==(const mismatch&, const mismatch&) = default;
};

enum class list_order { any, as_given };

/// Objects match by the keys of `expected`; texts that are both times match
/// when they are the same time; `null` and "" match what is absent.
[[nodiscard]] std::optional<mismatch> compare(
    const json::value& expected, const json::value& actual,
    list_order order = list_order::any);

}  // namespace oms::scenario
