#include "actors/journal_actor.hpp"
#include "messages/reserved_names.hpp"

#include <thread>
#include <utility>

namespace oms {

journal_actor::journal_actor(
    caf::actor_config& config, engine_context& context,
    persistence::log_store& store, std::function<void(const event&)> observer,
    std::function<void(const std::string&)> storage_changed,
    history::recovered_storage storage, bool owns_thread)
    : caf::event_based_actor(config),
      context_(context),
      store_(store),
      observer_(std::move(observer)),
      storage_changed_(std::move(storage_changed)),
      owns_thread_(owns_thread),
      storage_log_({entity_kind::engine, "storage"}, storage.version,
                   storage.head) {}

caf::behavior journal_actor::make_behavior() {
  return {
      [this](journal_batch& batch) { gather(batch); },
      [this](journal_flush) { flush(); },
      [this](storage_trouble& trouble) {
        auto alert = alert_of(std::move(trouble.reason));
        gather(alert);
      },
      [this](clock_tick) { look_at_store(); },
      [this](const report_ask& asked) {
        answer_report(*this, asked, gathered_.size());
      },
  };
}

void journal_actor::gather(journal_batch& batch) {
  if (context_.storage.is_lost()) {
    const error why{
        error_code::storage_unavailable, context_.storage.problem(), {}};
    refuse(batch, why, why);
    return;
  }
  gathered_.push_back(std::move(batch));
  publish();
  if (flushing_) return;
  flushing_ = true;
  // Behind everything that is in the mailbox by now.
  send(this, journal_flush{});
}

void journal_actor::flush() {
  flushing_ = false;
  if (context_.crashed) {
    gathered_.clear();
    return;
  }
  while (!unwritten_.empty() || !gathered_.empty()) {
    if (unwritten_.empty()) take_next();
    // No new commands until what waits here is written.
    if (commit()) continue;
    if (context_.storage.is_lost()) return;
    flushing_ = true;
    try_again_later();
    return;
  }
}

void journal_actor::publish() {
  context_.journal_now.unwritten = unwritten_.size() + gathered_.size();
}

void journal_actor::refuse(journal_batch& batch, const error& command,
                           const error& read) {
  for (const auto& each : batch.answers)
    each.to.batch->set(each.to.index, command);
  if (batch.then) batch.then(batch.is_read ? read : command);
}

void journal_actor::refuse_reads(const error& why) {
  const auto refuse_read = [&why](journal_batch& batch) {
    if (batch.then && batch.is_read) std::exchange(batch.then, {})(why);
  };
  for (auto& each : unwritten_) refuse_read(each);
  for (auto& each : gathered_) refuse_read(each);
}

void journal_actor::look_at_store() {
  if (flushing_ || context_.crashed || context_.storage.is_lost()) return;
  if (const auto same = store_.check_in_place(); !same) lose(same.failure());
}

void journal_actor::lose(const error& why) {
  // First, so that who is told can't ask for more.
  context_.storage.set_lost(why.message);
  auto left = std::exchange(unwritten_, {});
  for (auto& each : std::exchange(gathered_, {}))
    left.push_back(std::move(each));
  publish();
  const error not_known{error_code::storage_unavailable,
                        "whether this command took effect is not known, for "
                        "the store was lost meanwhile: " +
                            why.message,
                        {}};
  for (auto& each : left) refuse(each, not_known, why);
  // Into the files that are still open, if they can still be written: whoever
  // looks at the alerts is to see it. It is the last thing there.
  gathered_.push_front(alert_of(why.message));
  take_next();
  static_cast<void>(append(unwritten_));
  unwritten_.clear();
  publish();
  if (storage_changed_) storage_changed_(why.message);
}

void journal_actor::try_again_later() {
  const std::chrono::milliseconds pause(retry_interval_ms);
  if (!owns_thread_) {
    delayed_send(this, pause, journal_flush{});
    return;
  }
  // Its thread has nothing else to do, and a delayed message would keep that
  // thread alive after the actor's end.
  std::this_thread::sleep_for(pause);
  send(this, journal_flush{});
}

void journal_actor::take_next() {
  auto next = store_.stats().last + 1;
  std::size_t events = 0;
  while (!gathered_.empty() && events < max_events_per_commit) {
    auto batch = std::move(gathered_.front());
    gathered_.pop_front();
    auto previous = batch.head ? batch.head->last.load() : 0;
    for (auto& each : batch.events) {
      each.at = next++;
      each.previous = previous;
      previous = each.at;
    }
    events += batch.events.size();
    // What is numbered here is written under these numbers or never.
    if (batch.head) batch.head->last = previous;
    batch.newest = previous;
    if (!batch.events.empty())
      for (auto& each : batch.answers)
        if (each.given) each.given->at = previous;
    unwritten_.push_back(std::move(batch));
  }
}

status journal_actor::append(std::span<const journal_batch> batches) {
  // After a first part was written alone, only the rest is left to write.
  const auto already = store_.stats().last;
  std::vector<decision_events> decisions;
  decisions.reserve(batches.size());
  for (const auto& each : batches)
    if (!each.events.empty() && each.events.back().at > already)
      decisions.emplace_back(each.events);
  if (decisions.empty()) return oms::done{};
  auto written = store_.append(decisions);
  if (written || written.failure().code != error_code::too_large ||
      batches.size() == 1)
    return written;
  // More than an entry may hold: as two of them. What one decision made stays
  // together, so that any prefix of the log is a consistent state.
  const auto middle = batches.size() / 2;
  written = append(batches.first(middle));
  return written ? append(batches.subspan(middle)) : written;
}

bool journal_actor::commit() {
  const auto begun = std::chrono::steady_clock::now();
  context_.journal_now.at_disk = true;
  const auto outcome = append(unwritten_);
  // Also of what was written: it may be in files that nobody will find.
  const auto same = store_.check_in_place();
  // Between two tries it waits for the disk, too.
  context_.journal_now.at_disk = same && !outcome;
  if (!same) {
    lose(same.failure());
    return false;
  }
  if (!outcome) {
    refusal_ = outcome.failure().message;
    const bool is_new = context_.storage.ok();
    context_.storage.set_refuses(refusal_);
    if (is_new && storage_changed_) storage_changed_(refusal_);
    refuse_reads(outcome.failure());
    return false;
  }
  const auto took = std::chrono::steady_clock::now() - begun;
  // Ahead of the answers: who gets one may send the next command.
  if (!context_.storage.ok()) {
    context_.storage.set_writes();
    if (storage_changed_) storage_changed_({});
  }
  auto written = std::exchange(unwritten_, {});
  publish();
  committed news;
  std::size_t events = 0;
  for (auto& batch : written) {
    if (batch.events.empty()) continue;
    for (const auto& each : batch.events) {
      count(each);
      if (observer_) observer_(each);
    }
    events += batch.events.size();
    news.decisions.push_back(std::move(batch.events));
  }
  if (events > 0) {
    context_.commit_us.observe(static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(took).count()));
    context_.events_per_commit.observe(events);
    // Ahead of `then`, so that a snapshot comes behind the events that it
    // shows.
    send(context_.checkpointer, std::move(news));
  }
  for (const auto& batch : written)
    if (batch.head)
      batch.head->written.store(batch.version, std::memory_order_release);
  for (const auto& batch : written) {
    // Ahead of the answers: who gets one may read what this makes visible.
    if (batch.then) batch.then(batch.newest);
    for (const auto& each : batch.answers)
      each.to.batch->set(each.to.index, each.given);
  }
  if (!refusal_.empty())
    gathered_.push_front(alert_of(std::exchange(refusal_, {})));
  return true;
}

void journal_actor::count(const event& written) {
  auto& orders = context_.orders;
  if (std::holds_alternative<order_placed>(written.body))
    ++orders[static_cast<std::size_t>(order_status::pending)];
  if (const auto* step = std::get_if<status_changed>(&written.body)) {
    --orders[static_cast<std::size_t>(step->from)];
    ++orders[static_cast<std::size_t>(step->to)];
  }
}

journal_batch journal_actor::alert_of(std::string reason) {
  journal_batch batch;
  storage_log_.add(
      batch,
      {alert_raised{.kind = "storage.refused",
                    .subject = std::to_string(storage_log_.version() + 1),
                    .reason = std::move(reason)}},
      {actor_name{reserved::journal}, {}, {}}, context_.now());
  return batch;
}

}  // namespace oms
