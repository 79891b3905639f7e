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

enum class weekday : std::uint8_t { mon, tue, wed, thu, fri, sat, sun };
OMS_WORDS(weekday, sun, "mon", "tue", "wed", "thu", "fri", "sat", "sun");

/// Where a location is, for labels and slips.
struct site_address {
  std::string company;
  std::string line1;
  std::string line2;
  std::string city;
  std::string region;
  std::string postal_code;
  std::string phone;
  std::string email;

  friend bool operator==(const site_address&, const site_address&) = default;
};
OMS_FIELDS(site_address, "SiteAddress", "",
           OMS_FIELD(company, 0, .is = unless_empty),
           OMS_FIELD(line1, 1, .is = unless_empty),
           OMS_FIELD(line2, 2, .is = unless_empty),
           OMS_FIELD(city, 3, .is = unless_empty),
           OMS_FIELD(region, 4, .is = unless_empty),
           OMS_FIELD(postal_code, 5, .is = unless_empty),
           OMS_FIELD(phone, 6, .is = unless_empty),
           OMS_FIELD(email, 7, .is = unless_empty));

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
  /// New fulfillments per day on the calendar of the place; 0: no limit.
  std::int64_t daily_capacity = 0;
  /// The brands and countries that it serves; an empty list excludes none.
  std::vector<brand_id> brands;
  std::vector<std::string> countries;
  /// An IANA name; empty: UTC.
  std::string time_zone;
  /// "14:00", on the clock of the place: what is planned after it counts for
  /// the next day. Empty: none.
  std::string cutoff;
  /// None: all seven.
  std::optional<std::vector<weekday>> working_days;
  std::vector<date> holidays;
  site_address address;

  friend bool operator==(const location_settings&,
                         const location_settings&) = default;
};
OMS_FIELDS(
    location_settings, "Location", "",
    OMS_FIELD(id, 0, .is = identifier,
              .doc = "As in the path; may be left out."),
    OMS_FIELD(kind, 1), OMS_FIELD(name, 2),
    OMS_FIELD(country, 3, .is = identifier), OMS_FIELD(position, 4, .is = flat),
    OMS_FIELD(active, 5),
    OMS_FIELD(priority, 6, .doc = "Lower is asked first."),
    OMS_FIELD(shipment_cost, 7), OMS_FIELD(unit_cost, 8),
    OMS_FIELD(cost_per_km, 9),
    OMS_FIELD(handling_days, 10, .least = 0, .most = limits::max_handling_days),
    OMS_FIELD(daily_capacity, 11, .least = 0,
              .most = limits::max_quantity_units,
              .doc = "New fulfillments per day of the place; 0: no "
                     "limit."),
    OMS_FIELD(brands, 12, .is = any_order, .most = limits::max_list_entries,
              .doc = "The brands that it serves; empty: all."),
    OMS_FIELD(countries, 13, .is = identifier | any_order,
              .most = limits::max_list_entries,
              .doc = "The countries that it serves; empty: all."),
    OMS_FIELD(time_zone, 14, .is = identifier | unless_empty,
              .doc = "An IANA name such as America/New_York; left out: "
                     "UTC."),
    OMS_FIELD(cutoff, 15, .is = unless_empty,
              .doc = "HH:MM on the clock of the place. What is planned "
                     "after it counts for the next day."),
    OMS_FIELD(working_days, 16, .most = 7, .doc = "Left out: all seven."),
    OMS_FIELD(holidays, 17, .is = unless_empty,
              .most = limits::max_list_entries),
    OMS_FIELD(address, 18, .json = "address", .is = flat));

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
  /// When new stock is expected where no incoming receipt says it; midnight
  /// UTC of the day.
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
  balance_stock,
  soonest
};
OMS_WORDS(objective, soonest, "fewestShipments", "lowestCost", "nearest",
          "priority", "balanceStock", "soonest");

/// Days on the way, for a service and a distance.
struct transit_row {
  /// Empty: any service that has no row of its own.
  std::string service;
  /// None: any distance beyond those of the other rows.
  std::optional<std::int64_t> up_to_km;
  std::int32_t days = 0;

  friend bool operator==(const transit_row&, const transit_row&) = default;
};
OMS_FIELDS(transit_row, "TransitRow", "", OMS_FIELD(service, 0),
           OMS_FIELD(up_to_km, 1, .least = 0),
           OMS_FIELD(days, 2, .is = required, .least = 0,
                     .most = limits::max_lead_time_days));

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
  /// How often orders are consolidated without a request; 0: never.
  std::int64_t consolidate_every_s = 0;
  /// None: up to 300 km 2 days, up to 1,000 km 3, beyond 4.
  std::optional<std::vector<transit_row>> transit;
  /// Where no row fits, or a place has no coordinates; none: 3.
  std::optional<std::int32_t> unknown_days;

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
                     "authorized order is captured as it ships."),
    OMS_FIELD(consolidate_every_s, 7, .is = unless_empty, .least = 0,
              .most = limits::max_stuck_after_s,
              .doc = "Seconds; 0: orders are consolidated on request alone."),
    OMS_FIELD(transit, 8, .most = limits::max_list_entries,
              .doc = "Days on the way by service and distance. Left out: up to "
                     "300 km 2, up to 1,000 km 3, beyond 4."),
    OMS_FIELD(unknown_days, 9, .least = 0, .most = limits::max_lead_time_days,
              .doc = "Days where no row fits or coordinates are missing; left "
                     "out: 3."));

}  // namespace oms
