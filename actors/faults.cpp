#include "actors/faults.hpp"

#include <cmath>
#include <set>
#include <string>

#include "actors/checker.hpp"

namespace oms {

namespace {

/// One overload per command that brings settings.
class settings_checker : public checker {
 public:
  void operator()(const define_location& command) {
    const auto& settings = command.settings;
    identity(settings.id, "id");
    text(settings.name, "name");
    text(settings.country, "country");
    if (settings.position) {
      require(std::abs(settings.position->latitude) <= 90, "latitude",
              "must be between -90 and 90");
      require(std::abs(settings.position->longitude) <= 180, "longitude",
              "must be between -180 and 180");
    }
    require(settings.kind != place_kind::dropship, "kind",
            "a location is a warehouse, store or threePl");
    price(settings.shipment_cost, "shipmentCost");
    price(settings.unit_cost, "unitCost");
    price(settings.cost_per_km, "costPerKm");
    require(settings.handling_days >= 0 &&
                settings.handling_days <= limits::max_handling_days,
            "handlingDays", "is out of range");
    require(settings.daily_capacity >= 0, "dailyCapacity", "is negative");
    list(settings.brands, "brands");
    list(settings.countries, "countries");
  }

  void operator()(const define_supplier& command) {
    const auto& settings = command.settings;
    identity(settings.id, "id");
    text(settings.name, "name");
    price(settings.shipment_cost, "shipmentCost");
    list(settings.brands, "brands");
    list(settings.countries, "countries");
    list(settings.products, "products", limits::max_supplier_products);
    std::set<sku_id> seen;
    for (std::size_t i = 0; i < settings.products.size(); ++i) {
      const auto& product = settings.products[i];
      const auto path = "products[" + std::to_string(i) + "]";
      identity(product.sku.value, path + ".sku");
      require(seen.insert(product.sku).second, path + ".sku", "stands twice");
      price(product.unit_cost, path + ".unitCost");
      if (!product.available) continue;
      require(product.available->value >= 0 &&
                  product.available->value <= limits::max_quantity_units,
              path + ".available", "is out of range");
    }
  }

  void operator()(const define_product& command) {
    identity(command.settings.sku.value, "sku");
    text(command.settings.name, "name");
    require(command.settings.backorder_limit >= quantity{0}, "backorderLimit",
            "is negative");
  }

  void operator()(const set_routing& command) {
    const auto& rules = command.rules;
    list(rules.tiers, "tiers", limits::max_routing_tiers);
    std::set<place_kind> seen;
    for (std::size_t i = 0; i < rules.tiers.size(); ++i)
      for (const auto kind : rules.tiers[i])
        require(seen.insert(kind).second, "tiers[" + std::to_string(i) + "]",
                "names a kind twice");
    require(rules.max_shipments >= 0, "maxShipments", "is negative");
    require(rules.stuck_after_s > 0, "stuckAfterS", "must be more than 0");
  }

  /// The others are checked where their state is.
  template <class Other>
  void operator()(const Other&) {}
};

}  // namespace

std::vector<fault> faults_of(const command_body& body) {
  settings_checker check;
  std::visit(check, body);
  return std::move(check).faults();
}

error invalid(std::vector<fault> faults) {
  const auto& first = faults.front();
  std::string message = first.path + ": " + first.message;
  return {error_code::invalid, std::move(message), std::move(faults)};
}

error refuse(error_code code, std::string message, std::string path) {
  if (path.empty()) return {code, std::move(message), {}};
  return {code, path + ": " + message, {{path, message}}};
}

}  // namespace oms
