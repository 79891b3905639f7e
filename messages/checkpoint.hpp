#pragma once

/// What a checkpoint says besides the states of sources: its head, and one row
/// per order.
///
/// A restart reads these in place of the log up to `checkpoint_head::upto`;
/// lists and searches show the rows. All of it follows from the log, so losing
/// a checkpoint costs time and no data. Format: messages/checkpoint.capnp.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "messages/events.hpp"
#include "messages/fields/fields.hpp"
#include "messages/ids.hpp"

namespace oms {

/// The statuses of `order_status`. A head on disk with another count of them
/// is refused, and with it the checkpoint.
inline constexpr std::size_t order_status_count = 9;
using status_counts = std::array<std::uint64_t, order_status_count>;

/// A message whose sending is in the log and whose effect is not.
struct sent_message {
  /// The event that sent it.
  sequence sent = 0;
  entity_ref to;

  friend auto operator<=>(const sent_message&, const sent_message&) = default;
  friend bool operator==(const sent_message&, const sent_message&) = default;
};

struct checkpoint_head {
  /// The checkpoint is true as of this event.
  sequence upto = 0;
  /// `order_row::number` of the newest order; the next one gets the number
  /// after it.
  std::uint64_t last_number = 0;
  /// How many orders have each status, by the number of the status.
  status_counts orders{};
  /// Oldest first: recovery sends them again in the order in which they were
  /// sent.
  std::vector<sent_message> in_flight;

  friend bool operator==(const checkpoint_head&,
                         const checkpoint_head&) = default;
};

/// An order as lists show it.
struct order_row {
  order_key key;
  /// The order sequence: the engine's count of accepted orders.
  std::uint64_t number = 0;
  order_status status = order_status::pending;
  timestamp placed_at;
  /// The time of its last event.
  timestamp changed_at;
  /// Its last event, from which its timeline is walked back, and the count of
  /// its events.
  sequence head = 0;
  std::uint64_t version = 0;
  /// `routing_rules::stuck_after_s` as it was when the order began to await
  /// fulfillment; 0 before, and if it never counts as stuck.
  duration stuck_after{0};
  customer_id customer;
  /// Those of its lines, each once.
  std::vector<sku_id> skus;

  friend bool operator==(const order_row&, const order_row&) = default;
};
OMS_FIELDS(order_row, "OrderRow", "", OMS_FIELD(key, 0, .is = flat),
           OMS_FIELD(number, 1, .is = internal), OMS_FIELD(status, 2),
           OMS_FIELD(placed_at, 3), OMS_FIELD(changed_at, 4, .is = internal),
           OMS_FIELD(head, 5, .is = internal),
           OMS_FIELD(version, 6, .is = internal),
           OMS_FIELD(stuck_after, 7, .is = internal),
           OMS_FIELD(customer, 8, .is = unless_empty),
           OMS_FIELD(skus, 9, .is = internal));

/// Whether nothing is left to ship. A restart does not load such orders, and
/// their actors may be passivated.
[[nodiscard]] constexpr bool is_over(order_status now) {
  return now == order_status::fulfilled || now == order_status::delivered ||
         now == order_status::refunded || now == order_status::cancelled;
}

}  // namespace oms
