#include "actors/checkpoint/lookup.hpp"

#include <map>
#include <utility>

namespace oms {

namespace {

error no_shipment(const shipment_id& id) {
  return {error_code::not_found, "there is no shipment " + id.value, {}};
}

result<order_key> order_of_brand(
    const checkpoint_delta& news,
    const persistence::checkpoint_reader& checkpoints, const brand_id& brand,
    const shipment_id& id) {
  if (const auto found = news.shipments().find({id, brand});
      found != news.shipments().end())
    return order_key{brand, found->second};
  auto stored = checkpoints.order_with(id, brand);
  if (!stored) return stored.failure();
  if (!*stored) return no_shipment(id);
  return std::move(**stored);
}

}  // namespace

result<order_key> order_of_shipment(
    const checkpoint_delta& news,
    const persistence::checkpoint_reader& checkpoints,
    const std::optional<brand_id>& brand, const shipment_id& id) {
  if (brand) return order_of_brand(news, checkpoints, *brand, id);
  // Two brands are as good as many.
  const auto stored = checkpoints.orders_with(id, 2);
  if (!stored) return stored.failure();
  std::map<brand_id, order_id> orders;
  for (const auto& order : *stored) orders[order.brand] = order.id;
  for (auto each = news.shipments().lower_bound({id, brand_id{}});
       each != news.shipments().end() && each->first.first == id; ++each)
    orders[each->first.second] = each->second;
  if (orders.empty()) return no_shipment(id);
  if (orders.size() > 1)
    return error{error_code::conflict,
                 "several brands have a shipment " + id.value,
                 {{"brand", "must say which"}}};
  return order_key{orders.begin()->first, orders.begin()->second};
}

result<std::vector<done_command>> commands_done(
    const checkpoint_delta& news,
    const persistence::checkpoint_reader& checkpoints,
    const std::string& prefix, std::size_t limit) {
  auto stored = checkpoints.commands(prefix, limit);
  if (!stored) return stored.failure();
  std::map<std::string, command_end> ends;
  for (auto& each : *stored)
    ends[std::move(each.id)] = {each.given.at, each.time};
  std::size_t looks = 0;
  for (auto each = news.commands().lower_bound(prefix);
       each != news.commands().end() && each->first.starts_with(prefix) &&
       looks < limit;
       ++each, ++looks)
    ends[each->first] = each->second;
  std::vector<done_command> found;
  for (const auto& [id, end] : ends) {
    if (found.size() == limit) break;
    found.push_back({id, {end.at}, end.time});
  }
  return found;
}

}  // namespace oms
