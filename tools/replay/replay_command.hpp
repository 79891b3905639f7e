#pragma once

/// `omsctl replay`: the command line of docs/REPLAY.md.
///
/// Runs order lines from CSV through the whole lifecycle, in file time with the
/// simulated clock, onto a store. Exit codes: 0 no errors, 1 an invariant is
/// broken, the line counts do not balance, the store opens to another state or
/// no order was placed, 2 bad input, which is named with what to do, 130
/// interrupted.

#include <CLI/App.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/replay/readers.hpp"

namespace oms::replay {

struct replay_options {
  /// Files or folders; none: generated orders.
  std::vector<std::string> orders;
  std::optional<file_format> format;
  /// "order=MyOrderNo".
  std::vector<std::string> columns;
  /// Empty: a built-in network.
  std::string network;
  /// Empty: a fresh folder.
  std::string store;
  bool memory = false;
  bool force = false;
  std::string rejects;
  /// None: depends on the format.
  std::optional<std::int64_t> initial_stock;
  std::optional<std::int64_t> weekly_receipt;
  std::int64_t weeks_after = 4;
  std::uint64_t seed = 1;
  std::size_t demo_orders = 5'000;
  bool verify = true;
  bool quiet = false;
};

[[nodiscard]] int replay_command(const replay_options& options);

/// Adds the subcommand; when it is chosen, its exit code goes to `exit_code`.
void add_replay(CLI::App& app, int& exit_code);

}  // namespace oms::replay
