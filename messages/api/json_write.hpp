#pragma once

/// Internal to the API's codec: a struct as JSON text, quickly.
///
/// Purpose: writes the text straight from the message. Cap'n Proto's own
/// encoder makes a tree of values first, and a tree of strings of it, which
/// takes most of the time of a large answer. Owner: pure functions. Threads:
/// any. Source: RFC 8259; the shapes of messages/api/shape.capnp.

#include <capnp/dynamic.h>

#include <string>

namespace oms::api {

[[nodiscard]] std::string json_of(capnp::DynamicStruct::Reader in);

}  // namespace oms::api
