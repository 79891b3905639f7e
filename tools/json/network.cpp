#include "tools/json/network.hpp"

#include <fmt/core.h>

#include <cmath>
#include <map>
#include <utility>

#include "actors/faults.hpp"
#include "messages/limits.hpp"
#include "messages/time_text.hpp"

namespace oms::json {

namespace {

void read_degrees(const node& at, double limit, double& out) {
  read(at, out);
  if (std::abs(out) > limit)
    at.refuse(fmt::format("must be from -{0} to {0}", limit));
}

value texts(const std::vector<brand_id>& brands) {
  value out = value::array();
  for (const brand_id& brand : brands) out.push_back(brand.value);
  return out;
}

template <class Enum>
value list_of(const std::vector<Enum>& list) {
  value out = value::array();
  for (const Enum one : list) out.push_back(name_of(one));
  return out;
}

void read(const node& at, stock_level& out) {
  object_reader keys(at);
  read_keys(keys, out);
  keys.refuse_others();
}

// Reads the rows of a network and checks each as the engine would, provided it
// could be read: a row with a fault in its form would otherwise be reported
// twice.
class network_reader {
 public:
  explicit network_reader(network_setup& out) : out_(out) {}

  void operator()(object_reader& keys, network_extent extent) {
    // First, since stock refers to them.
    if (const auto list = keys.find("locations")) locations(*list);
    if (const auto list = keys.find("suppliers"))
      rows(*list, "supplier", out_.suppliers, &supplier_settings::id, "id");
    if (const auto list = keys.find("products"))
      rows(*list, "product", out_.products, &product_settings::sku, "sku");
    if (const auto rules = keys.find("routing")) routing(*rules);
    if (const auto list = keys.find("stock")) stock(*list, extent);
  }

 private:
  using key = std::pair<std::string, std::string>;

  static command_body defining(const location_settings& row) {
    return define_location{row};
  }
  static command_body defining(const supplier_settings& row) {
    return define_supplier{row};
  }
  static command_body defining(const product_settings& row) {
    return define_product{row};
  }
  static command_body defining(const routing_rules& row) {
    return set_routing{row};
  }

  static void refuse(const node& at, faults found) {
    for (auto& each : found) at.refuse_key(each.path, std::move(each.message));
  }

  static const std::string& text_of(const std::string& id) { return id; }
  template <class Tag>
  static const std::string& text_of(const text_id<Tag>& id) {
    return id.value;
  }

  // Of two rows about the same thing neither can be preferred, so a duplicate
  // is a fault at the second one.
  void once(const node& at, key of, const char* path, const std::string& name) {
    const auto [first, is_new] = seen_.emplace(std::move(of), at.path());
    if (!is_new)
      at.refuse_key(path, name + " is a duplicate; first in " + first->second);
  }

  template <class Row, class Id>
  void row(const node& at, const char* kind, Row& into, Id Row::*id,
           const char* path) {
    const auto before = at.fault_count();
    read(at, into);
    if (at.fault_count() != before) return;
    // The command that the row will become: no second set of rules that could
    // differ.
    refuse(at, oms::faults_of(defining(into)));
    const auto& name = text_of(into.*id);
    // Rules without a brand are the default for all.
    once(at, {kind, name}, path, name.empty() ? "the default" : name);
  }

  template <class Row, class Id>
  void rows(const node& at, const char* kind, std::vector<Row>& into,
            Id Row::*id, const char* path) {
    if (!is_list(at)) return;
    into.resize(at.json().size());
    for (std::size_t i = 0; i < into.size(); ++i)
      row(at.item(i), kind, into[i], id, path);
  }

  // A location's priority is its position in the list unless it names one: a
  // person who writes a list puts the preferred location first. Set before the
  // rows are read, which may replace it.
  void locations(const node& at) {
    const auto before = at.fault_count();
    if (at.json().is_array())
      for (std::size_t i = 0; i < at.json().size(); ++i)
        out_.locations.emplace_back().priority =
            static_cast<std::int64_t>(i) + 1;
    rows(at, "location", out_.locations, &location_settings::id, "id");
    knows_locations_ = at.fault_count() == before;
  }

