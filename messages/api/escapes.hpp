#pragma once

/// Internal to the API: \uXXXX in JSON (RFC 8259, section 7).
///
/// The parser of Cap'n Proto 0.9.2 takes the digits a to f of \uXXXX for 0 to
/// 5, so no such escape may be left when it reads. An escape that is not a
/// character throws `bad_escape`.

#include <string>
#include <string_view>

namespace oms::api {

class bad_escape {};

/// The same JSON with each \uXXXX replaced by its character.
[[nodiscard]] std::string without_unicode_escapes(std::string_view text);

}  // namespace oms::api
