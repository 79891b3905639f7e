#pragma once

/// Accepts a new order, or recognizes one that was placed before.
///
/// Source of the rules: docs/DOMAIN.md, "Placing".

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "actors/order/outcome.hpp"
#include "messages/commands.hpp"

namespace oms::order {

/// Three letters. A longer text passes: the list of fields has refused it.
[[nodiscard]] bool may_be_currency(const std::string& text);

/// Every fault of an order, each with its path; its part of `faults_of` in
/// actors/faults.hpp. It reads every line, of which there may be
/// `limits::max_order_lines`.
[[nodiscard]] std::vector<fault> faults_of(const place_order& command);

/// Requires that `faults_of(command)` is empty and does not check it again:
/// its shard has, before there is an actor for the order. Bounded amounts
/// keep the sums here from overflowing. `number` is the order sequence to give
/// the order, if it is new, and `plan_on` what the brand's rules say.
/// `existing`: of the orders that it names, those that exist. Errors:
/// `conflict` when the id is that of an order with another body.
[[nodiscard]] order_decision decide(const order_state& state,
                                    const place_order& command,
                                    std::uint64_t number, plan_moment plan_on,
                                    timestamp now,
                                    std::span<const order_id> existing = {});

/// The order `from` has just been placed and names this one. Changes the state
/// in place.
[[nodiscard]] order_events related(order_state& state, const order_id& from,
                                   relation_kind kind, timestamp now);

/// Of an order that is placed again with the same body: `conflict` unless it
/// names the same person and address as what was `stored` then. Once that is
/// erased there is nothing to compare.
[[nodiscard]] status same_person(const order_state& state,
                                 const place_order& command,
                                 const personal_data& stored);

}  // namespace oms::order
