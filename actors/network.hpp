#pragma once

/// The network as planning sees it: sources and rules at one moment.
///
/// An immutable value that the network actor builds anew whenever something of
/// it changes, and sends to routers and backorder queues, which share it. Any
/// thread may read it.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "actors/calendar/calendar.hpp"
#include "actors/stock_board.hpp"
#include "messages/events.hpp"
#include "messages/network.hpp"

namespace oms {

/// What a supplier says of a SKU, but for its units.
struct supplier_terms {
  money unit_cost;
  /// 0: not known.
  std::int32_t lead_time_days = 0;
};

struct network_source {
  source_ref ref;
  stock_board::column column = 0;
  location_settings settings;
  /// Of a location, from the settings. Like the terms shared by all networks
  /// that have it, since its time zone has to be looked up.
  std::shared_ptr<const calendar::work_calendar> calendar;
  /// Of a supplier, per SKU: there may be very many.
  std::shared_ptr<const std::unordered_map<sku_id, supplier_terms>> terms;

  [[nodiscard]] money unit_cost(const sku_id& sku) const;
  /// Of a supplier; 0: not known.
  [[nodiscard]] std::int32_t lead_time_days(const sku_id& sku) const;
  [[nodiscard]] bool serves_brand(const brand_id& brand) const;
  /// An order that names no country is excluded by no list.
  [[nodiscard]] bool serves_country(const std::string& country) const;
};

struct versioned_rules {
  routing_rules rules;
  std::uint64_t version = 0;
  timestamp set_at = {};

  friend bool operator==(const versioned_rules&,
                         const versioned_rules&) = default;
};

struct network {
  /// By kind and id.
  std::vector<network_source> sources;
  std::map<brand_id, versioned_rules> rules;
  /// How often any rules have changed.
  std::uint64_t rules_changes = 0;

  [[nodiscard]] const versioned_rules& rules_of(const brand_id& brand) const;
  [[nodiscard]] const network_source* find(const source_ref& source) const;
  /// Index into `sources`.
  [[nodiscard]] std::optional<std::size_t> place_of(
      const source_ref& source) const;
  /// The tier of a kind, from 0; -1 when no tier has it.
  [[nodiscard]] static int tier_of(const routing_rules& rules,
                                   source_type kind);
};

}  // namespace oms
