#pragma once

/// `omsctl order|stock|location|supplier`: shows the state of a store, or with
/// --server that of a running omsd (inspect_live.hpp), as text or JSON; with
/// --at as of an earlier moment. Beside a running engine, --store shows what is
/// on disk.
///
/// Exit codes: 0 shown; 1 not found, or a part can't be read, which is named on
/// standard error; 2 wrong usage, or the store can't be opened.

#include <CLI/App.hpp>
#include <optional>
#include <string>

#include "tools/text/console.hpp"

namespace oms::omsctl {

struct order_options {
  std::string store;
  std::string id;
  std::optional<std::string> brand;
  /// A time or a sequence; empty: now.
  std::string at;
  bool json = false;
};
[[nodiscard]] int order_command(const order_options& options,
                                const text::console& to = {});

struct stock_options {
  std::string store;
  std::string sku;
  /// Empty: everywhere.
  std::string location;
  std::string at;
  bool json = false;
};
[[nodiscard]] int stock_command(const stock_options& options,
                                const text::console& to = {});

/// A location or a supplier.
struct source_options {
  std::string store;
  std::string id;
  std::string at;
  bool json = false;
};
[[nodiscard]] int location_command(const source_options& options,
                                   const text::console& to = {});
[[nodiscard]] int supplier_command(const source_options& options,
                                   const text::console& to = {});

/// Adds the four subcommands; the chosen one's exit code goes to `exit_code`.
void add_inspect(CLI::App& app, int& exit_code);

}  // namespace oms::omsctl
