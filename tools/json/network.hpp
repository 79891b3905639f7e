#pragma once

/// Locations, suppliers, products and routing rules as JSON.
///
/// Purpose: the shapes of docs/SCENARIOS.md both ways. What is left out keeps
/// the value that `out` had, which is the default of messages/network.hpp in
/// a fresh one. Owner: pure functions. Threads: any. Errors: faults, see
/// tools/json/reader.hpp.

#include <vector>

#include "messages/network.hpp"
#include "tools/json/reader.hpp"

namespace oms::json {

void read(const node& at, location_settings& out);
/// A list in which a location's priority is its place, unless it says another.
void read_ranked(const node& at, std::vector<location_settings>& out);
void read(const node& at, supplier_product& out);
void read(const node& at, supplier_settings& out);
void read(const node& at, product_settings& out);
void read(const node& at, routing_rules& out);

/// "latitude" and "longitude": both, in degrees, or neither.
void read_position(object_reader& keys, std::optional<coordinates>& out);

[[nodiscard]] value write(const location_settings& location);
[[nodiscard]] value write(const supplier_product& product);
[[nodiscard]] value write(const supplier_settings& supplier);
[[nodiscard]] value write(const product_settings& product);
[[nodiscard]] value write(const routing_rules& rules);

void write_position(const std::optional<coordinates>& position, value& out);

}  // namespace oms::json
