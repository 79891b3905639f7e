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

#include "actors/stock_board.hpp"
#include "messages/events.hpp"
#include "messages/network.hpp"

namespace oms {

struct network_source {
  source_ref ref;
  stock_board::column column = 0;
  location_settings settings;
  /// Of a supplier, per SKU. Shared by all networks that have it: there may be
  /// very many.
  std::shared_ptr<const std::unordered_map<sku_id, money>> unit_costs;

  [[nodiscard]] money unit_cost(const sku_id& sku) const;
  [[nodiscard]] bool serves_brand(const brand_id& brand) const;
  /// An order that names no country is excluded by no list.
  [[nodiscard]] bool serves_country(const std::string& country) const;
};

struct versioned_rules {
  routing_rules rules;
  std::uint64_t version = 0;

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
