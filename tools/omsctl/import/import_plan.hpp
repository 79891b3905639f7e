#pragma once

/// Turns files of locations, suppliers, products, stock and rules into
/// commands. It reads all files whole and checks them, against each other and
/// against what is there, before anything is written. It knows no store and no
/// engine; whoever gets the commands executes them.
///
/// Each fault has its place, "stock.csv:12:onHand" or
/// "network.json:stock[3].onHand", up to `max_import_faults`; with a single
/// fault there are no commands. Files are held in memory. docs/OPERATING.md,
/// "omsctl import", describes the formats.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "messages/commands.hpp"
#include "tools/files/csv_columns.hpp"

namespace oms::omsctl {

inline constexpr std::size_t max_import_faults = 100;

/// What the files may refer to without defining it themselves.
struct known_network {
  std::set<std::string> locations;
  /// Each with what it offers now.
  std::map<std::string, supplier_settings> suppliers;
};

struct import_request {
  std::vector<std::string> files;
  /// None: each file's header or keys decide.
  std::optional<files::list_kind> as;
  /// The separator of CSV files; none: the one in the header.
  std::optional<char> delimiter;
  actor_name by;
};

/// The place in the files that a command comes from.
struct import_position {
  /// Index into `import_request::files`.
  std::size_t file = 0;
  /// The line of a CSV file, from 1; 0 in JSON.
  std::uint64_t line = 0;
  /// Within JSON, such as "stock[3]".
  std::string path;
};

struct import_fault {
  std::string where;
  std::string what;

  friend bool operator==(const import_fault&, const import_fault&) = default;
};

struct import_plan {
  /// In an order in which they can be executed: what defines something comes
  /// before what needs it.
  std::vector<command> commands;
  /// One for each command.
  std::vector<import_position> places;
  /// The SHA-256 of each file in hex, as it was read; empty if it can't be
  /// read.
  std::vector<std::string> hashes;
  std::vector<import_fault> faults;
  /// The number of further faults.
  std::size_t more_faults = 0;
};

[[nodiscard]] import_plan read_imports(const import_request& request,
                                       const known_network& known);

/// "stock.csv:12:onHand"; `path` may be empty.
[[nodiscard]] std::string text_of(const import_request& request,
                                  const import_position& place,
                                  const std::string& path = {});

}  // namespace oms::omsctl
