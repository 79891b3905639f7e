#pragma once

/// `omsctl backup`: copies a store, even while an engine writes to it. The copy
/// is as of one moment and opens like any store. Exit codes: 0 the copy is on
/// disk; 1 it could not be made; 2 wrong usage, or the store can't be opened.

#include <CLI/App.hpp>
#include <string>

#include "tools/text/console.hpp"

namespace oms::omsctl {

struct backup_options {
  std::string store;
  /// A folder that is empty or does not exist.
  std::string to;
  bool json = false;
};
[[nodiscard]] int backup_command(const backup_options& options,
                                 const text::console& to = {});

/// Adds the subcommand; when it is chosen, its exit code goes to `exit_code`.
void add_backup(CLI::App& app, int& exit_code);

}  // namespace oms::omsctl
