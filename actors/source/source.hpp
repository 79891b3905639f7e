#pragma once

/// A source: how an event changes it, and how a reader sees it.
///
/// Purpose: `apply` is the one way in which the state of a location or
/// supplier comes about. What may happen is decided in source/decide.hpp;
/// `apply` never fails and never decides. Owner: the source actor, or whoever
/// replays a log. Threads: pure functions. Source of the rules:
/// docs/DOMAIN.md, "Stock".

#include "messages/events.hpp"
#include "messages/source_state.hpp"
#include "messages/views.hpp"

namespace oms::source {

/// Applies an event of this source that happened at `time`.
void apply(source_state& state, const event_body& body, timestamp time);

[[nodiscard]] stock_view view_of(const source_state& state, const sku_id& sku);

}  // namespace oms::source
