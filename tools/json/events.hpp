#pragma once

/// Events as JSON, for trails, screens and exports.
///
/// Purpose: one flat object per event: "at", "time", whose it is, "kind",
/// "by", then its content under the words that commands use. Owner: pure
/// functions. Threads: any. Personal data is left out, as it is in the log.

#include "messages/events.hpp"
#include "tools/json/value.hpp"

namespace oms::json {

[[nodiscard]] value write(const event& happened);

/// Only what the event says itself.
[[nodiscard]] value write_content(const event_body& body);

/// Whose event it is: {"order": "SO-1", "brand": "acme"}, {"location": "NYC"}.
[[nodiscard]] value write_entity(const entity_ref& entity);

}  // namespace oms::json
