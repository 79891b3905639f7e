#pragma once

/// Time travel: an order or a source as it was after an event or at a time.
///
/// Folds the events of one entity up to that moment, a source from its nearest
/// snapshot. Reads the store alone, so it works while an engine runs and
/// without one; any thread may call. Errors: `not_found` when there was no such
/// entity then; those of the store, among them `storage_unavailable` when what
/// is needed is damaged.

#include <string>
#include <variant>
#include <vector>

#include "messages/errors.hpp"
#include "messages/events.hpp"
#include "messages/order_state.hpp"
#include "messages/source_state.hpp"
#include "persistence/log_store.hpp"

namespace oms::history {

/// After the event with this sequence, or after all events up to this time.
using moment = std::variant<sequence, timestamp>;

/// The end of the log.
inline constexpr moment newest{~sequence{0}};

/// The last event of an entity, 0 when it has none: from the checkpoint, and
/// from the log after it.
[[nodiscard]] result<sequence> head_of(const persistence::log_store& store,
                                       const entity_ref& entity);

/// The events of an entity up to a moment, oldest first.
[[nodiscard]] result<std::vector<event>> timeline_of(
    const persistence::log_store& store, const entity_ref& entity,
    const moment& upto = newest);

/// The routing decisions of an order, oldest first, taken out of its timeline.
[[nodiscard]] std::vector<routing_decision> decisions_in(
    std::vector<event> timeline);

/// The personal data of an order, of the version that its state says.
/// `has_personal` and `version` are what that says, at any moment. A record
/// that is missing, and was not erased, is damage: it is reported to the store,
/// and the error is `storage_unavailable`.
[[nodiscard]] result<personal_data> personal_of(
    const persistence::log_store& store, const order_key& key,
    bool has_personal, std::uint64_t version);

/// The order or source at a moment.
[[nodiscard]] result<order_state> order_at(const persistence::log_store& store,
                                           const order_key& key,
                                           const moment& at);
[[nodiscard]] result<source_state> source_at(
    const persistence::log_store& store, const source_ref& source,
    const moment& at);

}  // namespace oms::history
