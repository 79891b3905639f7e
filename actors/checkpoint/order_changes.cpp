#include "actors/checkpoint/order_changes.hpp"

#include <algorithm>
#include <bit>
#include <stdexcept>
#include <tuple>

#include "messages/text_hash.hpp"

namespace oms::checkpoint {

// Only what changed since is kept in memory, so a checkpoint completes it with
// the row that is in the tables. An order that was placed since needs no row
// from there.
order_row row_change::onto(order_row before) const {
  if (is_placed) return row;
  if (has_status) before.status = row.status;
  if (has_stuck_after) before.stuck_after = row.stuck_after;
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
}

row_change& order_changes::operator[](const std::string& key) {
  if (2 * (orders_.size() + 1) > slots_.size())
    use_slots(std::max<std::size_t>(64, 2 * slots_.size()));
  const auto hash = text_hash(key);
  auto& found = slots_[slot_of(key, hash)];
  if (found.number == 0) {
    orders_.emplace_back(std::piecewise_construct, std::tie(key), std::tuple());
    found = {hash, static_cast<std::uint32_t>(orders_.size())};
  }
  return orders_[found.number - 1].second;
}

order_changes::const_iterator order_changes::find(
    const std::string& key) const {
  if (slots_.empty()) return end();
  const auto number = slots_[slot_of(key, text_hash(key))].number;
  return number == 0 ? end() : begin() + (number - 1);
}

const row_change& order_changes::at(const std::string& key) const {
  const auto found = find(key);
  if (found == end()) throw std::out_of_range("no change of " + key);
  return found->second;
}

void order_changes::reserve(std::size_t orders) {
  orders_.reserve(orders);
  if (2 * orders > slots_.size()) use_slots(std::bit_ceil(2 * orders));
}

std::size_t order_changes::slot_of(const std::string& key,
                                   std::uint32_t hash) const {
  for (std::size_t at = hash;; ++at) {
    at &= slots_.size() - 1;
    const auto& each = slots_[at];
    if (each.number == 0 ||
        (each.hash == hash && orders_[each.number - 1].first == key))
      return at;
  }
}

void order_changes::use_slots(std::size_t count) {
  const auto before = std::exchange(slots_, std::vector<slot>(count));
  for (const auto& each : before) {
    if (each.number == 0) continue;
    std::size_t at = each.hash & (count - 1);
    while (slots_[at].number != 0) at = (at + 1) & (count - 1);
    slots_[at] = each;
  }
}

}  // namespace oms::checkpoint
