#pragma once

/// Shows what a running omsd has: asks it for the text that it makes of its
/// state, or for its JSON, and prints that. Exit codes: 0 shown; 1 the server
/// refused, or has no such thing; 2 wrong usage, or no answer.

#include <string>
#include <string_view>
#include <vector>

#include "tools/omsctl/live/http_client.hpp"
#include "tools/text/console.hpp"

namespace oms::omsctl {

/// A page of text consists of answers below each other.
struct shown_part {
  http_question question;
  /// A line above it.
  std::string heading;
};

struct showing_options {
  /// "omsctl order"
  std::string command;
  server_options server;
  bool json = false;
};

/// With `json` only the first part is asked for, since two JSON documents would
/// not be one.
[[nodiscard]] int show_live(const showing_options& options,
                            std::vector<shown_part> parts,
                            const text::console& to = {});

/// Says what went wrong; `exit_usage` without an answer, else `exit_wrong`.
int say_failure(const std::string& command, const error& failure,
                const text::console& to);
int say_problem(const std::string& command, const http_answer& answer,
                const text::console& to);

}  // namespace oms::omsctl
