#include "messages/order_state.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace oms {

// Only these three end a shipment. All other updates, `exception` and
// `attempted` among them, are recorded and move no unit: the parcel is still
// with the carrier.
std::optional<shipment_status> end_of(tracking_status news) {
  switch (news) {
    case tracking_status::delivered:
      return shipment_status::delivered;
    case tracking_status::lost:
      return shipment_status::lost;
    case tracking_status::returned:
      return shipment_status::returned;
    default:
      return std::nullopt;
  }
}

quantity fulfillment::remaining() const {
  quantity sum;
  for (const auto& line : lines) sum += line.remaining();
  return sum;
}

quantity fulfillment::shipped() const {
  quantity sum;
  for (const auto& line : lines) sum += line.shipped;
  return sum;
}

// A sorted list of indices and not a map by id: it has no copies of the ids,
// and one allocation. It is made once, when the order is placed or its timeline
// is folded, because an order never gets other lines.
line_places::line_places(const std::vector<order_line_state>& lines) {
  // Below this, comparing a few short ids in a row is as fast as a search, and
  // nearly all orders are below it.
  constexpr std::size_t worth_an_index = 16;
  if (lines.size() < worth_an_index) return;
  std::vector<std::size_t> by_id(lines.size());
  std::iota(by_id.begin(), by_id.end(), std::size_t{0});
  std::ranges::stable_sort(
      by_id, {}, [&lines](std::size_t i) -> const auto& {
        return lines[i].ordered.line;
      });
  by_id_ = std::move(by_id);
}

std::optional<std::size_t> line_places::find(
    const std::vector<order_line_state>& lines, const line_id& line) const {
  const auto id_at = [&lines](std::size_t i) -> const line_id& {
    return lines[i].ordered.line;
  };
  // The index of a small order is empty, so its lines themselves are searched.
  if (by_id_->size() == lines.size()) {
    const auto found = std::ranges::lower_bound(*by_id_, line, {}, id_at);
    if (found == by_id_->end() || id_at(*found) != line) return std::nullopt;
    return *found;
  }
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (id_at(i) == line) return i;
  return std::nullopt;
}

std::optional<std::size_t> order_state::line_index(const line_id& line) const {
  return places.find(lines, line);
}

// Fulfillments and shipments of an order are few: one per source or parcel. So
// these have no index.
const fulfillment* order_state::find_fulfillment(
    const fulfillment_id& id) const {
  for (const auto& each : fulfillments)
    if (each.id == id) return &each;
  return nullptr;
}

const shipment* order_state::find_shipment(const shipment_id& id) const {
  for (const auto& each : shipments)
    if (each.id == id) return &each;
  return nullptr;
}

quantity order_state::total_of(quantity line_buckets::*bucket) const {
  quantity sum;
  for (const auto& line : lines) sum += line.buckets.*bucket;
  return sum;
}

}  // namespace oms
