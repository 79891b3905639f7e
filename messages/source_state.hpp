#pragma once

/// The state of a source: the stock of one location, or the offer of one
/// supplier.
///
/// It has exclusive buckets per SKU, and the promises against them per order. A
/// supplier is the same, with an offered quantity in the place of a shelf,
/// which may be without limit. Events alone change it
/// (actors/source/source.hpp) and `version` counts them. It belongs to the
/// source's actor, or to the code that folds a log. A snapshot is this state
/// after one event of the log (messages/snapshots.capnp). The rules are those
/// of docs/DOMAIN.md, "Stock".

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "messages/fields/fields.hpp"
#include "messages/ids.hpp"
#include "messages/network.hpp"
#include "messages/open_alerts.hpp"

namespace oms {

struct stock_item {
  /// The sum of the buckets available, reserved, on offer, committed, safety
  /// stock and damaged (invariant 1). Of a supplier: what is promised and what
  /// is left of the offer.
  quantity on_hand;
  /// What reservations of carts hold (`source_state::holds`).
  quantity reserved;
  /// Held back until the backorder queue has answered; readers see it as
  /// reserved.
  quantity on_offer;
  quantity committed;
  /// Promised, but a count found fewer units: these promises are being revoked,
  /// the newest first, a slice at a time. They are not part of on hand.
  quantity revoking;
  quantity damaged;
  /// What should stay on the shelf; `safety_stock()` is what of it is there.
  quantity safety_setting;
  /// Of a supplier: it gives as many units as are asked for.
  bool without_limit = false;
  // Sums over its history, for invariant 4: received + adjusted = on hand +
  // shipped + sent.
  quantity received;
  quantity adjusted;
  quantity shipped;
  /// Left by transfers.
  quantity sent;
  /// Of transfers to here: arrived, or written off.
  quantity landed;
  /// How often units came in; see `rejected_units::receipts`.
  std::uint64_t receipts = 0;
  /// The count of changes of this item.
  std::uint64_t version = 0;

  [[nodiscard]] quantity safety_stock() const;
  [[nodiscard]] quantity available() const;
  friend bool operator==(const stock_item&, const stock_item&) = default;
};
OMS_FIELDS(stock_item, "StockItem", "", OMS_FIELD(on_hand, 0),
           OMS_FIELD(reserved, 1), OMS_FIELD(on_offer, 2),
           OMS_FIELD(committed, 3), OMS_FIELD(revoking, 4),
           OMS_FIELD(damaged, 5), OMS_FIELD(safety_setting, 6),
           OMS_FIELD(without_limit, 7), OMS_FIELD(received, 8),
           OMS_FIELD(adjusted, 9), OMS_FIELD(shipped, 10),
           OMS_FIELD(receipts, 11), OMS_FIELD(version, 12), OMS_FIELD(sent, 13),
           OMS_FIELD(landed, 14));

/// Units that are on their way here, as one announcement or transfer has them:
/// what has not arrived yet.
struct incoming_units {
  std::map<sku_id, quantity> units;
  std::optional<date> expected;

  friend bool operator==(const incoming_units&,
                         const incoming_units&) = default;
};

/// A transfer that left, as its caller asked for it.
struct sent_transfer {
  std::string to;
  std::map<sku_id, quantity> units;
  std::optional<date> expected;

  friend bool operator==(const sent_transfer&, const sent_transfer&) = default;
};

/// Units of one SKU that are promised to one order.
struct promised_units {
  sku_id sku;
  quantity committed;
  /// Units that the order has said were picked. Until it has heard of units
  /// that were revoked, these may be more than are committed.
  quantity picked;
  /// The source's version at the newest of them: what was promised last is
  /// revoked first.
  std::uint64_t since = 0;

  /// Of the committed units, those that were picked.
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

/// What a reservation of a cart holds. From the deadline on it holds nothing,
/// whether or not that is recorded yet.
struct stock_hold {
  timestamp deadline;
  /// The source's version at the newest unit: what was held last is let go
  /// first when a count finds too few.
  std::uint64_t since = 0;
  /// Above 0.
  std::map<sku_id, quantity> units;

  friend bool operator==(const stock_hold&, const stock_hold&) = default;
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
  /// How many revocations of promises the order has yet to acknowledge. Until
  /// then it is promised nothing new: what it still says about units that are
  /// gone would be taken for the new ones.
  std::unordered_map<order_key, std::int64_t> unacknowledged;
  std::map<reservation_id, stock_hold> holds;
  /// Receipts that were counted: reference and SKU.
  std::set<std::pair<std::string, sku_id>> references;
  /// New fulfillments on the last day that had one, a date at the place.
  utc_day capacity_day{};
  std::int64_t opened = 0;
  /// Alerts that were acknowledged.
  std::set<sequence> acknowledged;
  /// By the reference; those of which nothing is outstanding are left out.
  std::map<std::string, incoming_units> announced;
  /// By the id of the transfer; likewise.
  std::map<std::string, incoming_units> in_transit;
  /// By the id: an id counts once, so none is ever forgotten.
  std::map<std::string, sent_transfer> transfers;
  /// Adjustments and counts that were counted, as `references`.
  std::set<std::pair<std::string, sku_id>> adjustments;
  std::set<std::pair<std::string, sku_id>> counts;
  /// Alerts say of all that was expected before this day that it is overdue.
  date overdue_before{};
  /// Alerts whose cause is not gone and that nobody has acknowledged.
  std::vector<open_alert> open_alerts;

  [[nodiscard]] const stock_item& item(const sku_id& sku) const;
  /// What can be promised now; nothing while the source is inactive.
  [[nodiscard]] quantity offered(const sku_id& sku) const;
  [[nodiscard]] quantity offered(const stock_item& of) const;
  /// Whether it may open a further fulfillment on a date at the place.
  [[nodiscard]] bool has_capacity(date today) const;
  friend bool operator==(const source_state&, const source_state&) = default;
};

}  // namespace oms
