#pragma once

/// What may happen to an order.
///
/// Purpose: pure deciders. Each takes the state and a command (or what
/// another entity says) and gives the events to record with the state that
/// they lead to, or an error; it changes nothing, reads no clock and does no
/// I/O. No events and no error means that there is nothing to do: a repeated
/// command. Owner: values. Threads: any. Errors: as named in docs/DOMAIN.md.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "actors/order/order.hpp"
#include "actors/outbox.hpp"
#include "messages/errors.hpp"

namespace oms::order {

struct order_outcome {
  std::vector<event_body> events;
  /// The state with the events applied.
  order_state next;
  /// When it was decided: the time of the events.
  timestamp at;
};
using order_decision = result<order_outcome>;

/// Every fault of an order, each with its path.
[[nodiscard]] std::vector<fault> faults_of(const place_order& command);

/// `number` is the order sequence to give it, if it is new.
[[nodiscard]] order_decision decide(const order_state& state,
                                    const place_order& command,
                                    std::uint64_t number, timestamp now);

/// Of an order that is placed again with the same body: `conflict` unless it
/// names the same person and address as what was `stored` then. Once that is
/// erased there is nothing to compare.
[[nodiscard]] status same_person(const order_state& state,
                                 const place_order& command,
                                 const personal_data& stored);

[[nodiscard]] order_decision decide(const order_state& state,
                                    const record_payment& command,
                                    timestamp now);
[[nodiscard]] order_decision decide(const order_state& state,
                                    const cancel_order& command, timestamp now);
[[nodiscard]] order_decision decide(const order_state& state,
                                    const place_hold& command, timestamp now);
[[nodiscard]] order_decision decide(const order_state& state,
                                    const release_hold& command, timestamp now);
[[nodiscard]] order_decision decide(const order_state& state,
                                    const add_note& command, timestamp now);
[[nodiscard]] order_decision decide(const order_state& state,
                                    const erase_personal_data& command,
                                    timestamp now);
[[nodiscard]] order_decision decide(const order_state& state,
                                    const track_shipment& command,
                                    timestamp now);
[[nodiscard]] order_decision decide(const order_state& state,
                                    const request_refund& command,
                                    timestamp now);
[[nodiscard]] order_decision decide(const order_state& state,
                                    const settle_refund& command,
                                    timestamp now);
[[nodiscard]] order_decision decide(const order_state& state,
                                    const request_return& command,
                                    timestamp now);
[[nodiscard]] order_decision decide(const order_state& state,
                                    const receive_return& command,
                                    timestamp now);
[[nodiscard]] order_decision decide(const order_state& state,
                                    const decide_return& command,
                                    timestamp now);

/// The id of the order's next shipment when its sender gives none: the
/// order's id with a number. `tried` of those have turned out to be taken.
[[nodiscard]] shipment_id free_shipment(const order_state& state,
                                        std::size_t tried = 0);

/// How often a source has received a SKU so far.
using receipts_reader =
    std::function<std::uint64_t(const source_ref&, const sku_id&)>;
[[nodiscard]] order_decision decide(const order_state& state,
                                    const work_fulfillment& command,
                                    const receipts_reader& receipts,
                                    timestamp now);

// --- what other entities say ------------------------------------------------
// None of these fails. Each takes the state by value, so that who has no other
// use for it moves it there: an order of thousands of lines that hears of one
// after the other is not copied each time.

/// The planner chose. `back`: units whose source may no longer serve the
/// order. `by_command`: the command `plan` asked for it.
[[nodiscard]] order_outcome planned(order_state given,
                                    routing_decision decision,
                                    const std::vector<fulfillment_units>& back,
                                    bool by_command, timestamp now);

/// Units leave their fulfillments for those that promised them instead.
[[nodiscard]] order_outcome moved(order_state given,
                                  const std::vector<fulfillment_units>& units,
                                  timestamp now);

/// What of allocated units is there and unpicked by now.
[[nodiscard]] std::vector<fulfillment_units> still_promised(
    const order_state& state, const std::vector<fulfillment_units>& units);

/// A source promised units.
[[nodiscard]] order_outcome granted(order_state given,
                                    const reservation& promise, timestamp now);

/// A source took a promise back.
[[nodiscard]] order_outcome taken_back(order_state given,
                                       const revoked_units& loss,
                                       timestamp now);

/// The backorder queue took units in, or refused them.
[[nodiscard]] order_outcome entered_backorder_queue(
    order_state given, const std::vector<line_units>& accepted,
    const std::vector<line_units>& refused, timestamp now);

/// Every answer to a plan is there; `sources` gave units for it.
[[nodiscard]] order_outcome plan_completed(
    order_state given, const std::vector<source_ref>& sources, timestamp now);

/// The deadline for leaving awaiting_fulfillment has passed.
[[nodiscard]] order_outcome stuck(order_state given, timestamp now);

// --- questions about the state ----------------------------------------------

/// Units that need a source and may be planned now, per line; with what was
/// found unfillable before, if that is to be tried again.
[[nodiscard]] std::vector<line_units> units_to_plan(
    const order_state& state, bool unfillable_too = false);

/// The same for the command `plan`, which tries backordered units again too.
[[nodiscard]] std::vector<line_units> units_to_replan(const order_state& state);

/// Units that `plan` may move: allocated, not picked, and not accepted by a
/// third party.
[[nodiscard]] std::vector<fulfillment_units> movable_units(
    const order_state& state);

/// Sources that the order has units from.
[[nodiscard]] std::vector<source_ref> sources_of(const order_state& state);

/// Nothing will happen to it any more unless somebody asks.
[[nodiscard]] bool is_over(const order_state& state);

}  // namespace oms::order
