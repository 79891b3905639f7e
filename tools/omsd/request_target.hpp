#pragma once

/// The target of a request: its path and its parameters.
///
/// Purpose: decodes "/v1/orders/SO%201?limit=5" (RFC 3986; in parameters '+'
/// is a space, as forms send it). Owner: a pure function. Threads: any.
/// Errors: `invalid` for what can't be decoded, and for a parameter that is
/// given twice, since nobody can say which one counts.

#include <string_view>

#include "tools/omsd/request.hpp"

namespace oms::omsd {

/// Into the path and the parameters of the call.
[[nodiscard]] status read_target(std::string_view target, request& out);

}  // namespace oms::omsd
