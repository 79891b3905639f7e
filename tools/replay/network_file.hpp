#pragma once

/// The network that orders are played on.
///
/// Purpose: reads {"locations", "suppliers", "products", "routing"}, each as
/// in docs/SCENARIOS.md and each optional but the locations or suppliers; two
/// such networks come with the program. A location needs only its id; its
/// priority is then its place in the list. Owner: a value. Threads: any.
/// Errors: `invalid` with every fault's path, and the file's name.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "messages/errors.hpp"
#include "messages/network.hpp"

namespace oms::tools {

struct network_setup {
  std::vector<location_settings> locations;
  std::vector<supplier_settings> suppliers;
  std::vector<product_settings> products;
  std::optional<routing_rules> routing;
};

[[nodiscard]] result<network_setup> network_of_text(const std::string& name,
                                                    std::string_view text);
[[nodiscard]] result<network_setup> network_of_file(const std::string& path);

/// tools/replay/demo_network.json: four warehouses in Britain and on the
/// continent, a 3PL and a dropship supplier.
[[nodiscard]] network_setup demo_network();
/// tools/replay/demo_network_brazil.json: the same for the marketplace.
[[nodiscard]] network_setup demo_network_brazil();

}  // namespace oms::tools
