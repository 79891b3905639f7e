#include "actors/checkpoint/checkpointer_actor.hpp"

#include <algorithm>
#include <utility>

#include "messages/codec/snapshots.hpp"
#include "persistence/log_store.hpp"

namespace oms::checkpoint {

namespace {

// Between checkpoints that can't be written, so that a full disk costs one try
// a second and not one per commit.
constexpr std::chrono::seconds retry_pause{1};

// The size of a snapshot. It is compared with the number of events that a
// restart would have to read without it.
std::size_t parts_of(const source_state& state) {
  return state.stock.size() + state.promises.size() + state.references.size();
}

// A copy of the state for the checkpointer, sent when it is on disk.
after_commit hand_over(const caf::actor& to, const source_state* state) {
  if (state == nullptr) return [](const result<sequence>&) {};
  auto copy = std::make_shared<source_state>(*state);
  return [to, copy](const result<sequence>& head) {
    caf::anon_send(to,
                   source_snapshot_taken{std::move(*copy), head ? *head : 0});
  };
}

}  // namespace

checkpointer_actor::checkpointer_actor(
    caf::actor_config& config, engine_context& context,
    checkpoint_policy policy, checkpoint_delta changes,
    const std::map<source_ref, std::size_t>& events_of_sources)
    : caf::event_based_actor(config),
      context_(context),
      store_(context.store->tables()),
      policy_(policy),
      delta_(std::move(changes)) {
  for (const auto& [ref, events] : events_of_sources)
    sources_[ref].events_since_snapshot = events;
}

caf::behavior checkpointer_actor::make_behavior() {
  return {
      [this](const committed& written) { on_committed(written); },
      [this](source_snapshot_taken& taken) { on_source_snapshot(taken); },
      [this](const checkpoint_now& wish) { write(wish.then); },
      [this](const checkpoint_since& wish) { on_checkpoint_since(wish); },
      [this](checkpoint_written& written) { on_checkpoint_written(written); },
      [this](const report_ask& asked) {
        answer_report(*this, asked, quiet_.size());
      },
      [this](clock_tick) { tick(); },
      [this](const read_indexes& asked) {
        asked.reader(writing_ ? recent_deltas(*writing_->changes, delta_)
                              : recent_deltas(delta_),
                     store_);
      },
  };
}

void checkpointer_actor::on_committed(const committed& written) {
  for (const auto& each : written.decisions) {
    delta_.add(each);
    if (is_source(each.entity.kind))
      sources_[source_of(each.entity)].events_since_snapshot +=
          each.events.size();
  }
  ask_for_snapshots();
  if (is_due() && !writing_) write();
}

void checkpointer_actor::ask_for_snapshots() {
  // As many events as parts: the price of a snapshot is spread over as many
  // events as it has parts, so it does not grow with the stock, and a restart
  // reads no more events of a source than that, or `snapshot_events` if the
  // source is small.
  for (auto& [ref, of] : sources_) {
    if (of.asked ||
        of.events_since_snapshot < std::max(policy_.snapshot_events, of.parts))
      continue;
    of.asked = true;
    // The copy leaves the source after the commit of what it shows, and the
    // journal sends the events of a commit here before it lets anything go. So
    // a snapshot never overtakes its events.
    send(context_.network,
         read_source{ref, [self = caf::actor_cast<caf::actor>(this)](
                              const source_state* state) {
                       return hand_over(self, state);
                     }});
  }
}

void checkpointer_actor::on_source_snapshot(source_snapshot_taken& taken) {
  auto& of = sources_[taken.state.self];
  if (taken.at == 0) {
    // The store refuses to write what the snapshot would show. It is asked for
    // again with the next commit.
    of.asked = false;
    return;
  }
  of = {.events_since_snapshot = 0, .parts = parts_of(taken.state)};
  auto data = codec::encode_snapshot(taken.state);
  const auto& self = taken.state.self;
  if (data.empty()) {
    // The log has it all, and a restart reads all of it.
    send(context_.journal,
         storage_trouble{"the state of " + self.id +
                         " is too large for a snapshot, so a restart reads "
                         "its whole timeline"});
    return;
  }
  // Written with the next checkpoint. It may be of any event up to there:
  // recovery takes the newest snapshot and the events after it.
  snapshots_.push_back({self, taken.at, std::move(data)});
}

void checkpointer_actor::tick() {
  if (delta_.events() > 0 && !writing_ &&
      clock::now() - begun_at_ >= policy_.interval)
    write();
  passivate_quiet();
}

bool checkpointer_actor::is_due() const {
  if (delta_.events() < policy_.events) return false;
  // What failed would fail again with each commit, and take its time.
  return context_.checkpoint_ok || clock::now() - begun_at_ >= retry_pause;
}

// A list may be at most a second behind, and many callers may ask at once. So
// they share a checkpoint that began late enough, and only the first of them
// causes one.
void checkpointer_actor::on_checkpoint_since(const checkpoint_since& wish) {
  if (writing_ && writing_->begun >= wish.since)
    writing_->waiting.push_back(wish.then);
  else if (context_.indexed_since.load() >= wish.since)
    wish.then(oms::done{});
  else
    write(wish.then);
}

void checkpointer_actor::write(told_outcome then) {
  // Whoever asks now wants what is on disk by now, and the checkpoint under way
  // may have been begun before. One more will serve all who ask until it ends.
  if (writing_) {
    if (then) next_.push_back(std::move(then));
    return;
  }
  begun_at_ = clock::now();
  // After a crash nothing is written any more.
  if (context_.crashed || delta_.events() == 0) {
    // Nothing came since the newest checkpoint, so it is true as of now.
    context_.indexed_since = begun_at_;
    if (then) then(oms::done{});
    return;
  }
  // From here on a new delta collects what the checkpoint does not have; the
  // writer reads the old one on its own thread, and nobody changes it. Lookups
  // need both until the tables have the old one.
  auto since = delta_.from_here();
  writing_.emplace(
      writing{begun_at_,
              std::make_shared<const checkpoint_delta>(std::move(delta_)),
              std::make_shared<const snapshot_list>(std::move(snapshots_)),
              {}});
  delta_ = std::move(since);
  snapshots_.clear();
  if (then) writing_->waiting.push_back(std::move(then));
  send(context_.checkpoint_writer,
       checkpoint_write{writing_->changes, writing_->snapshots});
}

void checkpointer_actor::on_checkpoint_written(checkpoint_written& written) {
  auto ended = std::move(*writing_);
  writing_.reset();
  note(written.outcome);
  if (!written.outcome) {
    take_back(ended);
  } else {
    // As of its beginning, not its end: what came while it was written is not
    // in it.
    context_.indexed_since = ended.begun;
    context_.events_in_checkpoint = ended.changes->upto();
    // The tables have its changes. Between their commit and this line a lookup
    // finds some rows in both, which does no harm.
    tell_registries(*ended.changes);
    for (auto& each : written.over) quiet_.push_back(std::move(each));
    passivate_quiet();
  }
  // After the tables and the delta agree again, since whoever is told may look.
  for (const auto& told : ended.waiting) told(written.outcome);
  const auto next = std::exchange(next_, {});
  if (!next.empty())
    write([next](const status& outcome) {
      for (const auto& told : next) told(outcome);
    });
  else if (written.outcome && is_due())
    write();
}

void checkpointer_actor::take_back(const writing& failed) {
  // A copy, since the writer may not yet have let go of it.
  auto all = *failed.changes;
  all.append(delta_);
  delta_ = std::move(all);
  snapshots_.insert(snapshots_.begin(), failed.snapshots->begin(),
                    failed.snapshots->end());
  // Of each source one snapshot is enough, or memory would grow with each try.
  keep_newest_snapshots();
}

// The registries need not keep in memory what the tables have. Of an id that
// came again since, they must keep all.
void checkpointer_actor::tell_registries(const checkpoint_delta& written) {
  std::vector<shipments_stored> by_registry(context_.registries.size());
  for (const auto& [id, orders] : written.shipments())
    if (!delta_.shipments().contains(id))
      by_registry[context_.registry_number_of(id)].ids.push_back(id);
  for (std::size_t i = 0; i < by_registry.size(); ++i)
    if (!by_registry[i].ids.empty())
      send(context_.registries[i], std::move(by_registry[i]));
}

void checkpointer_actor::note(const status& written) {
  context_.checkpoint_ok = written.ok();
  if (written) {
    ++context_.checkpoints;
    reported_.clear();
    return;
  }
  ++context_.checkpoint_failures;
  auto why = "a checkpoint could not be written: " + written.failure().message;
  // One alert per reason, or a full disk would fill the trail with the same
  // alert.
  if (why == reported_) return;
  reported_ = why;
  send(context_.journal, storage_trouble{std::move(why)});
}

void checkpointer_actor::keep_newest_snapshots() {
  std::map<source_ref, sequence> newest;
  for (const auto& each : snapshots_) {
    auto& at = newest[each.source];
    at = std::max(at, each.at);
  }
  std::erase_if(snapshots_, [&newest](const auto& each) {
    return each.at < newest[each.source];
  });
}

void checkpointer_actor::passivate_quiet() {
  std::vector<passivate_orders> by_shard(context_.shards.size());
  const auto now = context_.now();
  // They are in the order of checkpoints, but in none within one. So one that
  // is due may wait for another ahead of it, at most for the time that a
  // checkpoint spans. The shard compares versions, for the order may
  // have changed since.
  for (; !quiet_.empty() && quiet_.front().since + policy_.sleep_after <= now;
       quiet_.pop_front()) {
    auto& each = quiet_.front();
    auto& shard = by_shard[context_.shard_number_of(each.order)];
    shard.orders.emplace_back(std::move(each.order), each.version);
  }
  for (std::size_t i = 0; i < by_shard.size(); ++i)
    if (!by_shard[i].orders.empty())
      send(context_.shards[i], std::move(by_shard[i]));
}

}  // namespace oms::checkpoint
