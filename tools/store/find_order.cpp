#include "tools/store/find_order.hpp"

#include "actors/history/history.hpp"
#include "tools/store/store_reading.hpp"

namespace oms::store {

namespace {

struct orders_with_id {
  std::set<order_key> found;
  std::vector<damaged_range> damaged;
};

// Reads the log to its end, past what is damaged: whether an id is unique is
// known only then.
orders_with_id all_with(const persistence::log_store& store,
                        const std::string& id,
                        const std::optional<std::string>& brand) {
  orders_with_id all;
  all.damaged = scan_readable(store, 1, [&](const event& e) {
    // The key is BRAND/ID. Comparing its end first saves making keys for nearly
    // all events.
    if (e.entity.kind != entity_kind::order || !e.entity.key.ends_with(id))
      return true;
    auto key = order_of(e.entity);
    if (key.id.value == id && (!brand || key.brand.value == *brand))
      all.found.insert(std::move(key));
    return true;
  });
  return all;
}

}  // namespace

result<order_key> find_order(const persistence::log_store& store,
                             const std::string& id,
                             const std::optional<std::string>& brand) {
  // The usual case needs no walk through the whole log.
  const order_key likely{brand_id{brand.value_or("")}, order_id{id}};
  const auto head = history::head_of(store, entity_of(likely));
  if (head && *head != 0) return likely;
  // With a brand there is nothing else to look for. If the index itself can't
  // be read, the log is searched.
  if (head && brand)
    return error{
        error_code::not_found, "there is no order " + text_of(likely), {}};
  const auto [found, damaged] = all_with(store, id, brand);
  if (found.size() == 1) return *found.begin();
  // It may be in what can't be read, so "there is no order" could be wrong.
  if (found.empty() && !damaged.empty())
    return error{error_code::storage_unavailable,
                 "no readable event mentions an order " + text_of(likely) +
                     "; " + text_of(damaged.front()),
                 {}};
  if (found.empty())
    return error{
        error_code::not_found, "there is no order " + text_of(likely), {}};
  std::set<std::string> brands;
  for (const auto& key : found) brands.insert(key.brand.value);
  return several_brands(id, brands);
}

error several_brands(const std::string& id,
                     const std::set<std::string>& brands) {
  std::string names;
  for (const auto& brand : brands) names += (names.empty() ? "" : ", ") + brand;
  return {error_code::conflict,
          "several brands have an order " + id + " (" + names +
              "); choose one with --brand",
          {}};
}

std::string text_of(const order_key& key) {
  if (key.brand.empty()) return key.id.value;
  return key.id.value + " of " + key.brand.value;
}

}  // namespace oms::store
