#pragma once

/// Lists of orders: what is asked for, and a page of the answer.
///
/// Lists come from the newest checkpoint, so they may lag behind the log;
/// `order_page::upto` says as of which event they are true.

#include <optional>
#include <string>
#include <vector>

#include "messages/checkpoint.hpp"
#include "messages/fields/fields.hpp"
#include "messages/ids.hpp"

namespace oms {

/// Which orders a list shows: those that meet every condition that is set.
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
OMS_FIELDS(order_filter, "OrderFilter",
           "An order must meet every condition; one that is left out is met by "
           "all.",
           OMS_FIELD(brand, 0), OMS_FIELD(status, 1), OMS_FIELD(customer, 2),
           OMS_FIELD(sku, 3),
           OMS_FIELD(placed_from, 4, .json = "placedAfter",
                     .doc = "At this time or after it."),
           OMS_FIELD(placed_before, 5));

/// One page of a list, newest placement first. It may have fewer rows than were
/// asked for, or none, and still not be the last.
struct order_page {
  std::vector<order_row> rows;
  /// For the next page; empty on the last. It names a position, not a row, so
  /// it stays good while orders come and change.
  std::string cursor;
  /// The list is true up to this event.
  sequence upto = 0;
};
OMS_FIELDS(order_page, "OrderList", "", OMS_FIELD(rows, 0, .json = "orders"),
           OMS_FIELD(cursor, 1, .is = unless_empty,
                     .doc = "For the next page; absent on the last."),
           OMS_FIELD(upto, 2, .doc = "The list is true as of this event."));

}  // namespace oms
