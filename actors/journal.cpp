#include "actors/journal.hpp"

namespace oms {

journal_actor::journal_actor(caf::actor_config& config, engine_context& context,
                             persistence::log_store& store,
                             std::function<void(const event&)> observer)
    : caf::event_based_actor(config),
      context_(context),
      store_(store),
      observer_(std::move(observer)) {}

caf::behavior journal_actor::make_behavior() {
  return {
      [this](journal_batch& batch) { gather(batch); },
      [this](journal_flush) { flush(); },
  };
}

void journal_actor::gather(journal_batch& batch) {
  gathered_.push_back(std::move(batch));
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
  bool accepted = true;
  while (!gathered_.empty() && accepted) accepted = commit();
  // No new commands until what waits here is written.
  context_.storage_ok = accepted;
  if (accepted) return;
  flushing_ = true;
  delayed_send(this, std::chrono::milliseconds(retry_interval_ms),
               journal_flush{});
}

bool journal_actor::commit() {
  auto next = store_.stats().last + 1;
  std::vector<event> events;
  auto end = gathered_.begin();
  for (; end != gathered_.end() && events.size() < max_events_per_commit;
       ++end) {
    // Kept in the batch as well: a refused append is tried again.
    auto previous = end->head ? end->head->last.load() : 0;
    for (auto& each : end->events) {
      each.at = next++;
      each.previous = previous;
      previous = each.at;
      events.push_back(each);
    }
    if (end->head) end->head->last = previous;
  }
  if (!events.empty() && !store_.append(events)) {
    // The heads are set anew by the next try.
    for (auto batch = end; batch != gathered_.begin();) {
      --batch;
      if (!batch->events.empty())
        batch->head->last = batch->events.front().previous;
    }
    return false;
  }
  if (observer_)
    for (const auto& each : events) observer_(each);
  std::vector<journal_batch> committed(
      std::make_move_iterator(gathered_.begin()), std::make_move_iterator(end));
  gathered_.erase(gathered_.begin(), end);
  for (auto& batch : committed) {
    for (auto& each : batch.answers) {
      if (each.given && !batch.events.empty())
        each.given->at = batch.events.back().at;
      each.to.batch->set(each.to.index, std::move(each.given));
    }
    if (batch.then) batch.then();
  }
  return true;
}

}  // namespace oms
