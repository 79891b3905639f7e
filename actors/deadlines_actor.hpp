#pragma once

/// The deadlines: every timer of the engine.
///
/// Purpose: one actor, driven by the injected clock, so that no order holds a
/// timer of its own. Owner: the engine. Threads: an actor's; `next_due` may be
/// read by anybody. Real engines tick every `tick_interval_ms`.

#include <atomic>
#include <map>
#include <unordered_map>
#include <vector>

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
  const char* name() const override { return "deadlines"; }

 private:
  void tick();
  void add(const schedule& wish);
  void forget(const order_key& order);
  void publish();

  const engine_context& context_;
  next_deadline& next_;
  bool ticks_itself_;
  utc_day today_;
  std::multimap<timestamp, schedule> due_;
  /// When something is due for an order, each time once.
  std::unordered_map<order_key, std::vector<timestamp>> due_of_;
};

}  // namespace oms
