#pragma once

/// The state of a source: the stock of one location, or the offer of one
/// supplier.
///
/// Purpose: the value that one location or supplier is, and so its snapshot: a
/// snapshot is the state of one entity at one point of the log, which
/// `version`, the count of its events up to there, names. Per SKU it has
/// exclusive buckets, and by order the promises against them. A supplier is
/// the same with an offered quantity in the place of a shelf, which may be
/// without limit. Events alone change it (actors/source/source.hpp). Owner:
/// the source actor, or whoever replays a log. Threads: a value. Units: as in
/// messages/ids.hpp. Format: messages/snapshots.capnp. Source of the rules:
/// docs/DOMAIN.md, "Stock".

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "messages/ids.hpp"
#include "messages/network.hpp"

namespace oms {

struct stock_item {
  quantity on_hand;
  /// Soft, held by carts until a deadline.
  quantity reserved;
  /// Held back until the backorder queue has answered; counts as reserved.
  quantity on_offer;
  quantity committed;
  /// Promised, but a count found fewer units: they are being taken back, the
  /// newest first, and are not part of on hand.
  quantity revoking;
  quantity damaged;
  /// What should stay on the shelf; the bucket is what of it is there.
  quantity safety_setting;
  /// Of a supplier: as many as are asked for.
  bool without_limit = false;
  // Sums over its history, for the invariant of conservation.
  quantity received;
  quantity adjusted;
  quantity shipped;
  /// How often units came in; see `rejected_units::receipts`.
  std::uint64_t receipts = 0;
  std::uint64_t version = 0;

  [[nodiscard]] quantity safety_stock() const;
  [[nodiscard]] quantity available() const;
  friend bool operator==(const stock_item&, const stock_item&) = default;
};

/// Units of one SKU that are promised to one order.
struct promised_units {
  sku_id sku;
  quantity committed;
  /// Units that the order has said were taken from the shelf. While it has yet
  /// to hear of units taken back, these may be more than are committed.
  quantity picked;
  /// The source's version at the newest of them.
  std::uint64_t since = 0;

  /// Of the committed units, those that were taken from the shelf.
  [[nodiscard]] quantity in_tote() const { return std::min(picked, committed); }
  friend bool operator==(const promised_units&,
                         const promised_units&) = default;
};

struct promise {
  /// New units join the same fulfillment: nothing is accepted, picked or
  /// shipped yet.
  bool joinable = true;
  std::vector<promised_units> units;

  [[nodiscard]] promised_units* find(const sku_id& sku);
  [[nodiscard]] const promised_units* find(const sku_id& sku) const;
  friend bool operator==(const promise&, const promise&) = default;
};

using utc_day = std::chrono::sys_days;
[[nodiscard]] utc_day day_of(timestamp time);

struct source_state {
  source_ref self;
  bool defined = false;
  /// Of a location; a supplier's are translated into the same terms.
  location_settings settings;
  /// Of a supplier, as it was defined.
  std::optional<supplier_settings> supplier;
  std::uint64_t version = 0;
  std::unordered_map<sku_id, stock_item> stock;
  std::unordered_map<order_key, promise> promises;
  /// Promises that were taken back and of which the order has yet to hear.
  /// Until then it is promised nothing new: what it still says about units
  /// that are gone would be taken for the new ones.
  std::unordered_map<order_key, std::int64_t> unacknowledged;
  /// Receipts that were counted: reference and SKU.
  std::set<std::pair<std::string, sku_id>> references;
  /// New fulfillments on the last day that had one.
  utc_day capacity_day{};
  std::int64_t opened = 0;

  [[nodiscard]] const stock_item& item(const sku_id& sku) const;
  /// What can be promised now: nothing while it is inactive.
  [[nodiscard]] quantity offered(const sku_id& sku) const;
  [[nodiscard]] bool has_capacity(timestamp now) const;
  friend bool operator==(const source_state&, const source_state&) = default;
};

}  // namespace oms
