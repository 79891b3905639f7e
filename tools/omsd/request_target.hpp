#pragma once

/// The target of a request: its path and its parameters.
///
/// Decodes "/v1/orders/SO%201?limit=5" (RFC 3986; in parameters '+' is a space,
/// as HTML forms send it). `invalid` for what can't be decoded, and for a
/// parameter that is given twice, since it is not clear which value counts.

#include <string_view>

#include "tools/omsd/request.hpp"

namespace oms::omsd {

/// Reads `target` into the path and the parameters of the call.
[[nodiscard]] status read_target(std::string_view target, request& out);

}  // namespace oms::omsd
