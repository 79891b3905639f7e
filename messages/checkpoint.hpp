#pragma once

/// What a checkpoint says besides the states of sources.
///
/// Purpose: the head of a checkpoint and its rows, one per order: what a
/// restart needs in place of the log up to there, and what lists and searches
/// show. Everything in it follows from the log. Owner: values. Threads: no
/// shared state. Format: messages/checkpoint.capnp.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "messages/events.hpp"
#include "messages/ids.hpp"

namespace oms {

inline constexpr std::size_t order_status_count = 9;
using status_counts = std::array<std::uint64_t, order_status_count>;

/// A message whose sending is in the log and whose effect is not.
struct sent_message {
  /// The event that says so.
  sequence sent = 0;
  entity_ref to;

  friend auto operator<=>(const sent_message&, const sent_message&) = default;
  friend bool operator==(const sent_message&, const sent_message&) = default;
};

struct checkpoint_head {
  /// The checkpoint is true up to here.
  sequence upto = 0;
  /// Of the newest order.
  std::uint64_t last_number = 0;
  /// How many orders have which status.
  status_counts orders{};
  /// By age.
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
  /// Of its last event.
  timestamp changed_at;
  /// Its last event, and how many it has.
  sequence head = 0;
  std::uint64_t version = 0;
  /// The rule as it was when the order began to await fulfillment; 0 before.
  duration stuck_after{0};
  customer_id customer;
  /// Each once.
  std::vector<sku_id> skus;

  friend bool operator==(const order_row&, const order_row&) = default;
};

/// Nothing is left to ship: the engine waits for nobody about it.
[[nodiscard]] constexpr bool is_over(order_status now) {
  return now == order_status::fulfilled || now == order_status::delivered ||
         now == order_status::refunded || now == order_status::cancelled;
}

}  // namespace oms
