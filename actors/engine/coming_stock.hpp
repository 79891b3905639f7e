#pragma once

/// What is on its way of each SKU and for whom, as a hint for quotes and
/// previews.
///
/// The backorder queue of a SKU writes it, only where something is incoming or
/// the product has a restock date; while a long queue is counted again, what is
/// here is that of a moment before. The engine owns it; any thread may call.

#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "actors/backorder/coming_units.hpp"
#include "messages/ids.hpp"

namespace oms {

class coming_stock {
 public:
  using units = std::shared_ptr<const backorder::coming_units>;

  /// Null: nothing is known any more.
  void publish(const sku_id& sku, units coming) {
    const std::lock_guard guard(mutex_);
    if (coming == nullptr)
      all_.erase(sku);
    else
      all_[sku].swap(coming);
  }

  /// Null when nothing is known.
  [[nodiscard]] units find(const sku_id& sku) const {
    const std::lock_guard guard(mutex_);
    const auto found = all_.find(sku);
    return found == all_.end() ? nullptr : found->second;
  }

 private:
  mutable std::mutex mutex_;
  std::unordered_map<sku_id, units> all_;
};

}  // namespace oms
