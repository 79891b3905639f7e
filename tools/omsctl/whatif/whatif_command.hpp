#pragma once

/// `omsctl whatif --routing FILE`: the same orders under other rules.
///
/// Plans the orders of a span of a store twice, under the rules as they were
/// and under those of a file, and prints both side by side. The store is only
/// read, so an engine may run on it. Exit codes: 0 compared; 1 there is no
/// order in the span, or the log can't be read to its end; 2 wrong usage, bad
/// rules, or the store can't be opened.

#include <CLI/App.hpp>
#include <string>

#include "tools/text/console.hpp"

namespace oms::omsctl {

struct whatif_options {
  std::string store;
  /// JSON: one object of routing rules, or a list of them.
  std::string routing;
  /// Times, RFC 3339: from the one on, before the other; may be empty.
  std::string from;
  std::string upto;
  bool json = false;
};
[[nodiscard]] int whatif_command(const whatif_options& options,
                                 const text::console& to = {});

/// Adds the subcommand; when it is chosen, its exit code goes to `exit_code`.
void add_whatif(CLI::App& app, int& exit_code);

}  // namespace oms::omsctl
