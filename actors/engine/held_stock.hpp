#pragma once

/// What reservations hold, by their ids, as a hint for planning.
///
/// Each location writes what it holds; the keeper of a reservation says that
/// the reservation is recorded. Until then nobody may count on it: the attempt
/// may still fail. Only the location's own answer is a promise. The engine owns
/// it; any thread may call.

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "actors/stock_board.hpp"
#include "messages/ids.hpp"

namespace oms {

/// Units that one location holds.
struct held_part {
  stock_board::column column = 0;
  std::map<sku_id, quantity> units;
};

struct held_reservation {
  reservation_id reservation;
  timestamp expires;
  /// By column.
  std::vector<held_part> parts;
};

class held_stock {
 public:
  /// By a location: all that it holds for the reservation now.
  void publish(const reservation_id& id, stock_board::column column,
               timestamp expires, std::map<sku_id, quantity> units) {
    const std::lock_guard guard(mutex_);
    auto& of = all_[id];
    auto& parts = of.held.parts;
    std::erase_if(parts, [column](const held_part& part) {
      return part.column == column;
    });
    if (!units.empty()) {
      of.held.reservation = id;
      of.held.expires = expires;
      const auto after = std::find_if(
          parts.begin(), parts.end(),
          [column](const held_part& part) { return part.column > column; });
      parts.insert(after, {column, std::move(units)});
    }
    if (parts.empty()) all_.erase(id);
  }

  /// By the keeper: it is recorded.
  void confirm(const reservation_id& id) {
    const std::lock_guard guard(mutex_);
    if (const auto found = all_.find(id); found != all_.end())
      found->second.is_recorded = true;
  }

  /// None if it is not recorded, has expired, or holds nothing any more.
  [[nodiscard]] std::optional<held_reservation> find(const reservation_id& id,
                                                     timestamp now) const {
    const std::lock_guard guard(mutex_);
    const auto found = all_.find(id);
    if (found == all_.end() || !found->second.is_recorded ||
        now >= found->second.held.expires)
      return std::nullopt;
    return found->second.held;
  }

  /// All that hold something, by id.
  [[nodiscard]] std::vector<held_reservation> all(timestamp now) const {
    std::vector<held_reservation> shown;
    {
      const std::lock_guard guard(mutex_);
      for (const auto& [id, of] : all_)
        if (of.is_recorded && now < of.held.expires) shown.push_back(of.held);
    }
    std::sort(shown.begin(), shown.end(), [](const auto& a, const auto& b) {
      return a.reservation < b.reservation;
    });
    return shown;
  }

 private:
  struct known {
    held_reservation held;
    bool is_recorded = false;
  };
  mutable std::mutex mutex_;
  std::unordered_map<reservation_id, known> all_;
};

}  // namespace oms
