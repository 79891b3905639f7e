#pragma once

/// What entities tell each other, and which event says so.
///
/// Purpose: every message that changes another entity is written into an
/// event of its sender first, and the receiver's event names it as its cause.
/// So what was under way when the engine went down is exactly what the log
/// has the sending of and not the effect of: recovery sends it again. Owner:
/// values. Threads: no shared state.

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
  /// The order knows what was taken back.
  heard,
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

struct delivery {
  entity_ref to;
  std::variant<instruction, reservation, revoked_units> content;
};

/// What this event tells others. The place of a grant is the sender's to add.
[[nodiscard]] std::vector<delivery> deliveries_of(const event& sent);
/// `cause` is the event's; an order that lost a promise answers to it.
[[nodiscard]] std::vector<delivery> deliveries_of(
    const entity_ref& sender, const event_body& body,
    const std::optional<event_cause>& cause = {});

/// Whom it tells something, each once: the receivers of `deliveries_of`
/// without what they are told.
[[nodiscard]] std::vector<entity_ref> receivers_of(const event& sent);

}  // namespace oms
