#pragma once

/// Prepares the body of a response for sending.
///
/// Makes it valid UTF-8 and packs it with gzip (RFC 1952) for clients that
/// accept it. Packing takes about 20 ms per MB, so a large answer is packed on
/// the query thread that made it, not on the event loop.

#include <string>
#include <string_view>

#include "tools/omsd/request.hpp"

namespace oms::omsd {

/// Writes a body that is not written yet.
void write_body(response& of);
/// The same, and makes it ready to travel. Once: a body that is finished is
/// left alone.
void finish_body(response& of, bool gzip);

[[nodiscard]] std::string packed(std::string_view text);

/// Whether an Accept-Encoding allows gzip: it is named, alone or as "*", and
/// its weight is not 0 (RFC 9110, 12.5.3).
[[nodiscard]] bool accepts_gzip(std::string_view accept_encoding);

}  // namespace oms::omsd
