#include "actors/routing/demand_index.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace oms::routing {
namespace {

// Up to this many lines, comparing with each SKU before is faster than a hash
// table.
constexpr std::size_t few_lines = 16;

demand_index index_few(const std::vector<demand>& lines) {
  demand_index index;
  index.skus.reserve(lines.size());
  index.sku_of_line.reserve(lines.size());
  for (const demand& line : lines) {
    const auto known =
        std::find(index.skus.begin(), index.skus.end(), line.sku);
    index.sku_of_line.push_back(
        static_cast<std::size_t>(known - index.skus.begin()));
    if (known == index.skus.end()) index.skus.push_back(line.sku);
  }
  return index;
}

}  // namespace

demand_index index_demand(const std::vector<demand>& lines) {
  if (lines.size() <= few_lines) return index_few(lines);
  demand_index index;
  // Views of the texts in `lines`, which outlive the table.
  std::unordered_map<std::string_view, std::size_t> known;
  known.reserve(lines.size());
  for (const demand& line : lines) {
    const auto [at, is_new] =
        known.try_emplace(line.sku.value, index.skus.size());
    index.sku_of_line.push_back(at->second);
    if (is_new) index.skus.push_back(line.sku);
  }
  return index;
}

std::vector<sku_id> request::skus() const { return index_demand(lines).skus; }

}  // namespace oms::routing
