#pragma once

/// The network as its owners set it up: locations, suppliers, products and
/// the routing rules.
///
/// These are the settings as a PUT sends them and events keep them. A PUT
/// replaces all of them: what it leaves out has the default given here. Costs
/// are minor units of a currency that is not stated: the planner compares them
/// with each other, never with an order's money.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "messages/fields/fields.hpp"
#include "messages/ids.hpp"
#include "messages/text_map.hpp"

namespace oms {

/// What a source is; tiers of the routing rules are lists of these.
enum class source_type : std::uint8_t { warehouse, store, three_pl, dropship };
OMS_WORDS(source_type, dropship, "warehouse", "store", "threePl", "dropship");

struct location_settings {
  std::string id;
  source_type kind = source_type::warehouse;
  std::string name;
  std::string country;
  /// None: the objective `nearest` ranks it last.
  std::optional<coordinates> position;
  /// An inactive location keeps its stock and promises, and offers nothing.
  bool active = true;
  /// Lower is preferred.
  std::int64_t priority = 1;
  money shipment_cost;
  money unit_cost;
  money cost_per_km;
  std::int32_t handling_days = 1;
  /// New fulfillments per UTC day; 0: no limit.
  std::int64_t daily_capacity = 0;
  /// The brands and countries that it serves; an empty list excludes none.
  std::vector<brand_id> brands;
  std::vector<std::string> countries;

  friend bool operator==(const location_settings&,
                         const location_settings&) = default;
};
OMS_FIELDS(location_settings, "Location", "",
           OMS_FIELD(id, 0, .is = identifier,
                     .doc = "As in the path; may be left out."),
           OMS_FIELD(kind, 1), OMS_FIELD(name, 2),
           OMS_FIELD(country, 3, .is = identifier),
           OMS_FIELD(position, 4, .is = flat), OMS_FIELD(active, 5),
           OMS_FIELD(priority, 6, .doc = "Lower is asked first."),
           OMS_FIELD(shipment_cost, 7), OMS_FIELD(unit_cost, 8),
           OMS_FIELD(cost_per_km, 9),
           OMS_FIELD(handling_days, 10, .least = 0,
                     .most = limits::max_handling_days),
           OMS_FIELD(daily_capacity, 11, .least = 0,
                     .most = limits::max_quantity_units,
                     .doc = "New fulfillments per UTC day; 0: no limit."),
           OMS_FIELD(brands, 12, .is = any_order,
                     .most = limits::max_list_entries,
                     .doc = "The brands that it serves; empty: all."),
           OMS_FIELD(countries, 13, .is = identifier | any_order,
                     .most = limits::max_list_entries,
                     .doc = "The countries that it serves; empty: all."));

struct supplier_product {
  sku_id sku;
  /// Units on offer; none: without limit.
  std::optional<quantity> available;
  money unit_cost;
  std::int32_t lead_time_days = 0;

  friend bool operator==(const supplier_product&,
                         const supplier_product&) = default;
};
OMS_FIELDS(supplier_product, "SupplierProduct", "",
           OMS_FIELD(sku, 0, .is = required),
           OMS_FIELD(available, 1, .most = limits::max_whole,
                     .doc = "Units on offer; absent: without limit."),
           OMS_FIELD(unit_cost, 2),
           OMS_FIELD(lead_time_days, 3, .least = 0,
                     .most = limits::max_lead_time_days));

struct supplier_settings {
  std::string id;
  std::string name;
  /// Lower is preferred.
  std::int64_t priority = 1;
  bool active = true;
  money shipment_cost;
  /// As those of a location.
  std::vector<brand_id> brands;
  std::vector<std::string> countries;
  std::vector<supplier_product> products;

