#pragma once

/// Internal to the API's codec: JSON text (RFC 8259) as a tree of values, fast.
///
/// Cap'n Proto's parser takes most of the time of a body with thousands of
/// lines. This one takes well-formed JSON only and says nothing about the rest;
/// Cap'n Proto's then reads or explains it.

#include <capnp/compat/json.h>

#include <string_view>

namespace oms::api {

/// False for what it does not take: text that is not well-formed, escapes
/// \uXXXX (see messages/api/escapes.hpp), and nesting beyond 32 levels. Then
/// `out` is unchanged.
[[nodiscard]] bool parse_json(std::string_view text,
                              capnp::json::Value::Builder out);

}  // namespace oms::api
