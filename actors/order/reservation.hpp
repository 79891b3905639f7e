#pragma once

/// Units that sources promise to an order, revoke, or lose to other sources.
///
/// A source has the last word about its promises, so none of these deciders
/// fails: what the order does not need it gives back, and what it no longer has
/// can't be taken from it. Each changes the state in place. Source of the
/// rules: docs/ARCHITECTURE.md, "Who is right about what".

#include <vector>

#include "actors/network.hpp"
#include "actors/order/outcome.hpp"
#include "actors/outbox.hpp"

namespace oms::order {

/// A source promised units. The order declines what it does not need, and all
/// of it where `max_sources` forbids one source more. The network says when
/// the parcel is expected. `by_hand`: somebody moved the units there.
[[nodiscard]] order_events granted(order_state& state,
                                   const reservation& promise,
                                   const network& net, timestamp now,
                                   bool by_hand = false);

/// The order needs none of what a source promised it.
[[nodiscard]] order_events declined(order_state& state,
                                    const reservation& promise, timestamp now);

/// Units leave their fulfillments for those that promised them instead; all of
/// them are `still_promised`. `completes_edit`: nothing else is to be planned
/// anew for the newest edit.
[[nodiscard]] order_events moved(order_state& state,
                                 const std::vector<fulfillment_units>& units,
                                 bool completes_edit, timestamp now);

/// The order has what its reservation held for it.
[[nodiscard]] order_events claimed(order_state& state, timestamp now);

/// The same by hand, to the source `to`.
[[nodiscard]] order_events moved_by_hand(
    order_state& state, const std::vector<fulfillment_units>& units,
    const std::string& reason, const std::string& to, timestamp now);

/// A source revoked units. The order loses what has not left meanwhile.
[[nodiscard]] order_events taken_back(order_state& state,
                                      const revoked_units& loss, timestamp now);

/// What of allocated units is there, unpicked and not asked for by a
/// cancellation by now.
[[nodiscard]] std::vector<fulfillment_units> still_promised(
    const order_state& state, const std::vector<fulfillment_units>& units);

/// Sources that the order has units from, shipped ones included, each once and
/// the oldest first. Units that are `leaving` do not count.
[[nodiscard]] std::vector<source_ref> sources_of(
    const order_state& state,
    const std::vector<fulfillment_units>& leaving = {});

}  // namespace oms::order