  // One object or a list of them: most networks have one set of rules.
  void routing(const node& at) {
    if (at.json().is_array())
      return rows(at, "routing", out_.routing, &routing_rules::brand, "brand");
    row(at, "routing", out_.routing.emplace_back(), &routing_rules::brand,
        "brand");
  }

  void stock(const node& at, network_extent extent) {
    if (!is_list(at)) return;
    out_.stock.resize(at.json().size());
    for (std::size_t i = 0; i < out_.stock.size(); ++i) {
      const auto item = at.item(i);
      const auto before = at.fault_count();
      auto& level = out_.stock[i];
      read(item, level);
      if (at.fault_count() != before) continue;
      refuse(item, faults_of(level));
      // The location is a part of the kind here, since a key has two parts.
      once(item, {"stock " + level.location, level.sku.value}, "sku",
           level.sku.value + " at " + level.location);
      // Locations have been read before stock, see above.
      if (extent == network_extent::whole && knows_locations_ &&
          !seen_.contains({"location", level.location}))
        item.refuse_key("location",
                        level.location + " is not one of the locations");
    }
  }

  network_setup& out_;
  std::map<key, std::string> seen_;
  // Whether all locations could be read. Otherwise the one that stock refers to
  // may be a row with a fault of its own.
  bool knows_locations_ = true;
};

}  // namespace

void read_position(object_reader& keys, std::optional<coordinates>& out) {
  const auto latitude = keys.find("latitude");
  const auto longitude = keys.find("longitude");
  if (!latitude && !longitude) return;
  // One coordinate alone would put the location on the equator or on the
  // meridian of Greenwich.
  if (!latitude || !longitude) {
    keys.at().refuse_key(latitude ? "longitude" : "latitude",
                         "is required beside the other one");
    return;
  }
  coordinates& position = out.emplace();
  read_degrees(*latitude, 90, position.latitude);
  read_degrees(*longitude, 180, position.longitude);
}

void read(const node& at, location_settings& out) {
  object_reader keys(at);
  keys.required("id", out.id);
  if (const auto kind = keys.find("kind")) {
    read(*kind, out.kind);
    // It shares an enumeration with locations, but a supplier is defined as
    // one.
    if (out.kind == source_type::dropship) {
      kind->refuse("is a supplier's, not a location's");
    }
  }
  keys.optional("name", out.name);
  keys.optional("country", out.country);
  read_position(keys, out.position);
  keys.optional("active", out.active);
  keys.optional("priority", out.priority);
  keys.optional("shipmentCost", out.shipment_cost);
  keys.optional("unitCost", out.unit_cost);
  keys.optional("costPerKm", out.cost_per_km);
  keys.optional("handlingDays", out.handling_days);
  keys.optional("dailyCapacity", out.daily_capacity);
  keys.optional("brands", out.brands);
  keys.optional("countries", out.countries);
  keys.refuse_others();
}

// "onHand" is required: a row without a number is not a count of 0.
void read_keys(object_reader& keys, stock_level& out) {
  keys.required("location", out.location);
  keys.required("sku", out.sku);
  keys.required("onHand", out.on_hand);
  keys.optional("safetyStock", out.safety_stock);
}

// Without "available" the offer has no limit.
void read_keys(object_reader& keys, supplier_product& out) {
  keys.required("sku", out.sku);
  keys.optional("available", out.available);
  keys.optional("unitCost", out.unit_cost);
  keys.optional("leadTimeDays", out.lead_time_days);
}

void read(const node& at, supplier_product& out) {
  object_reader keys(at);
  read_keys(keys, out);
  keys.refuse_others();
}

void read(const node& at, supplier_settings& out) {
  object_reader keys(at);
  keys.required("id", out.id);
  keys.optional("name", out.name);
  keys.optional("priority", out.priority);
  keys.optional("active", out.active);
  keys.optional("shipmentCost", out.shipment_cost);
  keys.optional("brands", out.brands);
  keys.optional("countries", out.countries);
  keys.optional("products", out.products);
  keys.refuse_others();
}

void read(const node& at, product_settings& out) {
  object_reader keys(at);
  keys.required("sku", out.sku);
  keys.optional("name", out.name);
  keys.optional("backorderable", out.backorderable);
  keys.optional("backorderLimit", out.backorder_limit);
  // An empty text means no date, as in the API's shape. `write` gives it too.
  const auto date = keys.find("restockDate");
  if (date && !is_empty_text(date->json())) read(*date, out.restock_date);
  keys.refuse_others();
}

void read(const node& at, routing_rules& out) {
  object_reader keys(at);
  keys.optional("tiers", out.tiers);
  keys.optional("objectives", out.objectives);
  keys.optional("splitLines", out.split_lines);
  keys.optional("maxShipments", out.max_shipments);
  keys.optional("stuckAfterS", out.stuck_after_s);
  keys.optional("brand", out.brand);
  keys.refuse_others();
}

void read_network(object_reader& keys, network_extent extent,
                  network_setup& out) {
  network_reader reading(out);
  reading(keys, extent);
}

faults faults_of(const stock_level& level) {
  auto found =
      oms::faults_of(count_stock{level.location, level.sku, level.on_hand});
  if (!level.safety_stock) return found;
  // Faults of the location and the SKU are the same for both commands; only
  // those of the quantity are new.
  for (auto& each : oms::faults_of(
           set_safety_stock{level.location, level.sku, *level.safety_stock}))
    if (each.path == "quantity")
      found.push_back({"safetyStock", std::move(each.message)});
  return found;
}

command_body opening_stock(const stock_level& level, std::string reference) {
  // A file may have been exported from a location that counted more than one
  // receipt may bring.
  if (level.on_hand > quantity{limits::max_quantity_units})
    return count_stock{level.location, level.sku, level.on_hand};
  return receive_stock{level.location, level.sku, level.on_hand,
                       std::move(reference)};
}

void write_position(const std::optional<coordinates>& position, value& out) {
  if (!position) return;
  out["latitude"] = position->latitude;
  out["longitude"] = position->longitude;
}

// All keys, also those with their default: a reader sees what can be set, and a
// PUT of what was read changes nothing.
value write(const location_settings& location) {
  value out{{"id", location.id},
            {"kind", name_of(location.kind)},
            {"name", location.name},
            {"country", location.country}};
  write_position(location.position, out);
  out["active"] = location.active;
  out["priority"] = location.priority;
  out["shipmentCost"] = location.shipment_cost.value;
  out["unitCost"] = location.unit_cost.value;
  out["costPerKm"] = location.cost_per_km.value;
  out["handlingDays"] = location.handling_days;
  out["dailyCapacity"] = location.daily_capacity;
  out["brands"] = texts(location.brands);
  out["countries"] = location.countries;
  return out;
}

value write(const supplier_product& product) {
  value out{{"sku", product.sku.value}};
  // Absent: no limit.
  if (product.available) out["available"] = product.available->value;
  out["unitCost"] = product.unit_cost.value;
  out["leadTimeDays"] = product.lead_time_days;
  return out;
}

value write(const supplier_settings& supplier) {
  value products = value::array();
  for (const supplier_product& product : supplier.products) {
    products.push_back(write(product));
  }
  return {{"id", supplier.id},
          {"name", supplier.name},
          {"priority", supplier.priority},
          {"active", supplier.active},
          {"shipmentCost", supplier.shipment_cost.value},
          {"brands", texts(supplier.brands)},
          {"countries", supplier.countries},
          {"products", std::move(products)}};
}

value write(const product_settings& product) {
  return {{"sku", product.sku.value},
          {"name", product.name},
          {"backorderable", product.backorderable},
          {"backorderLimit", product.backorder_limit.value},
          {"restockDate",
           product.restock_date ? time_text(*product.restock_date) : ""}};
}

value write(const routing_rules& rules) {
  value tiers = value::array();
  for (const auto& tier : rules.tiers) tiers.push_back(list_of(tier));
  return {{"tiers", std::move(tiers)},
          {"objectives", list_of(rules.objectives)},
          {"splitLines", rules.split_lines},
          {"maxShipments", rules.max_shipments},
          {"stuckAfterS", rules.stuck_after_s},
          {"brand", rules.brand.value}};
}

}  // namespace oms::json
