#pragma once

/// What is ordered, and who has it where the network file does not say.
///
/// Owner: pure functions. Threads: any.

#include <cstdint>
#include <vector>

#include "tools/json/network.hpp"
#include "tools/replay/feed.hpp"

namespace oms::replay {

/// From a promise to a parcel's leaving.
inline constexpr int supplier_handling_days = 3;

/// Every SKU that is ordered, sorted.
[[nodiscard]] std::vector<sku_id> skus_of(const feed& orders);

/// A code without a digit (POST, MANUAL, "BANK CHARGES") or C2 (carriage):
/// it is money, not goods, and never runs out.
[[nodiscard]] bool is_charge(const sku_id& sku);

/// Dropship suppliers of `network` without products offer every fifth of the
/// SKUs, chosen by a hash of its name, `units` of each.
void share_skus(json::network_setup& network, const std::vector<sku_id>& skus,
                std::int64_t units);

}  // namespace oms::replay
