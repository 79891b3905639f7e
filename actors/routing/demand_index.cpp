#include "actors/routing/demand_index.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace oms::routing {
namespace {

// Up to this many lines, comparing with each SKU before is faster than a hash
// table.
constexpr std::size_t few_lines = 16;

void index_few(const std::vector<demand>& lines, demand_index& out) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto known = std::find_if(
        out.first_line.begin(), out.first_line.end(),
        [&](std::size_t first) { return lines[first].sku == lines[i].sku; });
    out.sku_of_line.push_back(
        static_cast<std::size_t>(known - out.first_line.begin()));
    if (known == out.first_line.end()) out.first_line.push_back(i);
  }
}

}  // namespace

void index_demand(const std::vector<demand>& lines, demand_index& out) {
  out.first_line.clear();
  out.sku_of_line.clear();
  out.sku_of_line.reserve(lines.size());
  if (lines.size() <= few_lines) return index_few(lines, out);
  // Views of the texts in `lines`, which outlive the table.
  std::unordered_map<std::string_view, std::size_t> known;
  known.reserve(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto [at, is_new] =
        known.try_emplace(lines[i].sku.value, out.first_line.size());
    out.sku_of_line.push_back(at->second);
    if (is_new) out.first_line.push_back(i);
  }
}

std::vector<sku_id> request::skus() const {
  demand_index index;
  index_demand(lines, index);
  std::vector<sku_id> skus;
  skus.reserve(index.first_line.size());
  for (const auto line : index.first_line) skus.push_back(lines[line].sku);
  return skus;
}

}  // namespace oms::routing
