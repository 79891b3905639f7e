#include "actors/faults.hpp"

#include <set>
#include <string>
#include <string_view>
#include <unordered_set>

#include "actors/checker.hpp"
#include "actors/order/place.hpp"
#include "messages/reserved_names.hpp"

namespace oms {

namespace {

// One overload per kind of command, for what is wrong whatever the state is.
// All faults of a command are collected, so that a caller can correct them at
// once; what depends on a state is checked where the state is.
class command_checker : public checker {
 public:
  // Apart from the others, because what an order may cost is checked with it.
  void operator()(const place_order& command) {
    add(order::faults_of(command));
  }

  void operator()(const record_payment& command) {
    of_order(command.order);
    if (command.amount) price(*command.amount, "amount");
    id(command.reference, "reference");
  }

  void operator()(const cancel_order& command) {
    of_order(command.order);
    chosen(command.lines);
    text(command.reason, "reason");
    text(command.note, "note");
  }

  void operator()(const place_hold& command) {
    of_order(command.order);
    identity(command.hold.value, "hold");
    text(command.reason, "reason");
  }

  void operator()(const release_hold& command) {
    of_order(command.order);
    id(command.hold.value, "hold");
  }

  void operator()(const erase_personal_data& command) {
    of_order(command.order);
  }

  void operator()(const plan_order& command) { of_order(command.order); }

  void operator()(const add_note& command) {
    of_order(command.order);
    require(!trimmed(command.text).empty(), "text", "is missing");
    text(command.text, "text");
  }

  void operator()(const work_fulfillment& command) {
    of_order(command.order);
    id(command.fulfillment.value, "fulfillment");
    id(command.source, "source");
    chosen(command.lines);
    text(command.text, "text");
    if (command.action == fulfillment_action::reject) {
      require(command.reason.has_value(), "reason",
              "is missing: outOfStock, mismatch, damaged or unable");
      require(command.reason != reject_reason::unable ||
                  !trimmed(command.text).empty(),
              "text", "is missing: say why the source is unable to ship");
    }
    // A short pick says by itself what is wrong with the stock.
    if (command.action == fulfillment_action::short_pick)
      require(!command.reason || command.reason == reject_reason::mismatch,
              "reason", "is always mismatch; for another reason, use reject");
    if (command.action == fulfillment_action::ship)
      id(command.shipment.value, "shipment");
    id(command.carrier, "carrier");
    id(command.tracking, "tracking");
  }

  void operator()(const track_shipment& command) {
    of_order(command.order);
    id(command.shipment.value, "shipment");
    id(command.source, "source");
  }

  void operator()(const request_refund& command) {
    of_order(command.order);
    chosen(command.lines);
    if (command.amount) {
      range(command.amount->value, "amount", 1, limits::max_money_minor_units);
      require(!trimmed(command.reason).empty(), "reason",
              "is missing: say what the amount is given back for");
    }
    text(command.reason, "reason");
  }

  void operator()(const settle_refund& command) {
    of_order(command.order);
    id(command.refund.value, "refund");
  }

  void operator()(const request_return& command) {
    of_order(command.order);
    chosen(command.lines);
    id(command.id.value, "return");
    text(command.reason, "reason");
  }

  void operator()(const receive_return& command) {
    of_order(command.order);
    id(command.id.value, "return");
    identity(command.location, "location");
    chosen(command.lines);
  }

  void operator()(const decide_return& command) {
    of_order(command.order);
    id(command.id.value, "return");
  }

  void operator()(const receive_stock& command) {
    at_location(command);
    units(command.units, "quantity", 1);
    id(command.reference, "reference");
  }

  void operator()(const adjust_stock& command) {
    at_location(command);
    units(command.delta, "delta", -limits::max_quantity_units);
    text(command.reason, "reason");
  }

  void operator()(const count_stock& command) {
    at_location(command);
    on_hand(command.on_hand, "onHand");
  }

  void operator()(const set_safety_stock& command) {
    at_location(command);
    units(command.units, "quantity", 0);
  }

  // What comes of a change is checked where it is made.

  void operator()(const define_location& command) {
    source(command.settings.id, command.change != nullptr);
    if (!command.change) rest(command.settings);
  }

  void operator()(const define_supplier& command) {
    source(command.settings.id, command.change != nullptr);
    if (!command.change) rest(command.settings);
  }

  void operator()(const define_product& command) {
    identity(command.settings.sku.value, "sku");
    if (!command.change) rest(command.settings);
  }

  void operator()(const set_routing& command) {
    id(command.rules.brand.value, "brand");
    if (!command.change) rest(command.rules);
  }

  // All but the id.

  void rest(const location_settings& settings) {
    text(settings.name, "name");
    id(settings.country, "country");
    if (settings.position) position(*settings.position);
    whole(settings.priority, "priority");
    require(settings.kind != source_type::dropship, "kind",
            "a location is a warehouse, store or threePl");
    price(settings.shipment_cost, "shipmentCost");
    price(settings.unit_cost, "unitCost");
    price(settings.cost_per_km, "costPerKm");
    range(settings.handling_days, "handlingDays", 0, limits::max_handling_days);
    range(settings.daily_capacity, "dailyCapacity", 0,
          limits::max_quantity_units);
    ids(settings.brands, "brands");
    ids(settings.countries, "countries");
  }

