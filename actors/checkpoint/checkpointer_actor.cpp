#include "actors/checkpoint/checkpointer_actor.hpp"

#include <algorithm>
#include <utility>

#include "messages/snapshot_codec.hpp"
#include "persistence/log_store.hpp"

namespace oms {

namespace {

std::size_t parts_of(const source_state& state) {
  return state.stock.size() + state.promises.size() + state.references.size();
}

/// A copy of the state for the checkpointer, sent when it is on disk.
after_commit hand_over(const caf::actor& to, const source_state* state) {
  if (state == nullptr) return [](sequence) {};
  auto copy = std::make_shared<source_state>(*state);
  return [to, copy](sequence head) {
    caf::anon_send(to, source_snapshot_taken{std::move(*copy), head});
  };
}

}  // namespace

checkpointer_actor::checkpointer_actor(
    caf::actor_config& config, const engine_context& context,
    checkpoint_rhythm rhythm, checkpoint_delta changes,
    std::map<source_ref, std::size_t> events_of_sources)
    : caf::event_based_actor(config),
      context_(context),
      store_(context.store->tables()),
      rhythm_(rhythm),
      delta_(std::move(changes)) {
  for (const auto& [ref, events] : events_of_sources)
    sources_[ref].events_since_snapshot = events;
}

caf::behavior checkpointer_actor::make_behavior() {
  return {
      [this](const committed& written) { receive(written); },
      [this](source_snapshot_taken& taken) { receive(taken); },
      [this](const checkpoint_now& wish) {
        const auto written = write();
        if (wish.then) wish.then(written);
      },
      [this](const report_ask& asked) {
        answer_report(*this, asked, quiet_.size());
      },
      [this](clock_tick) { tick(); },
      [this](const read_indexes& asked) { asked.reader(delta_, store_); },
  };
}

void checkpointer_actor::receive(const committed& written) {
  for (const auto& decision : written.decisions)
    for (const auto& e : decision) {
      delta_.add(e);
      if (e.entity.kind == entity_kind::location ||
          e.entity.kind == entity_kind::supplier)
        ++sources_[source_of(e.entity)].events_since_snapshot;
    }
  ask_for_snapshots();
  if (is_due()) static_cast<void>(write());
}

void checkpointer_actor::ask_for_snapshots() {
  for (auto& [ref, of] : sources_) {
    if (of.asked ||
        of.events_since_snapshot < std::max(rhythm_.snapshot_events, of.parts))
      continue;
    of.asked = true;
    // Behind the commit of what it says, and so behind the events here.
    send(context_.network,
         read_source{ref, [self = caf::actor_cast<caf::actor>(this)](
                              const source_state* state) {
                       return hand_over(self, state);
                     }});
  }
}

void checkpointer_actor::receive(source_snapshot_taken& taken) {
  auto& of = sources_[taken.state.self];
  of = {.events_since_snapshot = 0, .parts = parts_of(taken.state)};
  auto data = codec::encode_snapshot(taken.state);
  // One beyond the limits is left out: the log has it all.
  if (!data.empty())
    snapshots_.push_back({taken.state.self, taken.at, std::move(data)});
}

void checkpointer_actor::tick() {
  if (delta_.events() > 0 && clock::now() - written_at_ >= rhythm_.interval)
    static_cast<void>(write());
  let_sleep();
}

bool checkpointer_actor::is_due() const {
  return delta_.events() >= rhythm_.events;
}

status checkpointer_actor::write() {
  written_at_ = clock::now();
  // Of a crash nothing is written any more.
  if (context_.crashed || delta_.events() == 0) return oms::done{};
  auto made = gather();
  if (!made) return made.failure();
  if (auto written = store_.write(*made); !written) return written;
  snapshots_.clear();
  for (auto& row : made->orders)
    if (is_over(row.status))
      quiet_.push_back({row.changed_at, std::move(row.key), row.version});
  delta_.begin_anew();
  let_sleep();
  return oms::done{};
}

result<persistence::checkpoint> checkpointer_actor::gather() {
  persistence::checkpoint made{.head = {.head = delta_.head()},
                               .snapshots = snapshots_};
  const auto hash = context_.store->hash_at(delta_.upto());
  if (!hash) return hash.failure();
  if (!*hash)
    return error{error_code::invalid, "no entry of the log ends here", {}};
  made.head.hash = **hash;
  made.orders.reserve(delta_.orders().size());
  for (const auto& [key, change] : delta_.orders()) {
    order_row row;
    if (!change.placed) {
      auto known = store_.order(order_of({entity_kind::order, key}));
      if (!known) return known.failure();
      if (!*known)
        return error{
            error_code::invalid, "the row of " + key + " is missing", {}};
      row = std::move(**known);
    }
    made.orders.push_back(change.onto(std::move(row)));
  }
  for (const auto& [entity, head] : delta_.heads())
    made.heads.push_back({entity, head});
  for (const auto& [id, order] : delta_.shipments())
    made.shipments.push_back({id.first, {id.second, order}});
  // By the log's own clock, so that what is forgotten follows from the log.
  made.commands_kept_from =
      delta_.time() - std::chrono::hours(limits::command_kept_h);
  for (const auto& [id, end] : delta_.commands())
    if (end.time >= made.commands_kept_from)
      made.commands.push_back({id, {end.at}, end.time});
  return made;
}

void checkpointer_actor::let_sleep() {
  std::vector<fall_asleep> by_shard(context_.directories.size());
  const auto now = context_.now();
  for (; !quiet_.empty() && quiet_.front().since + rhythm_.sleep_after <= now;
       quiet_.pop_front()) {
    auto& each = quiet_.front();
    auto& shard = by_shard[context_.shard_of(each.order)];
    shard.orders.emplace_back(std::move(each.order), each.version);
  }
  for (std::size_t i = 0; i < by_shard.size(); ++i)
    if (!by_shard[i].orders.empty())
      send(context_.directories[i], std::move(by_shard[i]));
}

}  // namespace oms
