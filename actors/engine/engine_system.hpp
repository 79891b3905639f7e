#pragma once

/// What `engine` hides: its actors, and how they are started and stopped.
///
/// engine_system.cpp wires the actors, engine.cpp takes commands,
/// engine_queries.cpp answers questions. Its functions may be called from the
/// threads that engine.hpp allows.

#include <atomic>
#include <future>
#include <memory>
#include <random>
#include <utility>
#include <vector>

#include <caf/all.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include "actors/caf_types.hpp"
#include "actors/deadlines_actor.hpp"
#include "actors/engine.hpp"
#include "actors/engine/clock.hpp"
#include "actors/engine/collection.hpp"
#include "actors/engine/context.hpp"
#include "actors/history/recovery.hpp"
#include "actors/reservation_keeper.hpp"
#include "persistence/log_store.hpp"

namespace oms {

struct engine::implementation {
  /// The events of so many checkpoints may wait for one. Small checkpoints
  /// count as larger ones, since they are written soon.
  static constexpr std::uint64_t max_checkpoints_behind = 8;
  static constexpr std::uint64_t least_checkpoint_events = 100'000;
  /// Or `max_commands_in_flight`, if that is more: then no new order is taken.
  static constexpr std::uint64_t least_max_planning = 100'000;

  implementation(persistence::log_store& log, engine_options given);

  [[nodiscard]] bool is_simulated() const { return options.seed.has_value(); }

  caf::scheduler::test_coordinator& turns() {
    return static_cast<caf::scheduler::test_coordinator&>(system->scheduler());
  }

  /// Counts so many commands as in flight; or says why there is no room.
  /// `places`: there are new orders among them.
  [[nodiscard]] const char* take_in(std::size_t count, bool places);
  [[nodiscard]] std::uint64_t events_without_checkpoint() const {
    // In this order: the events that have been written are never fewer.
    const std::uint64_t in_checkpoint = context.events_in_checkpoint;
    return context.events_written - in_checkpoint;
  }

  void start(history::recovered_state state);
  /// Sends what was under way again.
  void deliver(history::undelivered sent);
  void stop();

  bool run(std::size_t max_turns);
  void settle();
  status checkpoint();

  /// Asks and waits; runs, when simulated. Blocks the calling thread, so it
  /// must not be called on a thread of the engine.
  template <class Value, class Ask>
  Value wait_for(Ask ask) {
    auto promise = std::make_shared<std::promise<Value>>();
    auto future = promise->get_future();
    ask([promise](Value value) { promise->set_value(std::move(value)); });
    if (is_simulated()) settle();
    return future.get();
  }

  /// The same for several questions, which are all asked before it waits:
  /// `ask(i, tell)` asks the i-th.
  template <class Value, class Ask>
  std::vector<Value> wait_for_all(std::size_t count, Ask ask) {
    if (count == 0) return {};
    struct gathering {
      explicit gathering(std::size_t size) : values(size), open(size) {}
      std::vector<Value> values;
      std::atomic<std::size_t> open;
    };
    return wait_for<std::vector<Value>>([&](auto all_told) {
      auto gathered = std::make_shared<gathering>(count);
      for (std::size_t i = 0; i < count; ++i)
        ask(i, [gathered, all_told, i](Value value) {
          gathered->values[i] = std::move(value);
          if (gathered->open.fetch_sub(1, std::memory_order_acq_rel) == 1)
            all_told(std::move(gathered->values));
        });
    });
  }

  /// Tells `shown` what a reader has seen when it is on disk, else why it can't
  /// be written.
  template <class Value, class Shown>
  static after_commit when_written(Shown shown, Value seen) {
    return [shown, kept = std::make_shared<Value>(std::move(seen))](
               const result<sequence>& head) {
      shown(head ? result<Value>(std::move(*kept))
                 : result<Value>(head.failure()));
    };
  }

  /// Tells `shown` what `see` makes of the state of a source; it gets none when
  /// there is no such source.
  template <class See, class Shown>
  void ask_source(const source_ref& source, See see, Shown shown) {
    tell(context.network,
         read_source{source, [see, shown](const source_state* state) {
                       using seen = decltype(see(state));
                       return when_written<seen>(shown, see(state));
                     }});
  }
  template <class Value, class See>
  result<Value> look_at(const source_ref& source, See see) {
    return wait_for<result<Value>>(
        [&](auto shown) { ask_source(source, see, shown); });
  }

  /// What `see` makes of the backorder queue of a SKU; it gets none when there
  /// is no such queue.
  template <class See, class Shown>
  void ask_queue(const sku_id& sku, See see, Shown shown) {
    tell(context.backorder_queue_of(sku),
         read_waiting{sku,
                      [see, shown](const backorder::backorder_queue* queue) {
                        using seen = decltype(see(queue));
                        return when_written<seen>(shown, see(queue));
                      }});
  }

  /// What `see` makes of all settings that are on disk.
  template <class Value, class See>
  Value look_at_network(See see) {
    return wait_for<Value>([&](auto shown) {
      tell(context.network, read_network{[see, shown](const auto& network) {
             shown(see(network));
           }});
    });
  }

  /// What `see` makes of the newest checkpoint and of what came since.
  template <class Value, class See>
  Value ask_indexes(See see) {
    return wait_for<Value>([&](auto shown) {
      tell(
          context.checkpointer,
          read_indexes{[see, shown](const auto& news, const auto& checkpoints) {
            shown(see(news, checkpoints));
          }});
    });
  }
  /// The lines of an order that wait, with where they are in their queues.
  std::vector<queue_view> places_in_queues(const order_key& order,
                                           const order_body& body,
                                           std::vector<queue_view> waiting);
  /// For a command that names an event by its sequence: fills in what the
  /// command must know of it. What is wrong with the command otherwise.
  status find_named_event(command_body& body) const;
  result<std::vector<done_command>> commands_done(const std::string& prefix,
                                                  std::size_t limit);

  /// Every entity: each actor is asked, and passivated orders are read from the
  /// store. Only for checks of an engine at rest.
  std::shared_ptr<collection> gather_everything();
  /// Has a checkpoint written if the indexes lack something that the log had a
  /// second ago; `shown` is where they end.
  void freshen_indexes(sequence shown);
  result<std::vector<event>> walk_back(sequence head) const;

  template <class Message>
  void tell(const caf::actor& to, Message message) {
    caf::anon_send(to, std::move(message));
  }

  engine_options options;
  persistence::log_store& store;
  simulated_clock simulated;
  system_clock real;
  engine_context context;
  next_deadline deadline;
  caf::actor_system_config config;
  std::unique_ptr<caf::actor_system> system;
  std::mt19937_64 random;
  std::atomic<std::size_t> in_flight{0};
  std::atomic<std::uint64_t> commands{0};
  std::atomic<std::uint64_t> refused{0};
  /// Of a simulated engine.
  std::uint64_t turns_taken = 0;

 private:
  void spawn_writers(history::recovered_state& state);
  void spawn_registries(const checkpoint::checkpoint_delta& changes);
  void spawn_backorder_queues(history::recovered_state& state);
  void spawn_network(history::recovered_state& state);
  void spawn_shards(history::recovered_state& state);
  void spawn_reservation_keepers(
      const std::map<reservation_id, reservation_made>& made,
      const std::vector<hold_leftover>& leftovers);
};

}  // namespace oms
