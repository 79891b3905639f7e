#include "messages/order_state.hpp"

namespace oms {

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

std::optional<std::size_t> order_state::line_index(const line_id& line) const {
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (lines[i].ordered.line == line) return i;
  return std::nullopt;
}

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
