#pragma once

/// `omsctl import`: reads and checks all files, and then executes what would
/// change something: in a store, by an engine of its own as the store's only
/// writer, or with --server in a running omsd.
///
/// Exit codes: 0 everything is in; 1 a part was refused, named with its reason,
/// or the server was lost on the way; the rest is in, and the same files may be
/// imported again; 2 wrong usage, a fault in a file, no answer, or the store
/// can't be opened: nothing was written.

#include <CLI/App.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tools/omsctl/live/http_client.hpp"
#include "tools/text/console.hpp"

namespace oms::omsctl {

struct import_options {
  /// Created if it does not exist; empty: import into `server`.
  std::string store;
  server_options server;
  std::vector<std::string> files;
  /// The kind of all files; empty: each file's header or keys decide.
  std::string as;
  /// One character, or "tab"; empty: comma, semicolon or tab, as in the header.
  std::string delimiter;
  /// The author in the trail.
  std::string by = "omsctl import";
  bool dry_run = false;
};
[[nodiscard]] int import_command(const import_options& options,
                                 const text::console& to = {});

/// Adds the subcommand; when it is chosen, its exit code goes to `exit_code`.
void add_import(CLI::App& app, int& exit_code);

}  // namespace oms::omsctl
