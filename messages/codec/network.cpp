// Ids, the network and routing decisions.
//
// Settings are written whole, also those that have their defaults: a default
// may change in a later version, and what was defined before must not change
// with it. (The schema's own defaults are 0, false and nothing, and mean that.)

#include "messages/codec/parts.hpp"

namespace oms::codec {

void write(schema::OrderKey::Builder out, const order_key& in) {
  if (filled(in.brand)) out.setBrand(stored(in.brand));
  if (filled(in.id)) out.setId(stored(in.id));
}

order_key read(schema::OrderKey::Reader in) {
  return {.brand = text<brand_id>(in.getBrand()),
          .id = text<order_id>(in.getId())};
}

void write(schema::SourceRef::Builder out, const source_ref& in) {
  out.setKind(stored(in.kind));
  if (filled(in.id)) out.setId(stored(in.id));
}

source_ref read(schema::SourceRef::Reader in) {
  return {.kind = word<source_kind>(in.getKind()), .id = text(in.getId())};
}

void write(schema::Coordinates::Builder out, const coordinates& in) {
  out.setLatitude(in.latitude);
  out.setLongitude(in.longitude);
}

coordinates read(schema::Coordinates::Reader in) {
  return {.latitude = in.getLatitude(), .longitude = in.getLongitude()};
}

void write(schema::SkuQuantity::Builder out, const sku_quantity& in) {
  if (filled(in.sku)) out.setSku(stored(in.sku));
  out.setUnits(in.units.value);
}

sku_quantity read(schema::SkuQuantity::Reader in) {
  return {.sku = text<sku_id>(in.getSku()), .units = quantity{in.getUnits()}};
}

void write(schema::LineUnits::Builder out, const line_units& in) {
  if (filled(in.line)) out.setLine(stored(in.line));
  if (filled(in.sku)) out.setSku(stored(in.sku));
  out.setUnits(in.units.value);
}

line_units read(schema::LineUnits::Reader in) {
  return {.line = text<line_id>(in.getLine()),
          .sku = text<sku_id>(in.getSku()),
          .units = quantity{in.getUnits()}};
}

// A position is a struct of its own, whose null pointer says that there is
// none: 0, 0 is a point like any other.
void write(schema::LocationSettings::Builder out, const location_settings& in) {
  if (filled(in.id)) out.setId(stored(in.id));
  out.setKind(stored(in.kind));
  if (filled(in.name)) out.setName(stored(in.name));
  if (filled(in.country)) out.setCountry(stored(in.country));
  if (in.position) write(out.initPosition(), *in.position);
  out.setActive(in.active);
  out.setPriority(in.priority);
  out.setShipmentCost(in.shipment_cost.value);
  out.setUnitCost(in.unit_cost.value);
  out.setCostPerKm(in.cost_per_km.value);
  out.setHandlingDays(in.handling_days);
  out.setDailyCapacity(in.daily_capacity);
  write_texts(in.brands, [&](auto n) { return out.initBrands(n); });
  write_texts(in.countries, [&](auto n) { return out.initCountries(n); });
}

location_settings read(schema::LocationSettings::Reader in) {
  return {.id = text(in.getId()),
          .kind = word<source_type>(in.getKind()),
          .name = text(in.getName()),
          .country = text(in.getCountry()),
          .position = in.hasPosition() ? std::optional(read(in.getPosition()))
                                       : std::nullopt,
          .active = in.getActive(),
          .priority = in.getPriority(),
          .shipment_cost = money{in.getShipmentCost()},
          .unit_cost = money{in.getUnitCost()},
          .cost_per_km = money{in.getCostPerKm()},
          .handling_days = in.getHandlingDays(),
          .daily_capacity = in.getDailyCapacity(),
          .brands = read_texts<brand_id>(in.getBrands()),
          .countries = read_texts<std::string>(in.getCountries())};
}

// A flag beside the number, because an offer of 0 units is not the same as one
// without limit, and a supplier may have 100,000 of these: a flag takes a bit,
// a struct that may be absent would take two words for each.
void write(schema::SupplierProduct::Builder out, const supplier_product& in) {
  if (filled(in.sku)) out.setSku(stored(in.sku));
  out.setIsLimited(in.available.has_value());
  out.setAvailable(in.available.value_or(quantity{}).value);
  out.setUnitCost(in.unit_cost.value);
  out.setLeadTimeDays(in.lead_time_days);
}

supplier_product read(schema::SupplierProduct::Reader in) {
  return {.sku = text<sku_id>(in.getSku()),
          .available = in.getIsLimited()
                           ? std::optional(quantity{in.getAvailable()})
                           : std::nullopt,
          .unit_cost = money{in.getUnitCost()},
          .lead_time_days = in.getLeadTimeDays()};
}

void write(schema::SupplierSettings::Builder out, const supplier_settings& in) {
  if (filled(in.id)) out.setId(stored(in.id));
  if (filled(in.name)) out.setName(stored(in.name));
  out.setPriority(in.priority);
  out.setActive(in.active);
  out.setShipmentCost(in.shipment_cost.value);
  write_texts(in.brands, [&](auto n) { return out.initBrands(n); });
  write_texts(in.countries, [&](auto n) { return out.initCountries(n); });
  write_list(in.products, [&](auto n) { return out.initProducts(n); });
}

supplier_settings read(schema::SupplierSettings::Reader in) {
  return {.id = text(in.getId()),
          .name = text(in.getName()),
          .priority = in.getPriority(),
          .active = in.getActive(),
          .shipment_cost = money{in.getShipmentCost()},
          .brands = read_texts<brand_id>(in.getBrands()),
          .countries = read_texts<std::string>(in.getCountries()),
          .products = read_list(in.getProducts())};
}

void write(schema::ProductSettings::Builder out, const product_settings& in) {
  if (filled(in.sku)) out.setSku(stored(in.sku));
  if (filled(in.name)) out.setName(stored(in.name));
  out.setBackorderable(in.backorderable);
  out.setBackorderLimit(in.backorder_limit.value);
  out.setHasRestockDate(in.restock_date.has_value());
  out.setRestockDateUs(stored(in.restock_date.value_or(timestamp{})));
}

product_settings read(schema::ProductSettings::Reader in) {
  return {.sku = text<sku_id>(in.getSku()),
          .name = text(in.getName()),
          .backorderable = in.getBackorderable(),
          .backorder_limit = quantity{in.getBackorderLimit()},
          .restock_date = in.getHasRestockDate()
                              ? std::optional(time_of(in.getRestockDateUs()))
                              : std::nullopt};
}

// A list of lists has no helper like `write_list`: it is the only one.
void write(schema::RoutingRules::Builder out, const routing_rules& in) {
  if (filled(in.brand)) out.setBrand(stored(in.brand));
  write_words(in.objectives, [&](auto n) { return out.initObjectives(n); });
  if (!in.tiers.empty()) {
    auto tiers = out.initTiers(count(in.tiers));
    for (unsigned i = 0; i < tiers.size(); ++i)
      write_words(in.tiers[i], [&](auto n) { return tiers.init(i, n); });
  }
  out.setSplitLines(in.split_lines);
  out.setMaxShipments(in.max_shipments);
  out.setStuckAfterS(in.stuck_after_s);
}

routing_rules read(schema::RoutingRules::Reader in) {
  const auto stored_tiers = in.getTiers();
  std::vector<std::vector<source_type>> tiers;
  tiers.reserve(stored_tiers.size());
  for (auto tier : stored_tiers) tiers.push_back(read_words<source_type>(tier));
  return {.brand = text<brand_id>(in.getBrand()),
          .tiers = std::move(tiers),
          .objectives = read_words<objective>(in.getObjectives()),
          .split_lines = in.getSplitLines(),
          .max_shipments = in.getMaxShipments(),
          .stuck_after_s = in.getStuckAfterS()};
}

// A decision has every source that was looked at, so it is often the largest
// event of an order. It is kept whole, since the network and its stock of that
// moment could be put together again only by reading the log up to there.
void write(schema::Candidate::Builder out, const candidate_view& in) {
  write(out.initSource(), in.source);
  out.setTier(in.tier);
  out.setOutcome(stored(in.outcome));
  write_list(in.could_give, [&](auto n) { return out.initCouldGive(n); });
  write_list(in.taken, [&](auto n) { return out.initTaken(n); });
}

candidate_view read(schema::Candidate::Reader in) {
  return {.source = read(in.getSource()),
          .tier = in.getTier(),
          .outcome = word<candidate_outcome>(in.getOutcome()),
          .could_give = read_list(in.getCouldGive()),
          .taken = read_list(in.getTaken())};
}

void write(schema::ObjectiveValue::Builder out, const objective_value& in) {
  out.setKind(stored(in.kind));
  out.setValue(in.value);
}

objective_value read(schema::ObjectiveValue::Reader in) {
  return {.kind = word<objective>(in.getKind()), .value = in.getValue()};
}

void write(schema::RoutingDecision::Builder out, const routing_decision& in) {
  out.setRulesVersion(in.rules_version);
  write_list(in.asked, [&](auto n) { return out.initAsked(n); });
  write_list(in.candidates, [&](auto n) { return out.initCandidates(n); });
  write_list(in.objectives, [&](auto n) { return out.initObjectives(n); });
  write_list(in.uncovered, [&](auto n) { return out.initUncovered(n); });
  out.setExact(in.exact);
}

routing_decision read(schema::RoutingDecision::Reader in) {
  return {.rules_version = in.getRulesVersion(),
          .asked = read_list(in.getAsked()),
          .candidates = read_list(in.getCandidates()),
          .objectives = read_list(in.getObjectives()),
          .uncovered = read_list(in.getUncovered()),
          .exact = in.getExact()};
}

}  // namespace oms::codec
