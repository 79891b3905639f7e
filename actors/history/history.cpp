#include "actors/history/history.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "actors/history/log_fold.hpp"
#include "actors/history/log_position.hpp"

namespace oms::history {

namespace {

using persistence::log_store;
using persistence::source_snapshot;

error no_entity(const entity_ref& entity) {
  // Not its key: that of an order begins with its brand, which may be empty.
  const auto name = entity.kind == entity_kind::order
                        ? "order " + order_of(entity).id.value
                        : entity.key;
  return {error_code::not_found, "there was no " + name + " then", {}};
}

// Orders are too many to be listed among the heads, which recovery reads whole.
// Each has a row instead.
result<sequence> head_in_checkpoint(const log_store& store,
                                    const entity_ref& entity) {
  const auto tables = checkpoints_of(store);
  if (entity.kind != entity_kind::order) return tables.head_of(entity);
  const auto row = tables.order(order_of(entity));
  if (!row) return row.failure();
  return *row ? (*row)->head : sequence{0};
}

// An event of the entity from which a walk back passes all that are not later
// than `upto`; it may be later itself. So what the checkpoint has is enough for
// any `upto` that the checkpoint covers, and only the log after it is read.
result<sequence> head_for(const log_store& store, const entity_ref& entity,
                          sequence upto) {
  auto checkpoint = checkpoint_of(store);
  sequence head = 0;
  if (checkpoint > 0) {
    // A table that can't be read says nothing: then the log says all. A running
    // engine may write the next checkpoint between the two reads; a head that
    // is newer than `checkpoint` still leads back to all before it.
    const auto known = head_in_checkpoint(store, entity);
    if (known)
      head = *known;
    else
      checkpoint = 0;
  }
  if (upto <= checkpoint) return head;
  const auto read = read_log(store, {checkpoint, upto}, [&](const event& e) {
    if (e.entity == entity) head = e.at;
    return true;
  });
  if (!read) return read.failure();
  return head;
}

// Times of different entities may cross, so a time gives no last sequence: all
// of the log may have events that are not later.
sequence last_of(const moment& upto) {
  const auto* at = std::get_if<sequence>(&upto);
  return at == nullptr ? std::get<sequence>(newest) : *at;
}

result<std::vector<event>> events_between(const log_store& store, sequence head,
                                          sequence after, const moment& upto) {
  // The snapshot is the newest state there is; its own event need not be
  // readable.
  if (head <= after) return std::vector<event>{};
  auto events = read_back(store, {head, after, upto});
  // The head is the store's own, so there must be such an event. `not_found`
  // would tell the caller that the entity did not exist.
  if (!events && events.failure().code == error_code::not_found)
    return error{error_code::storage_unavailable, events.failure().message, {}};
  return events;
}

/// The snapshots around a moment.
struct neighbours {
  std::optional<source_snapshot> before;
  /// The sequence of the next one; 0: there is none.
  sequence after = 0;
};

// Only sources have snapshots, since only their timelines never end. The one
// before the moment spares folding all events before it. The one after it is an
// event of the source's own, so it serves as the head to walk back from and
// spares reading the log for one.
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
    // Where the log is damaged there, the snapshots' own times decide:
    // `correct` goes back from the newest one.
    sequence near = checkpoint_;
    if (time == nullptr)
      near = std::get<sequence>(at);
    else if (const auto found_at = sequence_at(store_, *time))
      near = *found_at;
    found.before = before(near);
    auto next = after(near);
    if (time != nullptr) correct(at, found.before, next);
    if (next) found.after = next->at;
    return found;
  }

 private:
  // A snapshot that is not readable is as good as none: the log has all of it.
  // Nor is one that is newer than the checkpoint used: a running engine has
  // written it since, and the hash that was compared does not vouch for it.

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
    // An event that can't be read can't prove that it was not later.
    const auto one = read_event(store_, event_at);
    return !one || is_later(*one, at);
  }

  // `sequence_at` finds an event of any entity, and times of different entities
  // may cross. So the snapshots found around it may both lie on the same side
  // of the moment; the times of the source's own events decide. If the
  // first loop moves, what it leaves in `second` is later, and the second loop
  // does not move.
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
  auto events = events_between(store, *head, 0, upto);
  if (events && events->empty()) return no_entity(entity);
  return events;
}

result<personal_data> personal_of(const log_store& store, const order_key& key,
                                  bool has_personal, std::uint64_t version) {
  // An edit may have left nothing of what there was before.
  if (version != 0 && !has_personal) return personal_data{};
  auto found = store.personal(key, version);
  if (!found || !found->empty() || !has_personal) return found;
  // Erased since the state that the caller looks at? The log and the records
  // beside it are written in one transaction, so the timeline knows by now.
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
  // A record that is gone has no checksum that could fail: the store can't see
  // this itself.
  store.report_damage(entity_of(key).key, missing);
  return missing;
}

result<order_state> order_at(const log_store& store, const order_key& key,
                             const moment& at) {
  const auto events = timeline_of(store, entity_of(key), at);
  if (!events) return events.failure();
  order_state state;
  state.key = key;
  fold(state, *events);
  return state;
}

result<source_state> source_at(const log_store& store, const source_ref& source,
                               const moment& at) {
  const auto entity = entity_of(source);
  auto known = snapshots(store, source).around(at);
  auto head = known.after;
  // No snapshot follows: the newest events are in no table, so the checkpoint
  // and the log after it have to tell where the timeline ends.
  if (head == 0) {
    const auto found = head_for(store, entity, last_of(at));
    if (!found) return found.failure();
    head = *found;
  }
  const auto events =
      events_between(store, head, known.before ? known.before->at : 0, at);
  if (!events) return events.failure();
  if (!known.before && events->empty()) return no_entity(entity);
  auto state = known.before ? std::move(known.before->state) : source_state{};
  state.self = source;
  fold(state, *events);
  return state;
}

}  // namespace oms::history
