#pragma once

/// `omsctl export`: writes one kind of a store's contents as CSV, JSON or
/// NDJSON. It reads the store beside the process that writes it, as of the last
/// event when it begins. The order of rows depends on the state alone, so equal
/// states give equal files. Orders are read one at a time; a network is held in
/// memory.
///
/// Exit codes: 0 written; 1 a part can't be read or does not fit the format; 2
/// wrong usage, the store can't be opened, or the output can't be written.
/// Unless the code is 0, the file of `--output` is unchanged.

#include <CLI/App.hpp>
#include <optional>
#include <string>

#include "tools/text/console.hpp"

namespace oms::omsctl {

struct export_state_options {
  std::string store;
  std::string what;
  /// Empty: json for the network, csv for the others.
  std::string format;
  /// Empty: standard output.
  std::string output;
  /// Orders and fulfillments only.
  std::optional<std::string> brand;
  /// A status of an order, or of a fulfillment; empty: all.
  std::string status;
};
[[nodiscard]] int export_state_command(const export_state_options& options,
                                       const text::console& to = {});

/// Adds the subcommand; when it is chosen, its exit code goes to `exit_code`.
void add_export_state(CLI::App& app, int& exit_code);

}  // namespace oms::omsctl
