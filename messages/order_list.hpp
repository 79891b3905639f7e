#pragma once

/// Lists of orders: what is asked for, and a page of it.
///
/// Purpose: search by status, brand, customer, SKU and time. Owner: values.
/// Threads: no shared state. Lists come from the newest checkpoint and so may
/// lag behind the log; they say how far they are true.

#include <optional>
#include <string>
#include <vector>

#include "messages/checkpoint.hpp"
#include "messages/ids.hpp"

namespace oms {

/// Which orders a list shows: those that every part that is set agrees with.
struct order_filter {
  std::optional<brand_id> brand;
  std::optional<order_status> status;
  std::optional<customer_id> customer;
  std::optional<sku_id> sku;
  /// Placed at or after.
  std::optional<timestamp> placed_from;
  /// Placed before.
  std::optional<timestamp> placed_before;
};

/// One page of a list, the newest placement first.
struct order_page {
  std::vector<order_row> rows;
  /// For the next page; empty on the last.
  std::string cursor;
  /// The list is true up to this event.
  sequence upto = 0;
};

}  // namespace oms
