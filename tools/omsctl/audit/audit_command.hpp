#pragma once

/// `omsctl audit verify|head|export`: the audit trail as evidence, as
/// docs/AUDIT.md describes it. The commands read a store that another process
/// may be writing to.
///
/// Exit codes: 0 success; 1 the chain is broken, the head differs, or a part of
/// the trail can't be read; 2 wrong usage, the store can't be opened, or the
/// output can't be written.

#include <CLI/App.hpp>
#include <optional>
#include <string>

#include "messages/ids.hpp"
#include "tools/text/console.hpp"

namespace oms::omsctl {

struct verify_options {
  std::string store;
  /// A file with an exported head; empty: compare with none.
  std::string against;
  bool json = false;
};
[[nodiscard]] int verify_command(const verify_options& options,
                                 const text::console& to = {});

[[nodiscard]] int head_command(const std::string& store,
                               const text::console& to = {});

/// An event must match every option that is set.
struct export_options {
  std::string store;
  std::string order;
  std::optional<std::string> brand;
  std::string by;
  /// Times in RFC 3339: `from` is inclusive, `upto` exclusive.
  std::string from;
  std::string upto;
  /// Only events after this sequence.
  sequence after = 0;
  /// Empty: standard output.
  std::string output;
};
[[nodiscard]] int export_command(const export_options& options,
                                 const text::console& to = {});

/// Adds the subcommand; when it is chosen, its exit code goes to `exit_code`.
void add_audit(CLI::App& app, int& exit_code);

}  // namespace oms::omsctl
