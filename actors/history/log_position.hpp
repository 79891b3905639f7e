#pragma once

/// Places in a log: how far its checkpoint may be believed, and which
/// sequence a time is.
///
/// Purpose: what every reader of the past begins with. Owner: pure but for
/// reading. Threads: any. Errors: a checkpoint that is not readable, or of
/// another log, is none; those of the log where a time is looked for.

#include <variant>

#include "messages/ids.hpp"
#include "persistence/checkpoint_store.hpp"
#include "persistence/log_store.hpp"

namespace oms::history {

[[nodiscard]] persistence::checkpoint_reader checkpoints_of(
    const persistence::log_store& store);

/// The checkpoint is true up to here; 0 when there is none of this log.
[[nodiscard]] sequence checkpoint_of(const persistence::log_store& store);

/// The last event that is not later than `time`, 0 when all are. Found by
/// halving, as times in a log rise; where entities disagree by moments it is
/// one of the events around `time`.
[[nodiscard]] result<sequence> sequence_at(const persistence::log_store& store,
                                           timestamp time);

}  // namespace oms::history
