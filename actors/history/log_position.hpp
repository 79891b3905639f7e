#pragma once

/// How far a log's checkpoint may be believed, and which sequence a time is.
///
/// A reader of the past asks this first. Pure but for reading; any thread may
/// call. A checkpoint that is not readable, or of another log, counts as none
/// and is not an error.

#include <variant>

#include "messages/ids.hpp"
#include "persistence/checkpoint_store.hpp"
#include "persistence/log_store.hpp"

namespace oms::history {

[[nodiscard]] persistence::checkpoint_reader checkpoints_of(
    const persistence::log_store& store);

/// The checkpoint is true up to here; 0 when this log has none.
[[nodiscard]] sequence checkpoint_of(const persistence::log_store& store);

/// The last event that is not later than `time`, 0 when all are. Found by
/// halving, since times in a log rise. Where the times of entities cross it is
/// one of the events around `time`. Errors: those of the log.
[[nodiscard]] result<sequence> sequence_at(const persistence::log_store& store,
                                           timestamp time);

}  // namespace oms::history
