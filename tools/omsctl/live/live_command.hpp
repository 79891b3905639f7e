#pragma once

/// `omsctl waiting|actors|alerts|notifications|routing|top` and
/// `omsctl audit tail`: only a running omsd can be asked.
///
/// Purpose: what happens now, for people or as JSON. Owner: the program.
/// Threads: one. Exit codes: 0 shown; 1 not found or refused; 2 wrong usage,
/// or no answer.

#include <CLI/App.hpp>
#include <chrono>
#include <cstdint>
#include <optional>

#include "tools/omsctl/live/http_client.hpp"
#include "tools/text/console.hpp"

namespace oms::omsctl {

struct tail_options {
  server_options server;
  /// Behind this sequence; none: the last few events.
  std::optional<std::uint64_t> after;
  /// Ends after so many events; none: goes on until it is interrupted.
  std::optional<std::uint64_t> limit;
  bool json = false;
};
[[nodiscard]] int tail_command(const tail_options& options,
                               const text::console& to = {});

struct top_options {
  server_options server;
  std::chrono::milliseconds interval{1'000};
  /// One snapshot, without a screen.
  bool once = false;
};
[[nodiscard]] int top_command(const top_options& options,
                              const text::console& to = {});

/// Adds the subcommands; `audit` must be there already. The chosen one's exit
/// code goes to `exit_code`.
void add_live(CLI::App& app, int& exit_code);

}  // namespace oms::omsctl
