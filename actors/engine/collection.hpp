#pragma once

/// Everything that an engine at rest consists of, gathered from its actors: for
/// checks of the invariants and for state hashes.
///
/// Its price grows with the number of orders, so no caller's request may need
/// it. Actors add their copies at the same time, under a lock that is held for
/// the copy alone; whoever asked reads it when all have.

#include <map>
#include <mutex>
#include <vector>

#include "actors/network.hpp"
#include "actors/order/order.hpp"
#include "actors/source/source.hpp"
#include "messages/views.hpp"

namespace oms {

class collection {
 public:
  std::map<order_key, order_state> orders;
  std::map<source_ref, source_state> sources;
  std::map<sku_id, std::vector<waiting_view>> waiting;
  std::map<sku_id, product_settings> products;
  std::map<brand_id, versioned_rules> rules;

  std::map<reservation_id, reservation_made> reservations;
  /// When it was gathered.
  timestamp at{};

  void add(const order_state& state) {
    const std::lock_guard guard(mutex_);
    orders[state.key] = state;
  }
  void add(const source_state& state) {
    const std::lock_guard guard(mutex_);
    sources[state.self] = state;
  }
  void add(const sku_id& sku, std::vector<waiting_view> line) {
    const std::lock_guard guard(mutex_);
    if (!line.empty()) waiting[sku] = std::move(line);
  }
  void add(const product_settings& product) {
    const std::lock_guard guard(mutex_);
    products[product.sku] = product;
  }
  void add(const std::map<brand_id, versioned_rules>& all) {
    const std::lock_guard guard(mutex_);
    rules = all;
  }
  void add(const reservation_made& made) {
    const std::lock_guard guard(mutex_);
    reservations[made.request.reservation] = made;
  }
  /// By the thread that is about to read, when nobody adds any more: the lock
  /// makes visible what was added under it.
  void see_what_was_added() { const std::lock_guard guard(mutex_); }

 private:
  std::mutex mutex_;
};

}  // namespace oms
