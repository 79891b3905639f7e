#pragma once

/// `omsctl erase`: a customer's personal data goes, the orders stay.
///
/// Purpose: what docs/AUDIT.md says of erasing. Opens the store as its one
/// writer, has an engine erase order by order, so that each erasure stands in
/// the trail, and then compacts the files, so that the bytes are gone too.
/// Asks nothing. Owner: the program. Threads: one, and the engine's. Exit
/// codes: 0 erased, or nothing was left; 1 there is no such customer, or not
/// all could be erased; 2 wrong usage, or the store can't be opened.

#include <CLI/App.hpp>
#include <optional>
#include <string>

#include "tools/text/console.hpp"

namespace oms::omsctl {

struct erase_options {
  std::string store;
  std::string customer;
  std::optional<std::string> brand;
  /// Who erases; stands in the trail.
  std::string by;
  bool json = false;
};
[[nodiscard]] int erase_command(const erase_options& options,
                                const text::console& to = {});

/// Adds the subcommand; when it is chosen, its exit code goes to `exit_code`.
void add_erase(CLI::App& app, int& exit_code);

}  // namespace oms::omsctl
