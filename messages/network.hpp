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

#include "messages/ids.hpp"

namespace oms {

/// What a source is; tiers of the routing rules are lists of these.
enum class source_type : std::uint8_t { warehouse, store, three_pl, dropship };

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

struct supplier_product {
  sku_id sku;
  /// Units on offer; none: without limit.
  std::optional<quantity> available;
  money unit_cost;
  std::int32_t lead_time_days = 0;

  friend bool operator==(const supplier_product&,
                         const supplier_product&) = default;
};

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

struct product_settings {
  sku_id sku;
  std::string name;
  bool backorderable = true;
  /// Units that may be backordered over all orders; 0: no limit.
  quantity backorder_limit;
  /// When new stock is expected. It is only shown; no rule depends on it.
  std::optional<timestamp> restock_date;

  friend bool operator==(const product_settings&,
                         const product_settings&) = default;
};

/// What a plan minimises; docs/DOMAIN.md, "Routing", has the formulas.
enum class objective : std::uint8_t {
  fewest_shipments,
  lowest_cost,
  nearest,
  priority,
  balance_stock
};

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

  friend bool operator==(const routing_rules&, const routing_rules&) = default;
};

}  // namespace oms
