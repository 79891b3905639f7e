#include "actors/history/log_fold.hpp"

#include <algorithm>
#include <string>

namespace oms::history {

namespace {

error unusable(std::string why) {
  return {error_code::invalid, std::move(why), {}};
}

// The events of the span, oldest first; `see` sees also those that are later
// than it. A timeline leads back only and a state is folded forward, so all of
// them are kept until the first is reached. They are few: an order has ten to
// twenty. A source gets a snapshot when as many events have gathered since the
// last as it has parts, and at least 1,000.
template <class See>
result<std::vector<event>> walk(const persistence::log_store& store,
                                const timeline_span& span, See see) {
  std::vector<event> events;
  const auto read = store.walk_back(span.head, [&](const event& e) {
    if (e.at <= span.after) return false;
    see(e);
    // Skipped, not stopped at: the walk comes from the newest event, so those
    // that are too late are the first.
    if (!is_later(e, span.upto)) events.push_back(e);
    return true;
  });
  if (!read) return read.failure();
  std::reverse(events.begin(), events.end());
  return events;
}

}  // namespace

bool is_later(const event& e, const moment& than) {
  if (const auto* at = std::get_if<sequence>(&than)) return e.at > *at;
  return e.time > std::get<timestamp>(than);
}

result<std::vector<event>> read_back(const persistence::log_store& store,
                                     const timeline_span& span) {
  return walk(store, span, [](const event&) {});
}

result<event> read_event(const persistence::log_store& store, sequence at) {
  auto one = store.read(at);
  if (!one) return one.failure();
  if (!*one) return unusable("event " + std::to_string(at) + " is missing");
  return std::move(**one);
}

result<event> read_head(const persistence::log_store& store,
                        const persistence::entity_head& named) {
  auto one = read_event(store, named.head);
  if (one && one->entity != named.entity)
    return unusable("the checkpoint names an event of another entity");
  return one;
}

void fold(order_state& state, std::span<const event> timeline) {
  for (const auto& e : timeline) order::apply(state, e.body, e.time);
}

void fold(source_state& state, std::span<const event> timeline) {
  for (const auto& e : timeline) source::apply(state, e.body, e.time);
}

result<order_state> read_order_state(const persistence::log_store& store,
                                     const order_key& key,
                                     const timeline_span& span) {
  const auto owner = entity_of(key);
  bool is_its_own = true;
  const auto events = walk(store, span, [&](const event& e) {
    is_its_own = is_its_own && e.entity == owner;
  });
  if (!events) return events.failure();
  // The head comes from a row of a checkpoint. The store vouches for the way
  // back from there, but only the row says whose head it is.
  if (!is_its_own)
    return unusable("the timeline of " + key.id.value +
                    " leads to another entity");
  order_state state;
  state.key = key;
  fold(state, *events);
  return state;
}

}  // namespace oms::history
