#pragma once

/// `omsctl audit verify|head|export`: the audit trail as evidence.
///
/// Purpose: the command lines of docs/AUDIT.md, on a store that somebody else
/// may be writing. Owner: the program. Threads: one. Exit codes: 0 all is
/// well; 1 the chain is bad, the head is another, or some of the trail can't
/// be read; 2 wrong usage, or the store can't be opened.

#include <CLI/App.hpp>
#include <optional>
#include <string>

#include "messages/ids.hpp"
#include "tools/text/console.hpp"

namespace oms::omsctl {

struct verify_options {
  std::string store;
  /// A file with an exported head; empty: none.
  std::string against;
  bool json = false;
};
[[nodiscard]] int verify_command(const verify_options& options,
                                 const text::console& to = {});

[[nodiscard]] int head_command(const std::string& store,
                               const text::console& to = {});

/// Each part that is set must hold.
struct export_options {
  std::string store;
  std::string order;
  std::optional<std::string> brand;
  std::string by;
  /// Times, RFC 3339: from the one on, before the other.
  std::string from;
  std::string upto;
  /// Behind this sequence.
  sequence after = 0;
  /// Empty: to standard output.
  std::string output;
};
[[nodiscard]] int export_command(const export_options& options,
                                 const text::console& to = {});

/// Adds the subcommand; when it is chosen, its exit code goes to `exit_code`.
void add_audit(CLI::App& app, int& exit_code);

}  // namespace oms::omsctl
