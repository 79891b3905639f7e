#pragma once

/// What callers ask by their own ids: of the tables and of what came since.
///
/// Purpose: the checkpoint's indexes as of now, since what they lack is in the
/// delta. Pure but for reading. Owner: the checkpointer, which has both as of
/// one moment. Threads: that of the delta. Errors: those of the tables;
/// `not_found` when nothing has the id.

#include <optional>
#include <string>
#include <vector>

#include "actors/checkpoint/delta.hpp"
#include "messages/done_command.hpp"
#include "messages/errors.hpp"
#include "persistence/checkpoint_store.hpp"

namespace oms {

/// With no brand, `conflict` when several have such a shipment.
[[nodiscard]] result<order_key> order_of_shipment(
    const checkpoint_delta& news,
    const persistence::checkpoint_reader& checkpoints,
    const std::optional<brand_id>& brand, const shipment_id& id);

/// Those whose ids begin with `prefix`, by id, at most `limit`.
[[nodiscard]] result<std::vector<done_command>> commands_done(
    const checkpoint_delta& news,
    const persistence::checkpoint_reader& checkpoints,
    const std::string& prefix, std::size_t limit);

}  // namespace oms
