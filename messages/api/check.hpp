#pragma once

/// Internal to the API: shapes that did not come as JSON, checked.
///
/// Purpose: what messages/api/body.hpp checks in a JSON text (what is
/// required, ranges, lengths, UTF-8, words that exist) for a message that came
/// as Cap'n Proto, from the same annotations of the schema. Owner: pure.
/// Threads: any. Errors: all faults, by their paths; a message that can't be
/// read throws kj::Exception. What stands in no active field is not looked at.

#include <capnp/dynamic.h>

#include <vector>

#include "messages/errors.hpp"

namespace oms::api {

[[nodiscard]] std::vector<fault> check(capnp::DynamicStruct::Reader in);

}  // namespace oms::api
