#pragma once

/// `omsctl export`: the state of a store, out.
///
/// Purpose: reads a store beside whoever writes it, as it is after its last
/// event, and writes one kind of thing in an order that is the same for the
/// same state. Orders are read one after the other; a network is held in
/// memory. Owner: the program. Threads: one. Exit codes: 0 written; 1 a part
/// can't be read or does not fit the format; 2 wrong usage, the store can't be
/// opened, or the output can't be written. Unless it is 0 the file of
/// `--output` is as it was.

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
  /// Of orders and fulfillments.
  std::optional<std::string> brand;
  /// Of an order, or of a fulfillment; empty: all.
  std::string status;
};
[[nodiscard]] int export_state_command(const export_state_options& options,
                                       const text::console& to = {});

/// Adds the subcommand; when it is chosen, its exit code goes to `exit_code`.
void add_export_state(CLI::App& app, int& exit_code);

}  // namespace oms::omsctl
