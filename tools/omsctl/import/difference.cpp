#include "tools/omsctl/import/difference.hpp"

#include <algorithm>

namespace oms::omsctl {

namespace {

using enum import_effect;

// Products are compared as a set: their order in a file means nothing.
supplier_settings sorted(supplier_settings of) {
  std::sort(of.products.begin(), of.products.end(),
            [](const supplier_product& a, const supplier_product& b) {
              return a.sku < b.sku;
            });
  return of;
}

class network_comparison {
 public:
  explicit network_comparison(const history::network_state& there)
      : there_(there) {}

  import_effect operator()(const define_location& wanted) const {
    const auto* known = source({source_kind::location, wanted.settings.id});
    if (known == nullptr) return defined;
    return known->settings == wanted.settings ? unchanged : changed;
  }

  import_effect operator()(const define_supplier& wanted) const {
    const auto* known = source({source_kind::supplier, wanted.settings.id});
    if (known == nullptr) return defined;
    // With what is on offer now: units that were given away since the last
    // import make it a change, since defining a supplier offers them again.
    return sorted(history::supplier_now(*known)) == sorted(wanted.settings)
               ? unchanged
               : changed;
  }

  import_effect operator()(const define_product& wanted) const {
    return in(there_.products, wanted.settings.sku, wanted.settings);
  }

  import_effect operator()(const set_routing& wanted) const {
    return in(there_.rules, wanted.rules.brand, wanted.rules);
  }

  import_effect operator()(const count_stock& wanted) const {
    const auto* known = item(wanted.location, wanted.sku);
    if (known == nullptr) return defined;
    // Only on hand is counted. How it is divided between the other buckets is
    // the engine's.
    return known->on_hand == wanted.on_hand ? unchanged : changed;
  }

  // A SKU that was never there has a safety stock of 0.
  import_effect operator()(const set_safety_stock& wanted) const {
    const auto* known = item(wanted.location, wanted.sku);
    const auto is = known == nullptr ? quantity{0} : known->safety_setting;
    if (is == wanted.units) return unchanged;
    return known == nullptr ? defined : changed;
  }

  // Not reached, since an import has no other commands; the variant has.
  template <class Other>
  import_effect operator()(const Other&) const {
    return changed;
  }

 private:
  template <class Map, class Key, class Value>
  static import_effect in(const Map& known, const Key& key,
                          const Value& wanted) {
    const auto found = known.find(key);
    if (found == known.end()) return defined;
    return found->second == wanted ? unchanged : changed;
  }

  [[nodiscard]] const source_state* source(const source_ref& ref) const {
    const auto found = there_.sources.find(ref);
    // Without a definition there are no settings to compare with.
    return found == there_.sources.end() || !found->second.defined
               ? nullptr
               : &found->second;
  }

  [[nodiscard]] const stock_item* item(const std::string& location,
                                       const sku_id& sku) const {
    const auto* known = source({source_kind::location, location});
    if (known == nullptr) return nullptr;
    const auto found = known->stock.find(sku);
    return found == known->stock.end() ? nullptr : &found->second;
  }

  const history::network_state& there_;
};

}  // namespace

import_effect effect_of(const command_body& body,
                        const history::network_state& there) {
  return std::visit(network_comparison(there), body);
}

known_network known_in(const history::network_state& there) {
  known_network known;
  for (const auto& [ref, state] : there.sources)
    if (ref.kind == source_kind::location)
      known.locations.insert(ref.id);
    else
      known.suppliers.emplace(ref.id, history::supplier_now(state));
  return known;
}

}  // namespace oms::omsctl
