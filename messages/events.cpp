#include "messages/events.hpp"

#include <array>
#include <cassert>
#include <utility>

namespace oms {

template class compiled_variant<event_variant>;

std::size_t events_in(std::span<const decision_events> decisions) {
  std::size_t events = 0;
  for (const auto& each : decisions) events += each.size();
  return events;
}

std::string_view kind_of(const event_body& body) { return type_of(body).name; }

const fields::type_info& type_of(const event_body& body) {
  return type_of_event(body.index());
}

const fields::type_info& type_of_event(std::size_t index) {
  static const auto types = []<class... E>(std::variant<E...>*) {
    return std::array{&type_of(static_cast<const E*>(nullptr))...};
  }(static_cast<event_variant*>(nullptr));
  return *types.at(index);
}

// The key is the one under which the log, the checkpoint's heads and the
// records of personal data know the order, so its form is part of the format on
// disk. It is made for every event that is decided, hence in one allocation.
entity_ref entity_of(const order_key& order) {
  std::string key;
  key.reserve(order.brand.value.size() + 1 + order.id.value.size());
  key += order.brand.value;
  key += '/';
  key += order.id.value;
  return {.kind = entity_kind::order, .key = std::move(key)};
}

// A location and a supplier may have the same id: the kind is part of the
// identity, and of keys in the tables.
entity_ref entity_of(const source_ref& source) {
  return {.kind = source.kind == source_kind::location ? entity_kind::location
                                                       : entity_kind::supplier,
          .key = source.id};
}

order_key order_of(const entity_ref& entity) {
  assert(entity.kind == entity_kind::order);
  // The first one: a brand contains no '/', an order id may. The engine never
  // makes a key without one, but a damaged or foreign log may have it, and
  // a reader that shows that event must be able to name its order.
  const auto slash = entity.key.find('/');
  if (slash == std::string::npos)
    return {.brand = brand_id{}, .id = order_id{entity.key}};
  return {.brand = brand_id{entity.key.substr(0, slash)},
          .id = order_id{entity.key.substr(slash + 1)}};
}

source_ref source_of(const entity_ref& entity) {
  assert(entity.kind == entity_kind::location ||
         entity.kind == entity_kind::supplier);
  return {.kind = entity.kind == entity_kind::supplier ? source_kind::supplier
                                                       : source_kind::location,
          .id = entity.key};
}

}  // namespace oms
