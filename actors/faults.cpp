#include "actors/faults.hpp"

#include <cmath>
#include <set>
#include <string>

#include "actors/checker.hpp"

namespace oms {

namespace {

/// One overload per kind of command; what depends on a state is checked where
/// the state is.
class command_checker : public checker {
 public:
  void operator()(const record_payment& command) {
    text(command.reference, "reference");
  }

  void operator()(const cancel_order& command) {
    chosen(command.lines);
    text(command.reason, "reason");
    text(command.note, "note");
  }

  void operator()(const place_hold& command) {
    identity(command.hold.value, "hold");
    text(command.reason, "reason");
  }

  void operator()(const add_note& command) {
    require(!command.text.empty(), "text", "is missing");
    text(command.text, "text");
  }

  void operator()(const work_fulfillment& command) {
    chosen(command.lines);
    text(command.text, "text");
    if (command.action == fulfillment_action::reject) {
      require(command.reason.has_value(), "reason",
              "is missing: outOfStock, mismatch, damaged or unable");
      require(command.reason != reject_reason::unable || !command.text.empty(),
              "text", "is missing: say why the source is unable to ship");
    }
    if (command.action == fulfillment_action::short_pick)
      require(!command.reason || command.reason == reject_reason::mismatch,
              "reason", "is always mismatch; for another reason, use reject");
    text(command.shipment.value, "shipment", limits::max_id_bytes);
    text(command.carrier, "carrier");
    text(command.tracking, "tracking");
  }

  void operator()(const request_refund& command) {
    chosen(command.lines);
    text(command.reason, "reason");
  }

  void operator()(const request_return& command) {
    chosen(command.lines);
    text(command.id.value, "return", limits::max_id_bytes);
    text(command.reason, "reason");
  }

  void operator()(const receive_return& command) { chosen(command.lines); }

  void operator()(const receive_stock& command) {
    text(command.reference, "reference", limits::max_id_bytes);
  }

  void operator()(const adjust_stock& command) {
    text(command.reason, "reason");
  }

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
      const auto at = [i](const char* field) {
        return list_place{"products", i, field};
      };
      identity(product.sku.value, at("sku"));
      require(seen.insert(product.sku).second, at("sku"), "stands twice");
      price(product.unit_cost, at("unitCost"));
      if (!product.available) continue;
      require(product.available->value >= 0 &&
                  product.available->value <= limits::max_quantity_units,
              at("available"), "is out of range");
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
        require(seen.insert(kind).second, list_place{"tiers", i},
                "names a kind twice");
    require(rules.max_shipments >= 0, "maxShipments", "is negative");
    require(rules.stuck_after_s > 0, "stuckAfterS", "must be more than 0");
  }

  /// The others have nothing to check without a state.
  template <class Other>
  void operator()(const Other&) {}

 private:
  /// Lines that a command may leave out. An empty list is most likely a fault
  /// of whoever built it, and must not mean everything.
  template <class Line>
  void chosen(const std::optional<std::vector<Line>>& lines) {
    if (!lines) return;
    require(!lines->empty(), "lines",
            "must not be empty: leave it out for everything");
    list(*lines, "lines", limits::max_order_lines);
    for (std::size_t i = 0; i < lines->size(); ++i) {
      const auto& line = (*lines)[i];
      require(line.units >= quantity{1}, list_place{"lines", i, "quantity"},
              "must be at least 1");
      if constexpr (requires { line.sku; })
        require(!line.line.empty() || !line.sku.empty(), list_place{"lines", i},
                "needs a line or a SKU");
    }
  }
};

}  // namespace

std::vector<fault> faults_of(const command_body& body) {
  command_checker check;
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
