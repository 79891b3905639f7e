// Settings of the network, both ways over RPC. What is shown can be sent back,
// so each `write` fills every field that `read` takes.

#include "messages/api/shapes.hpp"
#include "messages/limits.hpp"

namespace oms::api {

namespace {

using codec::stored;

template <class Id>
std::vector<Id> read_texts(capnp::List<capnp::Text>::Reader in) {
  return sent_entries<Id>(
      in, limits::max_list_entries,
      [](capnp::Text::Reader each) { return text<Id>(each); });
}

template <class Id>
void write_texts(capnp::List<capnp::Text>::Builder out,
                 const std::vector<Id>& in) {
  for (unsigned i = 0; i < in.size(); ++i) out.set(i, stored(in[i]));
}

template <class List>
unsigned count_of(const List& list) {
  return static_cast<unsigned>(list.size());
}

}  // namespace

// Each `read` sets every field, since a definition replaces all settings: what
// it leaves out gets the schema's default, which is that of
// messages/network.hpp. The id alone stays if it is left out, because the path
// has it.

void read(Location::Reader in, location_settings& out) {
  if (in.hasId()) out.id = text(in.getId());
  out.kind = sent_word<source_type>(in.getKind());
  out.name = text(in.getName());
  out.country = text(in.getCountry());
  out.position = read_position(in);
  out.active = in.getActive();
  out.priority = in.getPriority();
  out.shipment_cost = money{in.getShipmentCost()};
  out.unit_cost = money{in.getUnitCost()};
  out.cost_per_km = money{in.getCostPerKm()};
  out.handling_days = in.getHandlingDays();
  out.daily_capacity = in.getDailyCapacity();
  out.brands = read_texts<brand_id>(in.getBrands());
  out.countries = read_texts<std::string>(in.getCountries());
}

void read(Supplier::Reader in, supplier_settings& out) {
  if (in.hasId()) out.id = text(in.getId());
  out.name = text(in.getName());
  out.priority = in.getPriority();
  out.active = in.getActive();
  out.shipment_cost = money{in.getShipmentCost()};
  out.brands = read_texts<brand_id>(in.getBrands());
  out.countries = read_texts<std::string>(in.getCountries());
  out.products = sent_entries<supplier_product>(
      in.getProducts(), limits::max_supplier_products,
      [](SupplierProduct::Reader product) {
        supplier_product read{.sku = text<sku_id>(product.getSku()),
                              .available = {},
                              .unit_cost = money{product.getUnitCost()},
                              .lead_time_days = product.getLeadTimeDays()};
        // Left out is without limit, which 0 could not say.
        if (product.hasAvailable())
          read.available = quantity{product.getAvailable().getValue()};
        return read;
      });
}

void read(Product::Reader in, product_settings& out) {
  if (in.hasSku()) out.sku = text<sku_id>(in.getSku());
  out.name = text(in.getName());
  out.backorderable = in.getBackorderable();
  out.backorder_limit = quantity{in.getBackorderLimit()};
  out.restock_date.reset();
  if (in.hasRestockDate())
    out.restock_date = codec::time_of(in.getRestockDate().getUs());
}

// The brand is not kept if it is left out: the empty one is a brand of its own,
// the default for all others.
void read(Routing::Reader in, routing_rules& out) {
  out.brand = text<brand_id>(in.getBrand());
  // Left out, they are the defaults of the schema. There are fewer kinds of
  // sources than tiers may be, so no tier has more.
  out.tiers = sent_entries<std::vector<source_type>>(
      in.getTiers(), limits::max_routing_tiers,
      [](capnp::List<schema::PlaceKind>::Reader tier) {
        return sent_entries<source_type>(
            tier, limits::max_routing_tiers,
            [](auto kind) { return sent_word<source_type>(kind); });
      });
  out.objectives = sent_entries<objective>(
      in.getObjectives(), limits::max_objectives,
      [](auto each) { return sent_word<objective>(each); });
  out.split_lines = in.getSplitLines();
  out.max_shipments = in.getMaxShipments();
  out.stuck_after_s = in.getStuckAfterS();
}

// Texts and lists are written also when they are empty, so that every key of
// the settings is there to be changed; see `OMS_SET_TEXT` for the other way.
void write(Location::Builder out, const location_settings& in) {
  out.setId(in.id);
  out.setKind(stored(in.kind));
  out.setName(in.name);
  out.setCountry(in.country);
  if (in.position) {
    out.initLatitude().setValue(in.position->latitude);
    out.initLongitude().setValue(in.position->longitude);
  }
  out.setActive(in.active);
  out.setPriority(in.priority);
  out.setShipmentCost(in.shipment_cost.value);
  out.setUnitCost(in.unit_cost.value);
  out.setCostPerKm(in.cost_per_km.value);
  out.setHandlingDays(in.handling_days);
  out.setDailyCapacity(in.daily_capacity);
  write_texts(out.initBrands(count_of(in.brands)), in.brands);
  write_texts(out.initCountries(count_of(in.countries)), in.countries);
}

void write(Supplier::Builder out, const supplier_settings& in) {
  out.setId(in.id);
  out.setName(in.name);
  out.setPriority(in.priority);
  out.setActive(in.active);
  out.setShipmentCost(in.shipment_cost.value);
  write_texts(out.initBrands(count_of(in.brands)), in.brands);
  write_texts(out.initCountries(count_of(in.countries)), in.countries);
  auto products = out.initProducts(count_of(in.products));
  for (unsigned i = 0; i < in.products.size(); ++i) {
    const auto& product = in.products[i];
    products[i].setSku(stored(product.sku));
    if (product.available)
      products[i].initAvailable().setValue(product.available->value);
    products[i].setUnitCost(product.unit_cost.value);
    products[i].setLeadTimeDays(product.lead_time_days);
  }
}

void write(Product::Builder out, const product_settings& in) {
  out.setSku(stored(in.sku));
  out.setName(in.name);
  out.setBackorderable(in.backorderable);
  out.setBackorderLimit(in.backorder_limit.value);
  if (in.restock_date) out.initRestockDate().setUs(stored(*in.restock_date));
}

void write(Routing::Builder out, const routing_rules& in) {
  auto tiers = out.initTiers(count_of(in.tiers));
  for (unsigned i = 0; i < in.tiers.size(); ++i) {
    auto kinds = tiers.init(i, count_of(in.tiers[i]));
    for (unsigned k = 0; k < in.tiers[i].size(); ++k)
      kinds.set(k, stored(in.tiers[i][k]));
  }
  auto objectives = out.initObjectives(count_of(in.objectives));
  for (unsigned i = 0; i < in.objectives.size(); ++i)
    objectives.set(i, stored(in.objectives[i]));
  out.setSplitLines(in.split_lines);
  out.setMaxShipments(in.max_shipments);
  out.setStuckAfterS(in.stuck_after_s);
  out.setBrand(stored(in.brand));
}

void write(RoutingView::Builder out, const routing_view& in) {
  write(out.initRules(), in.rules);
  out.setVersion(in.version);
}

}  // namespace oms::api
