#pragma once

/// Locations, suppliers, products and routing rules as JSON.
///
/// Purpose: the shapes of docs/SCENARIOS.md both ways, and the one reader of
/// networks: for scenarios, replays, imports and `omsd --network`, which
/// therefore refuse the same. What `omsctl export --what network` writes is
/// such a network. What is left out
/// keeps the value that `out` had, which is the default of messages/network.hpp
/// in a fresh one. Owner: pure functions. Threads: any. Errors: faults, see
/// tools/json/reader.hpp.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "messages/commands.hpp"
#include "messages/network.hpp"
#include "tools/json/reader.hpp"

namespace oms::json {

void read(const node& at, location_settings& out);
void read(const node& at, supplier_product& out);
void read(const node& at, supplier_settings& out);
void read(const node& at, product_settings& out);
void read(const node& at, routing_rules& out);

/// What of a SKU is at a location.
struct stock_level {
  std::string location;
  sku_id sku;
  quantity on_hand;
  /// None: as it is.
  std::optional<quantity> safety_stock;
};

struct network_setup {
  std::vector<location_settings> locations;
  std::vector<supplier_settings> suppliers;
  std::vector<product_settings> products;
  std::vector<routing_rules> routing;
  std::vector<stock_level> stock;
};

/// Whether stock may be of locations that stand elsewhere.
enum class network_extent : std::uint8_t { whole, part };

/// "locations" (the place in the list is the default priority), "suppliers",
/// "products", "routing" and "stock", all optional. "routing" is one object, or
/// a list with one per brand. What the engine would refuse is a fault, and so
/// is a row that stands twice.
void read_network(object_reader& keys, network_extent extent,
                  network_setup& out);

/// The keys of a row, for a file whose rows have further ones.
void read_keys(object_reader& keys, stock_level& out);
void read_keys(object_reader& keys, supplier_product& out);

/// What the engine would refuse of it, with the keys of its row.
[[nodiscard]] faults faults_of(const stock_level& level);

/// How it comes to a location that has had none: in a delivery, unless it is
/// more than one can bring, which is counted.
[[nodiscard]] command_body opening_stock(const stock_level& level,
                                         std::string reference);

/// "latitude" and "longitude": both, in degrees, or neither.
void read_position(object_reader& keys, std::optional<coordinates>& out);

[[nodiscard]] value write(const location_settings& location);
[[nodiscard]] value write(const supplier_product& product);
[[nodiscard]] value write(const supplier_settings& supplier);
[[nodiscard]] value write(const product_settings& product);
[[nodiscard]] value write(const routing_rules& rules);

void write_position(const std::optional<coordinates>& position, value& out);

}  // namespace oms::json
