#pragma once

/// `omsctl waiting|actors|alerts|notifications|routing|top` and `omsctl audit
/// tail`: what only a running omsd knows, as text or JSON. Exit codes: 0 shown;
/// 1 not found or refused; 2 wrong usage, or no answer.

#include <CLI/App.hpp>
#include <chrono>
#include <cstdint>
#include <optional>

#include "tools/omsctl/live/http_client.hpp"
#include "tools/text/console.hpp"

namespace oms::omsctl {

struct tail_options {
  server_options server;
  /// Start after this sequence; none: with the last few events.
  std::optional<std::uint64_t> after;
  /// Stop after so many events; none: go on until interrupted.
  std::optional<std::uint64_t> limit;
  bool json = false;
};
[[nodiscard]] int tail_command(const tail_options& options,
                               const text::console& to = {});

struct top_options {
  server_options server;
  std::chrono::milliseconds interval{1'000};
  /// Print one snapshot, without a screen.
  bool once = false;
};
[[nodiscard]] int top_command(const top_options& options,
                              const text::console& to = {});

/// Adds the subcommands; `audit` must be there already. The chosen one's exit
/// code goes to `exit_code`.
void add_live(CLI::App& app, int& exit_code);

}  // namespace oms::omsctl
