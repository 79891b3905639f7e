#pragma once

/// The actor that writes checkpoints and puts orders to sleep.
///
/// Purpose: follows what the journal commits, and writes in the background
/// what a restart needs in place of the log. Sources are asked for a snapshot
/// when as many events of theirs have gathered as they have parts, so the
/// price of snapshots per event does not grow with the stock. Orders that are
/// over, in the checkpoint, and quiet for `sleep_after` may then be dropped
/// from memory. It also answers what callers ask by ids of their own, from the
/// checkpoint and from what came since. Owner: the engine. Threads: its own, in
/// a real engine, so that a slow disk holds up nobody; the deadlines actor
/// ticks it, for a delayed message of its own would keep its thread alive after
/// its end. Errors: while the tables refuse to be written everything is kept,
/// and tried again with the next commit or tick.

#include <chrono>
#include <deque>
#include <map>
#include <vector>

#include <caf/all.hpp>

#include "actors/caf_types.hpp"
#include "actors/checkpoint/delta.hpp"
#include "actors/context.hpp"
#include "actors/engine.hpp"
#include "actors/recovery.hpp"
#include "persistence/checkpoint_store.hpp"

namespace oms {

class checkpointer_actor : public caf::event_based_actor {
 public:
  checkpointer_actor(caf::actor_config& config, const engine_context& context,
                     checkpoint_rhythm rhythm, checkpoint_delta changes,
                     std::map<source_ref, std::size_t> events_of_sources);

  caf::behavior make_behavior() override;
  const char* name() const override { return "checkpointer"; }

 private:
  using clock = std::chrono::steady_clock;

  struct known_source {
    std::size_t events_since_snapshot = 0;
    /// Of the newest snapshot: what it takes to write one.
    std::size_t parts = 0;
    bool asked = false;
  };
  struct sleeper {
    timestamp since;
    order_key order;
    std::uint64_t version = 0;
  };

  void receive(const committed& written);
  void receive(source_snapshot_taken& taken);
  void ask_for_snapshots();
  [[nodiscard]] bool is_due() const;
  void tick();
  status write();
  [[nodiscard]] result<persistence::checkpoint> gather();
  void let_sleep();

  const engine_context& context_;
  persistence::checkpoint_store store_;
  checkpoint_rhythm rhythm_;
  checkpoint_delta delta_;
  std::map<source_ref, known_source> sources_;
  std::vector<persistence::encoded_snapshot> snapshots_;
  clock::time_point written_at_ = clock::now();
  /// Orders that are over, by the time of their last event or nearly so.
  std::deque<sleeper> quiet_;
};

}  // namespace oms
