#pragma once

/// Files with a network: what a replay plays on and what omsd starts with.
/// Reads {"locations", "suppliers", "products", "routing", "stock"}, see
/// tools/json/network.hpp; there must be a location or a supplier. Two such
/// networks come with the program. The error is `invalid`, with the file's name
/// and the path of every fault.

#include <string>
#include <string_view>

#include "messages/errors.hpp"
#include "tools/json/network.hpp"

namespace oms::files {

[[nodiscard]] result<json::network_setup> network_of_text(
    const std::string& name, std::string_view text);
[[nodiscard]] result<json::network_setup> network_of_file(
    const std::string& path);

/// tools/files/demo_network.json: four warehouses in Britain and on the
/// continent, a 3PL and a dropship supplier.
[[nodiscard]] json::network_setup demo_network();
/// tools/files/demo_network_brazil.json: the same for the marketplace.
[[nodiscard]] json::network_setup demo_network_brazil();

}  // namespace oms::files
