#include "actors/checkpoint/checkpoint_lookup.hpp"

#include <map>
#include <utility>

namespace oms::checkpoint {

result<std::set<order_key>> orders_of_shipment(
    const recent_deltas& news,
    const persistence::checkpoint_reader& checkpoints,
    const std::optional<brand_id>& brand, const shipment_id& id) {
  // One more than an error names, so that the error can tell that there are
  // more.
  const auto stored = checkpoints.orders_with(id, brand, max_orders_named + 1);
  if (!stored) return stored.failure();
  std::set<order_key> orders(stored->begin(), stored->end());
  // The keys are sorted by id and then by brand, so the brands of one id are
  // neighbors and the empty brand comes first.
  for (const auto* part : news.parts())
    for (auto each =
             part->shipments().lower_bound({id, brand.value_or(brand_id{})});
         each != part->shipments().end() && each->first.id == id &&
         (!brand || each->first.brand == *brand);
         ++each)
      for (const auto& order : each->second)
        orders.insert({each->first.brand, order});
  return orders;
}

error shipped_by_others(const shipment_id& id,
                        const std::set<order_key>& orders) {
  std::string names;
  std::size_t named = 0;
  for (const auto& order : orders) {
    if (named++ == max_orders_named) break;
    names += (names.empty() ? "" : ", ") + order.id.value;
  }
  if (orders.size() > max_orders_named) names += ", ...";
  return {error_code::conflict,
          (orders.size() == 1 ? "another order has shipment "
                              : "several orders have a shipment ") +
              id.value + ": " + names,
          {}};
}

result<order_key> order_of_shipment(
    const recent_deltas& news,
    const persistence::checkpoint_reader& checkpoints,
    const std::optional<brand_id>& brand, const shipment_id& id) {
  const auto orders = orders_of_shipment(news, checkpoints, brand, id);
  if (!orders) return orders.failure();
  if (orders->empty())
    return error{error_code::not_found, "there is no shipment " + id.value, {}};
  // Sorted by brand first: if the ends agree, so does everything between. The
  // brand is asked for before the order, since it decides between more of them.
  if (orders->begin()->brand != orders->rbegin()->brand)
    return error{error_code::conflict,
                 "several brands have a shipment " + id.value,
                 {{"brand", "must say which"}}};
  if (orders->size() == 1) return *orders->begin();
  auto refusal = shipped_by_others(id, *orders);
  refusal.faults = {{"order", "must say which"}};
  return refusal;
}

result<std::vector<done_command>> commands_done(
    const recent_deltas& news,
    const persistence::checkpoint_reader& checkpoints,
    const std::string& prefix, std::size_t limit) {
  auto stored = checkpoints.commands(prefix, limit);
  if (!stored) return stored.failure();
  // The first `limit` ids of each, and of these the first `limit`: the tables
  // and the deltas are each sorted, so no id that belongs to the answer can be
  // beyond its part. What a delta has is newer and replaces what there is under
  // the same id.
  std::map<std::string, command_end> ends;
  for (auto& each : *stored)
    ends[std::move(each.id)] = {each.given.at, each.time};
  for (const auto* part : news.parts()) {
    std::size_t looks = 0;
    for (auto each = part->commands().lower_bound(prefix);
         each != part->commands().end() && each->first.starts_with(prefix) &&
         looks < limit;
         ++each, ++looks)
      ends[each->first] = each->second;
  }
  std::vector<done_command> found;
  for (const auto& [id, end] : ends) {
    if (found.size() == limit) break;
    found.push_back({id, {end.at}, end.time});
  }
  return found;
}

}  // namespace oms::checkpoint
