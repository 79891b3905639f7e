#pragma once

/// `omsctl replay`: the main job on files.
///
/// Purpose: the command line of docs/REPLAY.md: order lines as CSV through
/// the whole lifecycle, in file time, with the simulated clock, onto a store.
/// Owner: the program. Threads: one. Exit codes: 0 ok, 1 an invariant is
/// broken, the accounts do not balance, the store opens to another state or no
/// order was placed, 2 bad input, which is named with what to do, 130
/// interrupted.

#include <CLI/App.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/replay/readers.hpp"

namespace oms::replay {

struct replay_options {
  /// Files or folders; none: orders made up for show.
  std::vector<std::string> orders;
  std::optional<file_format> format;
  /// "order=MyOrderNo".
  std::vector<std::string> columns;
  /// Empty: the one that comes with the program.
  std::string network;
  /// Empty: a fresh folder.
  std::string store;
  bool memory = false;
  bool force = false;
  std::string rejects;
  /// None: what suits the format.
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
