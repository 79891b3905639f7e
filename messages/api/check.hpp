#pragma once

/// Internal to the API: checks of shapes that did not come as JSON.
///
/// What messages/api/body.hpp checks in a JSON text (what is required, ranges,
/// lengths, UTF-8, words that exist) is checked here in a message that came as
/// Cap'n Proto, by the same annotations of the schema. Returns all faults, by
/// their paths; throws kj::Exception if the message can't be read. Fields of a
/// union that are not set are not looked at. May be called on any thread.

#include <capnp/dynamic.h>

#include <vector>

#include "messages/errors.hpp"

namespace oms::api {

[[nodiscard]] std::vector<fault> check(capnp::DynamicStruct::Reader in);

}  // namespace oms::api
