#pragma once

/// The network as its owners set it up: locations, suppliers, products and
/// the routing rules.
///
/// Purpose: settings, as they are sent by a PUT and kept in events. A PUT
/// replaces whole: what it leaves out has the default that stands here.
/// Owner: values. Threads: no shared state. Units: money in minor units,
/// distances in km, times in days or seconds as the name says.

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
  std::optional<coordinates> position;
  bool active = true;
  std::int64_t priority = 1;
  money shipment_cost;
  money unit_cost;
  money cost_per_km;
  std::int32_t handling_days = 1;
  /// New fulfillments per UTC day; 0: no limit.
  std::int64_t daily_capacity = 0;
  /// Whom and where it serves; an empty list excludes nobody.
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
  std::int64_t priority = 1;
  bool active = true;
  money shipment_cost;
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
  /// Units that may wait, over all orders; 0: no limit.
  quantity backorder_limit;
  /// When it is expected again.
  std::optional<timestamp> restock_date;

  friend bool operator==(const product_settings&,
                         const product_settings&) = default;
};

/// What a plan minimises.
enum class objective : std::uint8_t {
  fewest_shipments,
  lowest_cost,
  nearest,
  priority,
  balance_stock
};

struct routing_rules {
  /// Empty: the default for brands without rules of their own.
  brand_id brand;
  std::vector<std::vector<source_type>> tiers = {
      {source_type::warehouse, source_type::store, source_type::three_pl},
      {source_type::dropship}};
  std::vector<objective> objectives = {objective::fewest_shipments,
                                       objective::priority};
  bool split_lines = true;
  /// Sources of one order over all tiers; 0: no limit.
  std::int64_t max_shipments = 0;
  std::int64_t stuck_after_s = 86'400;

  friend bool operator==(const routing_rules&, const routing_rules&) = default;
};

}  // namespace oms
