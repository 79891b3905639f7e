#pragma once

/// A record as JSON text (RFC 8259), by its list of fields.
///
/// Keys come in the order of the list, so equal values give equal texts. The
/// text is safe for a terminal. May be called on any thread.

#include <string>

#include "messages/fields/fields.hpp"

namespace oms::fields {

[[nodiscard]] std::string write_json(const type_info& type, const void* record);

template <class T>
[[nodiscard]] std::string write_json(const T& record) {
  return write_json(type_of(&record), &record);
}

}  // namespace oms::fields
