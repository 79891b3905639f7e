#pragma once

/// `omsctl import`: locations, suppliers, products and stock into a store.
///
/// Purpose: reads and checks all files, then opens the store as its one writer
/// and has an engine execute what would change something. Owner: the program.
/// Threads: one, and the engine's. Exit codes: 0 all of it is in the store; 1
/// the engine refused some, named with its reason, and the rest is in; 2 wrong
/// usage, a fault in a file, or the store can't be opened: nothing was
/// written.

#include <CLI/App.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tools/text/console.hpp"

namespace oms::tools {

struct import_options {
  /// Made when it is not there.
  std::string store;
  std::vector<std::string> files;
  /// A kind of list; empty: each file says so itself.
  std::string as;
  /// One character, or "tab"; empty: whichever the header has.
  std::string delimiter;
  /// Stands in the trail.
  std::string by = "omsctl import";
  bool dry_run = false;
};
[[nodiscard]] int import_command(const import_options& options,
                                 const console& to = {});

/// Adds the subcommand; when it is chosen, its exit code goes to `exit_code`.
void add_import(CLI::App& app, int& exit_code);

}  // namespace oms::tools
