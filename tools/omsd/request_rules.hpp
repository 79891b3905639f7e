#pragma once

/// What a request may say besides its body.
///
/// One check of the ids in the path, the parameters and the headers that name
/// something, before any handler sees them. The error is `invalid`, with every
/// fault and its field.

#include <optional>

#include "messages/errors.hpp"
#include "tools/omsd/routes.hpp"

namespace oms::omsd {

/// `asked.by` is the header X-Actor as it was sent; `asked.named` is what the
/// path names.
[[nodiscard]] std::optional<error> fault_of_request(const request& asked,
                                                    const route& of);

}  // namespace oms::omsd
