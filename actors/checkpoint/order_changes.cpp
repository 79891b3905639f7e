#include "actors/checkpoint/order_changes.hpp"

#include <algorithm>
#include <stdexcept>
#include <tuple>

#include "messages/text_hash.hpp"

namespace oms::checkpoint {

void sort_unique(std::vector<sku_id>& skus) {
  std::sort(skus.begin(), skus.end());
  skus.erase(std::unique(skus.begin(), skus.end()), skus.end());
}

// Only what changed since is kept in memory, so a checkpoint completes it with
// the row that is in the tables. An order that was placed since needs no row
// from there.
order_row row_change::onto(order_row before) const {
  if (is_placed) return row;
  if (has_status) before.status = row.status;
  if (has_stuck_after) before.stuck_after = row.stuck_after;
  if (has_edit) {
    before.customer = row.customer;
    before.skus.insert(before.skus.end(), row.skus.begin(), row.skus.end());
    sort_unique(before.skus);
  }
  before.changed_at = row.changed_at;
  before.head = row.head;
  before.version = row.version;
  return before;
}

void row_change::append(const row_change& later) {
  row = later.onto(std::move(row));
  is_placed = is_placed || later.is_placed;
  has_status = has_status || later.has_status;
  has_stuck_after = has_stuck_after || later.has_stuck_after;
  has_edit = has_edit || later.has_edit;
}

row_change& order_changes::operator[](const std::string& key) {
  numbers_.reserve(orders_.size() + 1);
  const auto number = numbers_.find_or_add(text_hash(key), has_key(key), [&] {
    orders_.emplace_back(std::piecewise_construct, std::tie(key), std::tuple());
    return static_cast<std::uint32_t>(orders_.size());
  });
  return orders_[number - 1].second;
}

order_changes::const_iterator order_changes::find(
    const std::string& key) const {
  const auto number = numbers_.find(text_hash(key), has_key(key));
  return number == 0 ? end() : begin() + (number - 1);
}

const row_change& order_changes::at(const std::string& key) const {
  const auto found = find(key);
  if (found == end()) throw std::out_of_range("no change of " + key);
  return found->second;
}

void order_changes::reserve(std::size_t orders) {
  orders_.reserve(orders);
  numbers_.reserve(orders);
}

}  // namespace oms::checkpoint
