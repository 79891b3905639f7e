#pragma once

/// When units of one SKU come in for whoever would begin to wait now.
///
/// The backorder queue of the SKU publishes what is on its way and what of it
/// goes to those who wait already (`engine_context::coming`), so that a quote
/// or a preview asks no actor. Values; any thread may read them. The rules are
/// those of docs/DOMAIN.md, "Backorders".

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "actors/network.hpp"
#include "messages/ids.hpp"
#include "messages/network.hpp"

namespace oms::backorder {

/// When units come in: on the day of the receipt that brings the last of them,
/// or on the product's restock date.
struct due_day {
  date day{};
  /// Where the receipt is expected, on whose calendar the day is. Empty: it is
  /// the restock date, in UTC.
  std::string location;

  friend bool operator==(const due_day&, const due_day&) = default;
};

/// Whether the day is over where it counts.
[[nodiscard]] bool is_past(const due_day& due, const network& net,
                           timestamp now);

/// Priority high to low, then age, then the order sequence.
struct queue_rank {
  std::int64_t negative_priority = 0;
  timestamp placed_at;
  std::uint64_t number = 0;
  std::size_t line_index = 0;
  friend auto operator<=>(const queue_rank&, const queue_rank&) = default;
};

/// Of whoever came last among those with a priority.
[[nodiscard]] queue_rank last_rank_of(std::int64_t priority);

/// Whether a source may serve who waits, as long as neither changes;
/// `max_shipments` aside.
[[nodiscard]] bool may_wait_for(const network_source& from,
                                const routing_rules& rules,
                                const brand_id& brand,
                                const std::string& country,
                                const std::vector<source_ref>& unable);

struct coming_units {
  /// One announcement or transfer.
  struct supply {
    source_ref from;
    std::optional<date> expected;
    quantity units;
  };
  /// Units of a supply that are for someone who waits.
  struct claim {
    queue_rank rank;
    /// Its index.
    std::size_t of = 0;
    quantity units;
  };
  /// In the order of the days; without a day last.
  std::vector<supply> supplies;
  /// In the order of the queue.
  std::vector<claim> claims;
  std::optional<date> restock_date;
};

/// With more claims than this, those of one priority are published as one, and
/// count as ahead of all others of that priority.
inline constexpr std::size_t max_claims = 1'000;
[[nodiscard]] std::vector<coming_units::claim> summed_by_priority(
    const std::vector<coming_units::claim>& claims);

/// Who would wait.
struct would_wait {
  queue_rank rank;
  brand_id brand;
  std::string country;
  std::vector<source_ref> unable;
  /// Of the parcels that it would have, for `max_shipments`.
  std::set<source_ref> sources;
};

/// Units that would come in together.
struct arrival {
  /// None: nothing that is on its way is left for them.
  std::optional<source_ref> at;
  /// None: not known, or passed.
  std::optional<date> day;
  quantity units;
};
struct arrivals {
  /// All of the units.
  std::vector<arrival> parts;
  /// When the last of them comes in; none when that is not known, or passed.
  std::optional<due_day> due;
};
/// What waits of the same order already is not ahead of it.
[[nodiscard]] arrivals arrivals_of(const coming_units& coming, quantity units,
                                   const would_wait& who,
                                   const routing_rules& rules,
                                   const network& net, timestamp now);

}  // namespace oms::backorder
