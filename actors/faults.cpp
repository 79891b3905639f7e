#include "actors/faults.hpp"

#include <cmath>
#include <set>
#include <string>

#include "messages/limits.hpp"

namespace oms {

namespace {

class checker {
 public:
  void require(bool holds, std::string path, std::string message) {
    if (!holds) faults_.push_back({std::move(path), std::move(message)});
  }

  void identity(const std::string& value, const std::string& path) {
    require(!value.empty(), path, "is missing");
    require(value.size() <= limits::max_id_bytes, path, "is too long");
  }

  void text(const std::string& value, std::string path) {
    require(value.size() <= limits::max_text_bytes, std::move(path),
            "is too long");
  }

  void cost(money value, const std::string& path) {
    require(value >= money{0}, path, "is negative");
    require(value.value <= limits::max_money_minor_units, path, "is too large");
  }

  template <class Value>
  void list(const std::vector<Value>& values, std::string path) {
    require(values.size() <= limits::max_list_entries, std::move(path),
            "has too many entries");
  }

  std::vector<fault> faults() && { return std::move(faults_); }

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
    cost(settings.shipment_cost, "shipmentCost");
    cost(settings.unit_cost, "unitCost");
    cost(settings.cost_per_km, "costPerKm");
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
    cost(settings.shipment_cost, "shipmentCost");
    list(settings.brands, "brands");
    list(settings.countries, "countries");
    require(settings.products.size() <= limits::max_supplier_products,
            "products", "has too many entries");
    std::set<sku_id> seen;
    for (std::size_t i = 0; i < settings.products.size(); ++i) {
      const auto& product = settings.products[i];
      const auto path = "products[" + std::to_string(i) + "]";
      identity(product.sku.value, path + ".sku");
      require(seen.insert(product.sku).second, path + ".sku", "stands twice");
      cost(product.unit_cost, path + ".unitCost");
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
    require(rules.tiers.size() <= limits::max_routing_tiers, "tiers",
            "has too many entries");
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

 private:
  std::vector<fault> faults_;
};

}  // namespace

std::vector<fault> faults_of(const command_body& body) {
  checker check;
  std::visit(check, body);
  return std::move(check).faults();
}

error invalid(std::vector<fault> faults) {
  const auto& first = faults.front();
  std::string message = first.path + ": " + first.message;
  return {error_code::invalid, std::move(message), std::move(faults)};
}

}  // namespace oms
