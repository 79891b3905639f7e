#pragma once

/// The schema of all records of the API as one text: api.capnp, which
/// messages/api/rpc.capnp imports.
///
/// It is made of the lists of fields and the list of commands, so a field or
/// command is in it by being listed. Any thread.

#include <string>

#include "messages/fields/fields.hpp"

namespace oms::api {

[[nodiscard]] std::string api_schema();
/// Of a record there.
[[nodiscard]] std::string name_in_schema(const fields::type_info& type);

}  // namespace oms::api
