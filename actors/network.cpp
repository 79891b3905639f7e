#include "actors/network.hpp"

#include <algorithm>

namespace oms {

namespace {

template <class Value>
bool empty_or_has(const std::vector<Value>& list, const Value& value) {
  return list.empty() ||
         std::find(list.begin(), list.end(), value) != list.end();
}

}  // namespace

money network_source::unit_cost(const sku_id& sku) const {
  if (terms == nullptr) return settings.unit_cost;
  const auto found = terms->find(sku);
  return found == terms->end() ? settings.unit_cost : found->second.unit_cost;
}

std::int32_t network_source::lead_time_days(const sku_id& sku) const {
  if (terms == nullptr) return 0;
  const auto found = terms->find(sku);
  return found == terms->end() ? 0 : found->second.lead_time_days;
}

bool network_source::serves_brand(const brand_id& brand) const {
  return empty_or_has(settings.brands, brand);
}

bool network_source::serves_country(const std::string& country) const {
  return country.empty() || empty_or_has(settings.countries, country);
}

// The rules of the brand, else those of the empty brand, else what
// `routing_rules` says by itself, as version 0. A brand's own rules replace the
// default ones as a whole.
const versioned_rules& network::rules_of(const brand_id& brand) const {
  static const versioned_rules standard{};
  if (const auto own = rules.find(brand); own != rules.end())
    return own->second;
  const auto fallback = rules.find(brand_id{});
  return fallback == rules.end() ? standard : fallback->second;
}

std::optional<std::size_t> network::place_of(const source_ref& source) const {
  const auto at = std::lower_bound(
      sources.begin(), sources.end(), source,
      [](const network_source& each, const source_ref& wanted) {
        return each.ref < wanted;
      });
  if (at == sources.end() || at->ref != source) return std::nullopt;
  return static_cast<std::size_t>(at - sources.begin());
}

const network_source* network::find(const source_ref& source) const {
  const auto place = place_of(source);
  return place ? &sources[*place] : nullptr;
}

int network::tier_of(const routing_rules& rules, source_type kind) {
  for (std::size_t i = 0; i < rules.tiers.size(); ++i)
    if (std::find(rules.tiers[i].begin(), rules.tiers[i].end(), kind) !=
        rules.tiers[i].end())
      return static_cast<int>(i);
  return -1;
}

}  // namespace oms
