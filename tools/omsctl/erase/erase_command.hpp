#pragma once

/// `omsctl erase`: removes a customer's personal data and keeps the orders, as
/// docs/AUDIT.md describes. It opens the store as its only writer and has an
/// engine erase order by order, so that each erasure is an event in the trail.
/// Then it compacts the files, so that the bytes are gone too. It asks for no
/// confirmation.
///
/// Exit codes: 0 erased, or nothing was left; 1 there is no such customer, or
/// not all could be erased; 2 wrong usage, or the store can't be opened.

#include <CLI/App.hpp>
#include <optional>
#include <string>

#include "tools/text/console.hpp"

namespace oms::omsctl {

struct erase_options {
  std::string store;
  std::string customer;
  std::optional<std::string> brand;
  /// The author in the trail.
  std::string by;
  bool json = false;
};
[[nodiscard]] int erase_command(const erase_options& options,
                                const text::console& to = {});

/// Adds the subcommand; when it is chosen, its exit code goes to `exit_code`.
void add_erase(CLI::App& app, int& exit_code);

}  // namespace oms::omsctl