  friend bool operator==(const supplier_settings&,
                         const supplier_settings&) = default;
};
OMS_FIELDS(supplier_settings, "Supplier", "",
           OMS_FIELD(id, 0, .is = identifier,
                     .doc = "As in the path; may be left out."),
           OMS_FIELD(name, 1), OMS_FIELD(priority, 2), OMS_FIELD(active, 3),
           OMS_FIELD(shipment_cost, 4),
           OMS_FIELD(brands, 5, .is = any_order,
                     .most = limits::max_list_entries),
           OMS_FIELD(countries, 6, .is = identifier | any_order,
                     .most = limits::max_list_entries),
           OMS_FIELD(products, 7, .is = required_in_put | any_order,
                     .most = limits::max_supplier_products));

struct product_settings {
  sku_id sku;
  std::string name;
  bool backorderable = true;
  /// Units that may be backordered over all orders; 0: no limit.
  quantity backorder_limit;
  /// When new stock is expected: midnight UTC of the day. It is only shown; no
  /// rule depends on it.
  std::optional<timestamp> restock_date;
  std::int64_t weight_grams = 0;
  std::int64_t length_mm = 0;
  std::int64_t width_mm = 0;
  std::int64_t height_mm = 0;
  std::string barcode;
  /// The address of a picture.
  std::string image;
  std::string country_of_origin;
  std::string hs_code;
  /// Where it lies, by location.
  text_map bins;

  friend bool operator==(const product_settings&,
                         const product_settings&) = default;
};
OMS_FIELDS(
    product_settings, "Product", "",
    OMS_FIELD(sku, 0, .doc = "As in the path; may be left out."),
    OMS_FIELD(name, 1), OMS_FIELD(backorderable, 2),
    OMS_FIELD(backorder_limit, 3,
              .doc = "Units that may be backordered over all orders; 0: no "
                     "limit."),
    OMS_FIELD(restock_date, 4, .is = as_date),
    OMS_FIELD(weight_grams, 5, .is = unless_empty, .least = 0),
    OMS_FIELD(length_mm, 6, .is = unless_empty, .least = 0),
    OMS_FIELD(width_mm, 7, .is = unless_empty, .least = 0),
    OMS_FIELD(height_mm, 8, .is = unless_empty, .least = 0),
    OMS_FIELD(barcode, 9, .is = unless_empty),
    OMS_FIELD(image, 10, .is = unless_empty,
              .doc = "The address of a picture."),
    OMS_FIELD(country_of_origin, 11, .is = identifier | unless_empty),
    OMS_FIELD(hs_code, 12, .is = unless_empty),
    OMS_FIELD(bins, 13, .is = unless_empty, .most = limits::max_list_entries,
              .doc = "Where it lies, by location."));

/// What a plan minimises; docs/DOMAIN.md, "Routing", has the formulas.
enum class objective : std::uint8_t {
  fewest_shipments,
  lowest_cost,
  nearest,
  priority,
  balance_stock
};
OMS_WORDS(objective, balance_stock, "fewestShipments", "lowestCost", "nearest",
          "priority", "balanceStock");

/// What an order must be for its planning to begin: paid, or secured.
enum class plan_moment : std::uint8_t { captured, authorized };
OMS_WORDS(plan_moment, authorized, "captured", "authorized");

struct routing_rules {
  /// Empty: the rules of all brands that have none of their own.
  brand_id brand;
  /// Asked in this order. A kind of source that is in no tier is never asked.
  std::vector<std::vector<source_type>> tiers = {
      {source_type::warehouse, source_type::store, source_type::three_pl},
      {source_type::dropship}};
  /// The first that two plans differ in decides between them.
  std::vector<objective> objectives = {objective::fewest_shipments,
                                       objective::priority};
  /// Whether several sources may share the units of one line.
  bool split_lines = true;
  /// Sources of one order over all tiers; 0: no limit.
  std::int64_t max_shipments = 0;
  /// After this time in `awaiting_fulfillment` an order counts as stuck;
  /// 0: never.
  std::int64_t stuck_after_s = 86'400;
  plan_moment plan_on = plan_moment::captured;

  friend bool operator==(const routing_rules&, const routing_rules&) = default;
};
OMS_FIELDS(
    routing_rules, "Routing", "",
    OMS_FIELD(tiers, 0, .is = required_in_put,
              .most = limits::max_routing_tiers),
    OMS_FIELD(objectives, 1, .is = required_in_put,
              .most = limits::max_objectives),
    OMS_FIELD(split_lines, 2),
    OMS_FIELD(max_shipments, 3, .least = 0,
              .doc = "Sources of one order over all tiers; 0: no limit."),
    OMS_FIELD(stuck_after_s, 4, .least = 0, .most = limits::max_stuck_after_s,
              .doc = "Seconds, up to 100 years; 0: never."),
    OMS_FIELD(brand, 5, .doc = "Empty: for brands without rules of their own."),
    OMS_FIELD(plan_on, 6,
              .doc = "The payment that begins the planning of an order; an "
                     "authorized order is captured as it ships."));

}  // namespace oms
