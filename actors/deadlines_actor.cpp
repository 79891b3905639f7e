#include "actors/deadlines_actor.hpp"

#include <algorithm>

namespace oms {

deadlines_actor::deadlines_actor(caf::actor_config& config,
                                 const engine_context& context,
                                 next_deadline& next, bool ticks_itself)
    : caf::event_based_actor(config),
      context_(context),
      next_(next),
      ticks_itself_(ticks_itself),
      next_day_(next_day_after(context.now())) {}

caf::behavior deadlines_actor::make_behavior() {
  // A simulation may look for the next stop before the first message.
  publish();
  if (ticks_itself_)
    delayed_send(this, std::chrono::milliseconds(tick_interval_ms),
                 clock_tick{});
  return {
      [this](const schedules& wished) {
        for (const auto& wish : wished.wishes) add(wish);
        publish();
      },
      [this](const hold_deadline& wish) {
        holds_.emplace(wish.at, wish.source);
        publish();
      },
      [this](const source_schedule& wish) {
        if (wish.at)
          due_of_sources_[wish.source] = *wish.at;
        else
          due_of_sources_.erase(wish.source);
        publish();
      },
      [this](const forget_deadlines& passivated) {
        for (const auto& order : passivated.orders) forget(order);
        publish();
      },
      [this](const wake_consolidator& wished) {
        consolidation_at_ = wished.at;
        publish();
      },
      [this](const calendars_published& published) {
        calendars_ = published.calendars;
        // A day that has begun and that no tick has told of stays next.
        next_day_ = std::min(next_day_, next_day_after(context_.now()));
        publish();
      },
      [this](const report_ask& asked) {
        answer_report(*this, asked, due_.size());
      },
      [this](clock_tick) { tick(); },
  };
}

void deadlines_actor::tick() {
  const auto now = context_.now();
  if (now >= next_day_) {
    next_day_ = next_day_after(now);
    // Orders that wait have no timer for a new day; their queue looks around
    // for all of them.
    for (const auto& line : context_.backorder_queues) send(line, day_began{});
  }
  // They are few: there are at most 1,024 sources.
  for (auto each = due_of_sources_.begin(); each != due_of_sources_.end();) {
    if (each->second > now) {
      ++each;
      continue;
    }
    send(context_.network, source_deadline_passed{each->first});
    each = due_of_sources_.erase(each);
  }
  if (consolidation_at_ && *consolidation_at_ <= now) {
    consolidation_at_.reset();
    send(context_.consolidator, consolidation_due{});
  }
  std::vector<deadlines_passed> by_shard(context_.shards.size());
  while (!due_.empty() && due_.begin()->first <= now) {
    const auto wish = std::move(due_.begin()->second);
    due_.erase(due_.begin());
    // Two wishes of an order for the same time share its entry here; both are
    // due now, so the first may remove it.
    const auto [first, last] = due_of_.equal_range(wish.order);
    const auto found = std::find_if(
        first, last, [&](const auto& each) { return each.second == wish.at; });
    if (found != last) due_of_.erase(found);
    by_shard[context_.shard_number_of(wish.order)].passed.push_back(
        {wish.order, wish.kind, wish.at});
  }
  // One wake-up is enough for all holds of a location that are over.
  std::vector<caf::actor> woken;
  while (!holds_.empty() && holds_.begin()->first <= now) {
    auto source = std::move(holds_.begin()->second);
    holds_.erase(holds_.begin());
    if (std::find(woken.begin(), woken.end(), source) != woken.end()) continue;
    send(source, holds_expire{});
    woken.push_back(std::move(source));
  }
  for (std::size_t i = 0; i < by_shard.size(); ++i)
    if (!by_shard[i].passed.empty())
      send(context_.shards[i], std::move(by_shard[i]));
  publish();
  if (!ticks_itself_) return;
  // Both have a thread of their own in a real engine, which a delayed message
  // of theirs would keep alive after their end. A simulation ticks neither:
  // there checkpoints follow from the number of events or from a call.
  send(context_.checkpointer, clock_tick{});
  send(context_.journal, clock_tick{});
  delayed_send(this, std::chrono::milliseconds(tick_interval_ms), clock_tick{});
}

timestamp deadlines_actor::next_day_after(timestamp now) const {
  timestamp next{day_of(now) + std::chrono::days(1)};
  for (const auto& of : calendars_)
    next = std::min(next, of->next_day_after(now));
  return next;
}

void deadlines_actor::add(const schedule& wish) {
  // Most wishes are later than all before, since orders under one rule wait
  // equally long.
  if (due_.empty() || due_.rbegin()->first <= wish.at)
    due_.emplace_hint(due_.end(), wish.at, wish);
  else
    due_.emplace(wish.at, wish);
  const auto [first, last] = due_of_.equal_range(wish.order);
  if (std::none_of(first, last, [&wish](const auto& each) {
        return each.second == wish.at;
      }))
    due_of_.emplace(wish.order, wish.at);
}

// Of an order that is passivated. `due_of_` is there for this alone: without
// it, each order that leaves would cost a walk through all deadlines.
void deadlines_actor::forget(const order_key& order) {
  const auto [found, end] = due_of_.equal_range(order);
  for (auto known = found; known != end; ++known) {
    const auto [first, last] = due_.equal_range(known->second);
    for (auto each = first; each != last;)
      each = each->second.order == order ? due_.erase(each) : std::next(each);
  }
  due_of_.erase(found, end);
}

void deadlines_actor::publish() {
  // A new day is a deadline like the others: a simulation must stop at it.
  auto next =
      due_.empty() ? next_day_ : std::min(next_day_, due_.begin()->first);
  if (!holds_.empty()) next = std::min(next, holds_.begin()->first);
  for (const auto& [source, at] : due_of_sources_) next = std::min(next, at);
  if (consolidation_at_) next = std::min(next, *consolidation_at_);
  next_.micros.store(next.time_since_epoch().count(),
                     std::memory_order_release);
}

}  // namespace oms
