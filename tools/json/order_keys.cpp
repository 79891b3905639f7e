#include "tools/json/order_keys.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "messages/order.hpp"

namespace oms::json {

namespace {

bool fits_a_cell(const fields::key& key) {
  using enum fields::form;
  if (key.group || !key.steps.empty()) return false;
  const auto as = fields::held_type(*key.type).as;
  return as != record && as != list && as != optional && as != shared;
}

}  // namespace

std::vector<const fields::key*> further_order_keys() {
  // The first three have places of their own; the others are in JSON alone.
  constexpr std::array<std::string_view, 7> known = {
      "channel", "placedAt", "currency",   "discount",
      "policy",  "priority", "reservation"};
  std::vector<const fields::key*> found;
  const auto& body =
      fields::object_of(type_of(static_cast<const order_body*>(nullptr)));
  for (const auto& key : body.keys)
    if (fits_a_cell(key) &&
        std::find(known.begin(), known.end(), key.name) == known.end())
      found.push_back(&key);
  // By ordinal, so that a field that is added is a column at the end, wherever
  // it stands in its list.
  std::stable_sort(found.begin(), found.end(),
                   [](const auto* a, const auto* b) {
                     return a->field->ordinal < b->field->ordinal;
                   });
  return found;
}

}  // namespace oms::json
