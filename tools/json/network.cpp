#include "tools/json/network.hpp"

#include <cmath>

#include "messages/time_text.hpp"

namespace oms::json {

namespace {

void read_degrees(const node& at, double limit, double& out) {
  read(at, out);
  if (std::abs(out) > limit) at.refuse("is not on the globe");
}

value texts(const std::vector<brand_id>& brands) {
  value out = value::array();
  for (const brand_id& brand : brands) out.push_back(brand.value);
  return out;
}

template <class Enum>
value words(const std::vector<Enum>& list) {
  value out = value::array();
  for (const Enum one : list) out.push_back(name_of(one));
  return out;
}

/// A location's priority is its place in the list, unless it says another.
void read_ranked(const node& at, std::vector<location_settings>& out) {
  if (!is_list(at)) return;
  for (std::size_t i = 0; i < at.json().size(); ++i) {
    auto& location = out.emplace_back();
    location.priority = static_cast<std::int64_t>(i) + 1;
    read(at.item(i), location);
  }
}

void read_rules(const node& at, std::vector<routing_rules>& out) {
  if (!at.json().is_array()) return read(at, out.emplace_back());
  read(at, out);
}

}  // namespace

void read_position(object_reader& keys, std::optional<coordinates>& out) {
  const auto latitude = keys.find("latitude");
  const auto longitude = keys.find("longitude");
  if (!latitude && !longitude) return;
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
    if (out.kind == place_kind::dropship) {
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

void read(const node& at, supplier_product& out) {
  object_reader keys(at);
  keys.required("sku", out.sku);
  keys.optional("available", out.available);
  keys.optional("unitCost", out.unit_cost);
  keys.optional("leadTimeDays", out.lead_time_days);
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
  // An empty text stands for no date, as in the shape's default.
  const auto date = keys.find("restockDate");
  if (date && date->json() != "") read(*date, out.restock_date);
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

void read(const node& at, stock_level& out) {
  object_reader keys(at);
  keys.required("location", out.location);
  keys.required("sku", out.sku);
  keys.optional("onHand", out.on_hand);
  keys.optional("safetyStock", out.safety_stock);
  keys.refuse_others();
}

void read_keys(object_reader& keys, network_setup& out) {
  if (const auto list = keys.find("locations"))
    read_ranked(*list, out.locations);
  keys.optional("suppliers", out.suppliers);
  keys.optional("products", out.products);
  if (const auto rules = keys.find("routing")) read_rules(*rules, out.routing);
  keys.optional("stock", out.stock);
}

void write_position(const std::optional<coordinates>& position, value& out) {
  if (!position) return;
  out["latitude"] = position->latitude;
  out["longitude"] = position->longitude;
}

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
  for (const auto& tier : rules.tiers) tiers.push_back(words(tier));
  return {{"tiers", std::move(tiers)},
          {"objectives", words(rules.objectives)},
          {"splitLines", rules.split_lines},
          {"maxShipments", rules.max_shipments},
          {"stuckAfterS", rules.stuck_after_s},
          {"brand", rules.brand.value}};
}

}  // namespace oms::json
