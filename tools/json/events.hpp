#pragma once

/// Events as JSON, for trails, screens and exports: one flat object per event
/// with "at", "time", the entity, "kind" and "by", followed by its content
/// under the words that commands use. Personal data is left out, as it is in
/// the log.

#include "messages/events.hpp"
#include "tools/json/value.hpp"

namespace oms::json {

[[nodiscard]] value write(const event& happened);

/// Only the content of the event.
[[nodiscard]] value write_content(const event_body& body);

/// The entity of an event: {"order": "SO-1", "brand": "acme"}, {"location":
/// "NYC"}.
[[nodiscard]] value write_entity(const entity_ref& entity);

}  // namespace oms::json
