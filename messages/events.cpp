#include "messages/events.hpp"

#include <array>
#include <cassert>
#include <utility>

namespace oms {

template class compiled_variant<event_variant>;

std::size_t events_in(std::span<const decision> decisions) {
  std::size_t events = 0;
  for (const auto& each : decisions) events += each.events.size();
  return events;
}

event decision::event_at(std::size_t index) const {
  auto made = header_at(index);
  made.body = events.at(index);
  return made;
}

event decision::header_at(std::size_t index) const {
  event made;
  put_header(index, made);
  return made;
}

void decision::put_header(std::size_t index, event& into) const {
  into.at = at + index;
  into.previous = index == 0 ? previous : at + index - 1;
  into.time = time;
  into.entity = entity;
  into.version = version + index;
  into.by = by;
  into.command = command;
  into.cause = cause;
}

std::vector<decision> decisions_of(std::span<const event> events) {
  std::vector<decision> decisions;
  const auto goes_on = [&decisions](const event& next) {
    if (decisions.empty()) return false;
    const auto& last = decisions.back();
    return next.at == last.last() + 1 && next.previous == last.last() &&
           next.version == last.version + last.events.size() &&
           next.entity == last.entity && next.time == last.time &&
           next.command == last.command && next.by == last.by &&
           next.cause == last.cause;
  };
  for (const auto& each : events) {
    if (!goes_on(each))
      decisions.push_back({.at = each.at,
                           .previous = each.previous,
                           .time = each.time,
                           .entity = each.entity,
                           .version = each.version,
                           .by = each.by,
                           .command = each.command,
                           .cause = each.cause,
                           .events = {}});
    decisions.back().events.push_back(each.body);
  }
  return decisions;
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
