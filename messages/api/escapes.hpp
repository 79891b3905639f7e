#pragma once

/// Internal to the API: \uXXXX in JSON.
///
/// Purpose: the parser of Cap'n Proto 0.9.2 takes the digits a to f of \uXXXX
/// for 0 to 5, so no such escape is left when it reads. Owner: pure. Threads:
/// any. Errors: throws `bad_escape` at one that stands for no character.
/// Source: RFC 8259, section 7.

#include <string>
#include <string_view>

namespace oms::api {

class bad_escape {};

/// The same JSON, with \uXXXX as the characters that they stand for.
[[nodiscard]] std::string without_unicode_escapes(std::string_view text);

}  // namespace oms::api
