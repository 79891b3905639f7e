#pragma once

/// What an event causes: one answer for actors, recovery and the checkpointer.
///
/// Every message that changes another entity is written into an event of its
/// sender first, and the receiver's event names it as its cause. So what was
/// under way when the engine went down is exactly what the log has the sending
/// of and not the effect of, and recovery sends it again. A message is named by
/// its event and its receiver; an event therefore sends each receiver one
/// message at most. Pure functions over values.

#include <optional>
#include <variant>
#include <vector>

#include "messages/events.hpp"

namespace oms {

/// What a source does with units that it promised to an order.
enum class instruction_kind : std::uint8_t {
  accept,
  pick,
  unpick,
  ship,
  reject,
  decommit,
  /// The order knows what was revoked.
  acknowledge,
  restock
};

struct instructed_line {
  sku_id sku;
  quantity units;
  /// Of these, units that were picked.
  quantity picked;
  friend bool operator==(const instructed_line&,
                         const instructed_line&) = default;
};

/// From an order to a source.
struct instruction {
  order_key order;
  instruction_kind kind = instruction_kind::accept;
  reject_reason reason = reject_reason::out_of_stock;
  std::vector<instructed_line> lines;
  std::vector<restocked_line> restocked;
};

/// From a source to an order: a promise.
struct reservation {
  source_ref source;
  source_type place = source_type::warehouse;
  std::vector<line_units> lines;
  bool opens = false;
  std::uint64_t round = 0;
  /// Sources that the order may have, 0: no limit. Only for units that the
  /// backorder queue gave.
  std::int64_t max_sources = 0;
};

/// From a source to an order: a promise that can't be kept.
struct revoked_units {
  source_ref source;
  sku_id sku;
  quantity units;
  /// Of these, units that were picked, as the source knew it.
  quantity picked;
};

/// From one location to another: units that are on their way there.
struct transferred_units {
  transfer_id transfer;
  std::vector<sku_quantity> lines;
  std::optional<date> expected;
};

/// From an order to one that it names.
struct relation {
  order_id from;
  relation_kind kind = relation_kind::exchange;
};

struct delivery {
  entity_ref to;
  std::variant<instruction, reservation, revoked_units, transferred_units,
               relation>
      content;
};

/// By how much more of a line waits for stock; below 0, how much less.
struct waiting_change {
  line_id line;
  quantity units;
};

/// All that an event causes outside of its own entity.
struct consequences {
  /// Messages to other entities. The place of a reservation is the sender's to
  /// add.
  std::vector<delivery> messages;
  /// The order may have units now that need a source.
  bool wants_plan = false;
  /// What the order tells the backorder queues.
  std::vector<waiting_change> queue_changes;
  /// SKUs whose stock the source publishes on the stock board anew; they are
  /// those of the event and live as long as it does.
  std::vector<const sku_id*> board_changes;
  /// Likewise, SKUs of which the source tells the backorder queue what is on
  /// its way.
  std::vector<const sku_id*> incoming_changes;
  /// The source's load counts one fulfillment more today.
  bool opens_fulfillment = false;
  /// The source offers what it has of this SKU to the backorder queue.
  const sku_id* offers = nullptr;
  /// The source publishes anew what it holds for this reservation.
  const reservation_id* holds = nullptr;
  /// The source tells the network its settings.
  bool changes_settings = false;
};

/// What an actor has to do after its event. Without a promise that a plan asked
/// for: that goes to the order as `reserve_outcome`. `cause` is the event's; an
/// order that lost units answers to it.
[[nodiscard]] consequences consequences_of(
    const entity_ref& sender, const event_body& body,
    const std::optional<event_cause>& cause = {});

/// The messages, all of them.
[[nodiscard]] std::vector<delivery> deliveries_of(const event& sent);
[[nodiscard]] std::vector<delivery> deliveries_of(
    const entity_ref& sender, const event_body& body,
    const std::optional<event_cause>& cause = {});

/// The receivers of the messages, each once. It writes no message, since the
/// checkpointer asks this of every event.
[[nodiscard]] std::vector<entity_ref> receivers_of(const event_view& sent);

}  // namespace oms
