#pragma once

/// Makes text valid UTF-8 (RFC 3629), so that every answer is, whatever it was
/// made from.

#include <string>
#include <string_view>

namespace oms::omsd {

[[nodiscard]] bool is_utf8(std::string_view text);

/// With U+FFFD in place of what is not UTF-8.
[[nodiscard]] std::string repaired_utf8(std::string_view text);

}  // namespace oms::omsd
