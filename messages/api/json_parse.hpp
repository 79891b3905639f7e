#pragma once

/// Internal to the API's codec: JSON text as a tree of values, quickly.
///
/// Purpose: Cap'n Proto's parser takes most of the time of a body with
/// thousands of lines. This one takes well-formed JSON only and says nothing
/// about the rest, which the other one then explains. Owner: pure functions.
/// Threads: any. Source: RFC 8259.

#include <capnp/compat/json.h>

#include <string_view>

namespace oms::api {

/// False for whatever it does not take: what is not well-formed, escapes
/// \uXXXX (see messages/api/escapes.hpp), and nesting beyond 32 levels. Then
/// `out` is as it was.
[[nodiscard]] bool parse_json(std::string_view text,
                              capnp::json::Value::Builder out);

}  // namespace oms::api
