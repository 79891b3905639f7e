#pragma once

/// Text from outside, as UTF-8.
///
/// Purpose: what is answered is valid UTF-8, whatever it was made from.
/// Owner: pure functions. Threads: any. Source: RFC 3629.

#include <string>
#include <string_view>

namespace oms::omsd {

[[nodiscard]] bool is_utf8(std::string_view text);

/// With U+FFFD in place of what is not UTF-8.
[[nodiscard]] std::string repaired_utf8(std::string_view text);

}  // namespace oms::omsd
