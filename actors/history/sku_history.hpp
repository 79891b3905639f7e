#pragma once

/// One SKU over the whole network, as it was.
///
/// What every source has of it and which orders wait for it after one event of
/// the log: from the checkpoint, and from the log after it. Reads the store
/// alone; any thread may call. It never fails: a log that is damaged is read as
/// far as it goes, and the answer says how far that is and why.

#include <optional>
#include <string>
#include <vector>

#include "messages/errors.hpp"
#include "messages/events.hpp"
#include "messages/source_state.hpp"
#include "messages/views.hpp"
#include "persistence/log_store.hpp"

namespace oms::history {

/// What a damaged log does not tell.
struct unreadable_part {
  /// The source or order that it is about; empty: everything after
  /// `sku_history::upto`.
  std::string of;
  error why;
};

struct sku_history {
  /// True after this event.
  sequence upto = 0;
  /// Those that have it or ever had it, by kind and id.
  std::vector<stock_view> locations;
  std::vector<supplier_stock_view> suppliers;
  /// In the order in which they are served.
  std::vector<waiting_view> waiting;
  std::vector<unreadable_part> unreadable;
};

/// After the event `at`, or after the last one if that is earlier.
[[nodiscard]] sku_history sku_at(const persistence::log_store& store,
                                 const sku_id& sku, sequence at);

/// What a supplier offers of the SKU now; no number where it has no limit.
[[nodiscard]] supplier_stock_view supplier_view_of(const source_state& state,
                                                   const sku_id& sku);

}  // namespace oms::history
