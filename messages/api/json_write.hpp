#pragma once

/// Internal to the API's codec: a struct as JSON text (RFC 8259), fast.
///
/// Writes the text straight from the message. Cap'n Proto's own encoder makes a
/// tree of values first, and of it a tree of strings, which takes most of the
/// time of a large answer. Structs with a `$format` of messages/api/shape.capnp
/// are one word.

#include <capnp/dynamic.h>

#include <string>

namespace oms::api {

[[nodiscard]] std::string json_of(capnp::DynamicStruct::Reader in);

}  // namespace oms::api
