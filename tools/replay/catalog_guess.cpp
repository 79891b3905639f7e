#include "tools/replay/catalog_guess.hpp"

#include <set>

namespace oms::replay {

bool is_charge(const sku_id& sku) {
  return sku.value == "C2" ||
         sku.value.find_first_of("0123456789") == std::string::npos;
}

std::vector<sku_id> skus_of(const feed& orders) {
  std::set<sku_id> all;
  for (const auto& order : orders.orders)
    for (const auto& line : order.placing.body.lines) all.insert(line.sku);
  return {all.begin(), all.end()};
}

void share_skus(json::network_setup& network, const std::vector<sku_id>& skus,
                std::int64_t units) {
  for (auto& supplier : network.suppliers) {
    if (!supplier.products.empty()) continue;
    for (const auto& sku : skus) {
      // FNV-1a, because std::hash may differ from machine to machine, and then
      // the state hash of a replay would.
      std::uint32_t hash = 0x811c9dc5U;
      for (const unsigned char letter : sku.value)
        hash = (hash ^ letter) * 0x01000193U;
      if (hash % 5 == 0 && !is_charge(sku))
        supplier.products.push_back(
            {sku, quantity{units}, money{0}, supplier_handling_days});
    }
  }
}

}  // namespace oms::replay
