#include "actors/journal.hpp"

#include <utility>

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
  while (!unwritten_.events.empty() || !gathered_.empty()) {
    if (unwritten_.answers.empty()) take_next();
    // No new commands until what waits here is written.
    context_.storage_ok = commit();
    if (context_.storage_ok) continue;
    flushing_ = true;
    delayed_send(this, std::chrono::milliseconds(retry_interval_ms),
                 journal_flush{});
    return;
  }
}

void journal_actor::take_next() {
  auto next = store_.stats().last + 1;
  auto end = gathered_.begin();
  for (; end != gathered_.end() &&
         unwritten_.events.size() < max_events_per_commit;
       ++end) {
    auto previous = end->head ? end->head->last.load() : 0;
    for (auto& each : end->events) {
      each.at = next++;
      each.previous = previous;
      previous = each.at;
      unwritten_.events.push_back(std::move(each));
    }
    // What is numbered here is written under these numbers or never.
    if (end->head) end->head->last = previous;
    if (!end->events.empty())
      for (auto& each : end->answers)
        if (each.given) each.given->at = previous;
    unwritten_.answers.push_back(
        {std::move(end->answers), std::move(end->then)});
  }
  gathered_.erase(gathered_.begin(), end);
}

bool journal_actor::commit() {
  if (!unwritten_.events.empty() && !store_.append(unwritten_.events))
    return false;
  const auto written = std::exchange(unwritten_, {});
  if (observer_)
    for (const auto& each : written.events) observer_(each);
  for (const auto& batch : written.answers) {
    for (const auto& each : batch.answers)
      each.to.batch->set(each.to.index, each.given);
    if (batch.then) batch.then();
  }
  return true;
}

}  // namespace oms
