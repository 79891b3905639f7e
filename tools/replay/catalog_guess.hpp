#pragma once

/// What is ordered, and which supplier has it where the network file does not
/// say.

#include <cstdint>
#include <vector>

#include "tools/json/network.hpp"
#include "tools/replay/feed.hpp"

namespace oms::replay {

/// From the reservation of units to their shipment.
inline constexpr int supplier_handling_days = 3;

/// Every SKU that is ordered, sorted.
[[nodiscard]] std::vector<sku_id> skus_of(const feed& orders);

/// Whether a SKU is a charge and not goods: a code without a digit (POST,
/// MANUAL, "BANK CHARGES"), or C2, carriage in the data set "Online Retail".
/// Charges never run out.
[[nodiscard]] bool is_charge(const sku_id& sku);

/// Gives suppliers without products a fifth of the SKUs, chosen by a hash of
/// the SKU, with this many units of each.
void share_skus(json::network_setup& network, const std::vector<sku_id>& skus,
                std::int64_t units);

}  // namespace oms::replay
