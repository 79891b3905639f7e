#pragma once

/// Files of locations, suppliers, products, stock and rules as commands.
///
/// Purpose: reads all files whole and checks them, against each other and
/// against what is there, before anybody writes anything. Knows no store and
/// no engine: whoever has the commands gives them to one. Owner: pure but for
/// reading the files. Threads: any. Errors: each fault with its place,
/// "stock.csv:12:onHand" or "network.json:stock[3].onHand", up to
/// `max_import_faults`; with one of them there are no commands. Limits: a file
/// is held in memory. Formats: docs/OPERATING.md, "omsctl import".

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

/// What the files may refer to without naming it themselves.
struct known_network {
  std::set<std::string> locations;
  /// With what each offers now.
  std::map<std::string, supplier_settings> suppliers;
};

struct import_request {
  std::vector<std::string> files;
  /// None: each file says so itself.
  std::optional<files::list_kind> as;
  /// Of CSV files; none: whichever the header has.
  std::optional<char> delimiter;
  actor_name by;
};

/// Where a command comes from.
struct import_position {
  /// Its place in `import_request::files`.
  std::size_t file = 0;
  /// Of a CSV file; 0 in JSON.
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
  /// In an order in which they can be executed: what defines stands before
  /// what needs it.
  std::vector<command> commands;
  /// One for each command.
  std::vector<import_position> places;
  /// SHA-256 in hex of each file, as it was read; empty where it can't be.
  std::vector<std::string> hashes;
  std::vector<import_fault> faults;
  /// How many faults there are beyond those.
  std::size_t more_faults = 0;
};

[[nodiscard]] import_plan read_imports(const import_request& request,
                                       const known_network& known);

/// "stock.csv:12:onHand"; `path` may be empty.
[[nodiscard]] std::string text_of(const import_request& request,
                                  const import_position& place,
                                  const std::string& path = {});

}  // namespace oms::omsctl
