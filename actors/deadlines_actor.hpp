#pragma once

/// The deadlines: every timer of the engine in one actor, driven by the
/// injected clock.
///
/// An order needs no timer of its own, which in CAF could not be cancelled and
/// would keep the order alive. A real engine ticks every `tick_interval_ms`; a
/// simulated one moves the clock and sends the tick. `next_deadline` may be
/// read by any thread.

#include <atomic>
#include <map>
#include <optional>
#include <unordered_map>

#include <caf/all.hpp>

#include "actors/caf_types.hpp"
#include "actors/engine/context.hpp"

namespace oms {

/// The earliest deadline, for a simulation that must stop at it.
struct next_deadline {
  static constexpr std::int64_t none = INT64_MAX;
  std::atomic<std::int64_t> micros{none};
};

class deadlines_actor : public caf::event_based_actor {
 public:
  static constexpr int tick_interval_ms = 200;

  deadlines_actor(caf::actor_config& config, const engine_context& context,
                  next_deadline& next, bool ticks_itself);

  caf::behavior make_behavior() override;
  /// Drops its handles of locations, which end when the last is gone.
  void on_exit() override { holds_.clear(); }
  const char* name() const override { return "deadlines"; }

 private:
  void tick();
  [[nodiscard]] timestamp next_day_after(timestamp now) const;
  void add(const schedule& wish);
  void forget(const order_key& order);
  void publish();

  const engine_context& context_;
  next_deadline& next_;
  bool ticks_itself_;
  std::vector<std::shared_ptr<const calendar::work_calendar>> calendars_;
  /// When the next day begins in UTC or at a place.
  timestamp next_day_;
  std::multimap<timestamp, schedule> due_;
  /// Locations to be woken when a hold expires.
  std::multimap<timestamp, caf::actor> holds_;
  /// When the consolidator wants to be woken.
  std::optional<timestamp> consolidation_at_;
  /// When something is due for an order, each time once.
  std::unordered_multimap<order_key, timestamp> due_of_;
  /// One of each source that has any.
  std::map<source_ref, timestamp> due_of_sources_;
};

}  // namespace oms
