#pragma once

/// Lookups by ids that callers chose: in the tables of the newest checkpoint
/// and in what came since.
///
/// The indexes are those of the checkpoint; what they lack is in the delta.
/// Both must be of one moment, so the checkpointer, which has both, is asked.
/// Pure but for reading. Errors are those of the tables; `not_found` when
/// nothing has the id.

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "actors/checkpoint/checkpoint_delta.hpp"
#include "messages/done_command.hpp"
#include "messages/errors.hpp"
#include "persistence/checkpoint_store.hpp"

namespace oms::checkpoint {

/// An error that lists more orders ends in an ellipsis.
inline constexpr std::size_t max_orders_named = 10;

/// Those of the brand, or of all brands, that have a shipment of this id: all
/// of them, or more than `max_orders_named`.
[[nodiscard]] result<std::set<order_key>> orders_of_shipment(
    const recent_deltas& news,
    const persistence::checkpoint_reader& checkpoints,
    const std::optional<brand_id>& brand, const shipment_id& id);

/// The conflict that names the orders that have a shipment of this id.
[[nodiscard]] error shipped_by_others(const shipment_id& id,
                                      const std::set<order_key>& orders);

/// `conflict` when several orders have such a shipment, which a log of an
/// earlier version may have in one brand.
[[nodiscard]] result<order_key> order_of_shipment(
    const recent_deltas& news,
    const persistence::checkpoint_reader& checkpoints,
    const std::optional<brand_id>& brand, const shipment_id& id);

/// Those whose ids begin with `prefix`, by id, at most `limit`.
[[nodiscard]] result<std::vector<done_command>> commands_done(
    const recent_deltas& news,
    const persistence::checkpoint_reader& checkpoints,
    const std::string& prefix, std::size_t limit);

}  // namespace oms::checkpoint
