#pragma once

/// From the answer of a handler to an HTTP response.
///
/// Writes the header fields that follow from the status (RFC 9110) and the
/// body, packed by gzip where the client takes that. A long body is given to
/// the connection as a source of pieces; what it takes of its caller's share
/// is given back when the last piece is read.

#include "tools/omsd/http_server.hpp"
#include "tools/omsd/request.hpp"

namespace oms::omsd {

/// Threads: any; packing takes its time (body_encoding.hpp).
[[nodiscard]] http_response written(response given, bool takes_gzip);

}  // namespace oms::omsd
