#pragma once

/// Locations, suppliers, products and routing rules as JSON: the shapes of
/// docs/SCENARIOS.md both ways, and the one reader of networks. Scenarios,
/// replays, imports and `omsd --network` use it, so they refuse the same.
/// `omsctl export --what network` writes such a network.
///
/// A key that is left out keeps the value that `out` had, which in a fresh one
/// is the default of messages/network.hpp. Errors are faults, see
/// tools/json/reader.hpp.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "messages/commands.hpp"
#include "messages/network.hpp"
#include "tools/json/fields.hpp"
#include "tools/json/reader.hpp"

namespace oms::json {

// Their ids are required here, because a file has no path that could name them.
void read(const node& at, location_settings& out);
void read(const node& at, supplier_settings& out);
void read(const node& at, product_settings& out);

/// What is on hand of a SKU at a location.
struct stock_level {
  std::string location;
  sku_id sku;
  quantity on_hand;
  /// None: it stays what it is.
  std::optional<quantity> safety_stock;
};
OMS_FIELDS(stock_level, "StockLevel", "",
           OMS_FIELD(location, 0, .is = required | identifier),
           OMS_FIELD(sku, 1, .is = required),
           OMS_FIELD(on_hand, 2, .is = required, .most = limits::max_whole),
           OMS_FIELD(safety_stock, 3));

struct network_setup {
  std::vector<location_settings> locations;
  std::vector<supplier_settings> suppliers;
  std::vector<product_settings> products;
  std::vector<routing_rules> routing;
  std::vector<stock_level> stock;
};

/// Whether the locations of its stock must all be in the network (`whole`), or
/// may be defined elsewhere (`part`).
enum class network_extent : std::uint8_t { whole, part };

/// "locations" (the position in the list is the default priority), "suppliers",
/// "products", "routing" and "stock", all optional. "routing" is one object, or
/// a list with one per brand. What the engine would refuse is a fault, and so
/// is a duplicate.
void read_network(object_reader& keys, network_extent extent,
                  network_setup& out);

/// What the engine would refuse, under the keys of its row.
[[nodiscard]] faults faults_of(const stock_level& level);

/// How the stock comes to a location that never had any: by a receipt, or by a
/// count if it is more than a receipt may have.
[[nodiscard]] command_body opening_stock(const stock_level& level,
                                         std::string reference);

}  // namespace oms::json
