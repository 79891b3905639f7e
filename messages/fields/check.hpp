#pragma once

/// What is wrong with the fields of a record, by its list.
///
/// Ranges, lengths, what ids and texts may contain, what must be there: all
/// that one field can tell. What several fields tell together is checked by
/// who decides about them. Every fault has its path, such as
/// "lines[3].quantity"; an object without faults costs no allocation. May be
/// called on any thread.

#include <cstdint>
#include <vector>

#include "messages/errors.hpp"
#include "messages/fields/fields.hpp"

namespace oms::fields {

/// `body`: what a caller sends, with all that it must send, and without what
/// the path of a request says. `call`: with that too. `all`: what the engine
/// needs.
enum class extent : std::uint8_t { body, call, all };

[[nodiscard]] std::vector<fault> faults_of(const type_info& type,
                                           const void* record,
                                           extent which = extent::all);

}  // namespace oms::fields