  void rest(const supplier_settings& settings) {
    text(settings.name, "name");
    whole(settings.priority, "priority");
    price(settings.shipment_cost, "shipmentCost");
    ids(settings.brands, "brands");
    ids(settings.countries, "countries");
    list(settings.products, "products", limits::max_supplier_products);
    std::unordered_set<std::string_view> seen;
    seen.reserve(settings.products.size());
    for (std::size_t i = 0; i < settings.products.size(); ++i) {
      const auto& product = settings.products[i];
      const auto at = [i](const char* field) {
        return list_position{"products", i, field};
      };
      identity(product.sku.value, at("sku"));
      // Two offers of one SKU would add up, which the sender may not mean.
      require(seen.insert(product.sku.value).second, at("sku"),
              "is a duplicate");
      price(product.unit_cost, at("unitCost"));
      range(product.lead_time_days, at("leadTimeDays"), 0,
            limits::max_lead_time_days);
      if (product.available) on_hand(*product.available, at("available"));
    }
  }

  void rest(const product_settings& settings) {
    text(settings.name, "name");
    units(settings.backorder_limit, "backorderLimit", 0);
  }

  void rest(const routing_rules& rules) {
    list(rules.tiers, "tiers", limits::max_routing_tiers);
    list(rules.objectives, "objectives", limits::max_objectives);
    require(!rules.tiers.empty(), "tiers", "must not be empty");
    require(!rules.objectives.empty(), "objectives", "must not be empty");
    std::set<source_type> seen;
    for (std::size_t i = 0; i < rules.tiers.size(); ++i) {
      require(!rules.tiers[i].empty(), list_position{"tiers", i},
              "must not be empty");
      for (const auto kind : rules.tiers[i])
        // A source is asked in one tier; named twice, the second would never
        // count.
        require(seen.insert(kind).second, list_position{"tiers", i},
                "names a kind twice");
    }
    range(rules.max_shipments, "maxShipments", 0, limits::max_whole);
    range(rules.stuck_after_s, "stuckAfterS", 0, limits::max_stuck_after_s);
  }

 private:
  void of_order(const order_key& key) {
    identity(key.id.value, "order");
    id(key.brand.value, "brand");
  }

  // Its id signs what it decides, so no new one may look like a part of the
  // engine. Stores of earlier versions may have one that does, and must still
  // be able to change it.
  void source(const std::string& id, bool is_there) {
    identity(id, "id");
    require(is_there || !is_reserved_name(id), "id",
            "is the name of a part of the engine");
  }

  template <class Command>
  void at_location(const Command& command) {
    identity(command.location, "location");
    identity(command.sku.value, "sku");
  }

  template <class Line>
  void lines(const std::vector<Line>& all) {
    list(all, "lines", limits::max_order_lines);
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto at = [i](const char* field) {
        return list_position{"lines", i, field};
      };
      const auto& line = all[i];
      if constexpr (requires { line.sku; }) {
        id(line.line.value, at("line"));
        id(line.sku.value, at("sku"));
      } else {
        identity(line.line.value, at("line"));
      }
      units(line.units, at("quantity"), 1);
    }
  }

  // Lines that a command may leave out, which means everything. An empty list
  // is most likely a fault of the program that built it, so it must not mean
  // the same.
  template <class Line>
  void chosen(const std::optional<std::vector<Line>>& all) {
    if (!all) return;
    require(!all->empty(), "lines",
            "must not be empty: leave it out for everything");
    lines(*all);
    if constexpr (requires { all->front().sku; })
      for (std::size_t i = 0; i < all->size(); ++i)
        require(!(*all)[i].line.empty() || !(*all)[i].sku.empty(),
                list_position{"lines", i}, "needs a line or a SKU");
  }
};

// The change is a function that the caller wrote. What it makes of the settings
// is checked like settings that came with a command, and it must not make them
// another entity's.
template <class Definition, class Settings, class Id>
result<Settings> change_by(const Definition& command, const Settings& now,
                           Id Settings::*id, const char* path) {
  auto wanted = command.change(now);
  if (!wanted) return wanted;
  if ((*wanted).*id != now.*id)
    return refuse(error_code::invalid, "can't be changed", path);
  command_checker check;
  check.rest(*wanted);
  if (auto faults = std::move(check).faults(); !faults.empty())
    return invalid(std::move(faults));
  return wanted;
}

}  // namespace

result<location_settings> changed(const define_location& command,
                                  const location_settings& now) {
  return change_by(command, now, &location_settings::id, "id");
}
result<supplier_settings> changed(const define_supplier& command,
                                  const supplier_settings& now) {
  return change_by(command, now, &supplier_settings::id, "id");
}
result<product_settings> changed(const define_product& command,
                                 const product_settings& now) {
  return change_by(command, now, &product_settings::sku, "sku");
}
result<routing_rules> changed(const set_routing& command,
                              const routing_rules& now) {
  return change_by(command, now, &routing_rules::brand, "brand");
}

std::vector<fault> faults_of(const command_body& body) {
  command_checker check;
  std::visit(check, body);
  return std::move(check).faults();
}

// The message is the first fault, for readers who see nothing else.
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
