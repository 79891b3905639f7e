#include "actors/history/history.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "actors/history/log_position.hpp"
#include "actors/order/order.hpp"
#include "actors/source/source.hpp"

namespace oms::history {

namespace {

using persistence::log_store;
using persistence::source_snapshot;

error no_entity(const entity_ref& entity) {
  return {error_code::not_found, "there was no " + entity.key + " then", {}};
}

bool is_later(const event& e, const moment& than) {
  if (const auto* at = std::get_if<sequence>(&than)) return e.at > *at;
  return e.time > std::get<timestamp>(than);
}

result<sequence> head_in_checkpoint(const log_store& store,
                                    const entity_ref& entity) {
  const auto tables = checkpoints_of(store);
  if (entity.kind != entity_kind::order) return tables.head_of(entity);
  const auto row = tables.order(order_of(entity));
  if (!row) return row.failure();
  return *row ? (*row)->head : sequence{0};
}

/// An event of the entity from which all up to `upto` are behind. Reads the
/// log behind the checkpoint only as far as that needs.
result<sequence> head_for(const log_store& store, const entity_ref& entity,
                          sequence upto) {
  auto checkpoint = checkpoint_of(store);
  sequence head = 0;
  if (checkpoint > 0) {
    // A table that can't be read says nothing: then the log says all.
    const auto known = head_in_checkpoint(store, entity);
    if (known)
      head = *known;
    else
      checkpoint = 0;
  }
  if (upto <= checkpoint) return head;
  const auto read = store.scan(checkpoint + 1, [&](const event& e) {
    if (e.at > upto) return false;
    if (e.entity == entity) head = e.at;
    return true;
  });
  if (!read) return read.failure();
  return head;
}

sequence last_of(const moment& upto) {
  const auto* at = std::get_if<sequence>(&upto);
  return at == nullptr ? std::get<sequence>(newest) : *at;
}

/// The events behind `after` and up to a moment, oldest first.
result<std::vector<event>> walk(const log_store& store, sequence head,
                                sequence after, const moment& upto) {
  std::vector<event> events;
  if (head <= after) return events;
  const auto read = store.walk_back(head, [&](const event& e) {
    if (e.at <= after) return false;
    if (!is_later(e, upto)) events.push_back(e);
    return true;
  });
  // The head is the store's own, so there must be such an event.
  if (!read && read.failure().code == error_code::not_found)
    return error{error_code::storage_unavailable, read.failure().message, {}};
  if (!read) return read.failure();
  std::reverse(events.begin(), events.end());
  return events;
}

/// The snapshots around a moment.
struct neighbours {
  std::optional<source_snapshot> before;
  /// The sequence of the one behind it; 0: there is none.
  sequence after = 0;
};

class snapshots {
 public:
  snapshots(const log_store& store, source_ref source)
      : store_(store),
        source_(std::move(source)),
        checkpoint_(checkpoint_of(store)) {}

  [[nodiscard]] neighbours around(const moment& at) const {
    neighbours found;
    if (checkpoint_ == 0) return found;
    const auto* time = std::get_if<timestamp>(&at);
    // Where the log is damaged there, the snapshots' own times decide.
    sequence near = checkpoint_;
    if (time == nullptr)
      near = std::get<sequence>(at);
    else if (const auto found_at = sequence_at(store_, *time))
      near = *found_at;
    found.before = before(near);
    auto behind = after(near);
    if (time != nullptr) correct(at, found.before, behind);
    if (behind) found.after = behind->at;
    return found;
  }

 private:
  // One that is not readable is none: the log has all of it.

  [[nodiscard]] std::optional<source_snapshot> before(sequence upto) const {
    auto found =
        checkpoints_of(store_).snapshot(source_, std::min(upto, checkpoint_));
    return found ? std::move(*found) : std::nullopt;
  }
  [[nodiscard]] std::optional<source_snapshot> after(sequence of) const {
    if (of >= checkpoint_) return std::nullopt;
    auto found = checkpoints_of(store_).snapshot_after(source_, of);
    return found && *found && (*found)->at <= checkpoint_ ? std::move(*found)
                                                          : std::nullopt;
  }

  [[nodiscard]] bool is_later_than(const moment& at, sequence event_at) const {
    const auto one = store_.read(event_at);
    return !one || !*one || is_later(**one, at);
  }

  /// Times of different entities may cross: the source's own decide.
  void correct(const moment& at, std::optional<source_snapshot>& first,
               std::optional<source_snapshot>& second) const {
    while (first && is_later_than(at, first->at)) {
      second = std::move(first);
      first = before(second->at - 1);
    }
    while (second && !is_later_than(at, second->at)) {
      first = std::move(second);
      second = after(first->at);
    }
  }

  const log_store& store_;
  source_ref source_;
  sequence checkpoint_;
};

}  // namespace

result<sequence> head_of(const log_store& store, const entity_ref& entity) {
  return head_for(store, entity, last_of(newest));
}

std::vector<routing_decision> decisions_in(std::vector<event> timeline) {
  std::vector<routing_decision> all;
  for (auto& each : timeline)
    if (auto* plan = std::get_if<order_planned>(&each.body))
      all.push_back(std::move(plan->decision));
  return all;
}

result<std::vector<event>> timeline_of(const log_store& store,
                                       const entity_ref& entity,
                                       const moment& upto) {
  const auto head = head_for(store, entity, last_of(upto));
  if (!head) return head.failure();
  auto events = walk(store, *head, 0, upto);
  if (events && events->empty()) return no_entity(entity);
  return events;
}

result<personal_data> personal_of(const log_store& store, const order_key& key,
                                  bool has_personal) {
  auto found = store.personal(key);
  if (!found || !found->empty() || !has_personal) return found;
  // Erased since the state that the caller looks at?
  const auto events = timeline_of(store, entity_of(key));
  if (!events) return events.failure();
  if (std::any_of(events->begin(), events->end(), [](const event& e) {
        return std::holds_alternative<personal_data_erased>(e.body);
      }))
    return found;
  const error missing{
      error_code::storage_unavailable,
      "the personal data of the order " + key.id.value + " is missing",
      {}};
  store.report_damage(entity_of(key).key, missing);
  return missing;
}

result<order_state> order_at(const log_store& store, const order_key& key,
                             const moment& at) {
  const auto events = timeline_of(store, entity_of(key), at);
  if (!events) return events.failure();
  order_state state;
  state.key = key;
  for (const auto& e : *events) order::apply(state, e.body, e.time);
  return state;
}

result<source_state> source_at(const log_store& store, const source_ref& source,
                               const moment& at) {
  const auto entity = entity_of(source);
  auto known = snapshots(store, source).around(at);
  auto head = known.after;
  if (head == 0) {
    const auto found = head_for(store, entity, last_of(at));
    if (!found) return found.failure();
    head = *found;
  }
  const auto events =
      walk(store, head, known.before ? known.before->at : 0, at);
  if (!events) return events.failure();
  if (!known.before && events->empty()) return no_entity(entity);
  auto state = known.before ? std::move(known.before->state) : source_state{};
  state.self = source;
  for (const auto& e : *events) source::apply(state, e.body, e.time);
  return state;
}

}  // namespace oms::history
