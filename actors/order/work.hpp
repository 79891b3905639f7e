#pragma once

/// The work of sources on fulfillments: accept, pick, ship, reject. Labels are
/// in label.hpp.
///
/// The order decides alone, because the units are promised to it; the source
/// follows its events. Source of the rules: docs/DOMAIN.md, "Fulfillment".

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "actors/order/outcome.hpp"
#include "messages/commands.hpp"

namespace oms::order {

/// How often a source has received a SKU so far.
using receipts_reader =
    std::function<std::uint64_t(const source_ref&, const sku_id&)>;

/// Without lines: all that the action can take. Whether a shipment id is free
/// within the brand is for the shipment registry, before. Errors: `invalid` for
/// a line that the order does not have, `conflict` for a shipment of this order
/// with other units, `not_found`, `invalid_transition`, `quantity_too_great`;
/// of several, the first of these.
[[nodiscard]] order_decision decide(const order_state& state,
                                    const work_fulfillment& command,
                                    const receipts_reader& receipts,
                                    timestamp now);

/// The fulfillments that the command names: one by its id, or all of a source,
/// oldest first. `not_found` if there is none.
[[nodiscard]] result<std::vector<std::size_t>> addressed_by(
    const order_state& state, const work_fulfillment& command);

/// The units that a move by hand takes away. `target_exists`: there is a source
/// with the id `to`. Errors: as above.
[[nodiscard]] result<std::vector<fulfillment_units>> units_to_move(
    const order_state& state, const work_fulfillment& command,
    bool target_exists);

/// The id of the order's next shipment when its sender gives none: the
/// order's id with a number. `tried` of those have turned out to be taken.
[[nodiscard]] shipment_id free_shipment(const order_state& state,
                                        std::size_t tried = 0);

}  // namespace oms::order
