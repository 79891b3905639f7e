#pragma once

/// `omsctl import`: locations, suppliers, products and stock into a store, or
/// with --server into a running omsd.
///
/// Purpose: reads and checks all files, then has done what would change
/// something: by an engine of its own as the store's one writer, or by the
/// server. Owner: the program. Threads: one, and the engine's. Exit codes: 0
/// all of it is in; 1 some was refused, named with its reason, or the server
/// was lost on the way: the rest is in, and the same files may be sent again;
/// 2 wrong usage, a fault in a file, no answer, or the store can't be opened:
/// nothing was written.

#include <CLI/App.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tools/omsctl/live/http_client.hpp"
#include "tools/text/console.hpp"

namespace oms::omsctl {

struct import_options {
  /// Made when it is not there; empty: to `server`.
  std::string store;
  server_options server;
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
                                 const text::console& to = {});

/// Adds the subcommand; when it is chosen, its exit code goes to `exit_code`.
void add_import(CLI::App& app, int& exit_code);

}  // namespace oms::omsctl
