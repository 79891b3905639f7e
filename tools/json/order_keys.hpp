#pragma once

/// What of an order's body no column and no row of its own shows.
///
/// Tables and screens show these fields as they are, so that a new one is seen
/// without a line there. May be called on any thread.

#include <vector>

#include "messages/fields/object.hpp"

namespace oms::json {

/// The keys of `order_body` with a value that fits a cell: a text, a number, a
/// word, a time, or yes and no. They live as long as the program.
[[nodiscard]] std::vector<const fields::key*> further_order_keys();

}  // namespace oms::json
