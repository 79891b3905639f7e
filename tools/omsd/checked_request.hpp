#pragma once

/// From the header of an HTTP request to a call that may be handled.
///
/// Everything that can be refused before the body is read is refused here, in
/// this order: the target, the token, the path and the method, the role, the
/// fields that name something, the coding of the body. The token comes before
/// the path, so that only callers with a token learn which paths there are;
/// `/healthz` and `/readyz` need none.

#include <optional>

#include "tools/files/access.hpp"
#include "tools/omsd/routes.hpp"
#include "tools/omsd/strict_parser.hpp"

namespace oms::omsd {

struct checked_request {
  /// Without the body. Of a refused request: what was read until then.
  request asked;
  /// None where no route fits; always there for what is not refused.
  const route* found = nullptr;
  std::optional<response> refused;
};

/// Keeps no state; any thread may call.
[[nodiscard]] checked_request check_request(const request_head& head,
                                            const files::access_list& who);

}  // namespace oms::omsd
