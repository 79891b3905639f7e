#pragma once

/// The actor that decides when checkpoints are written, passivates orders,
/// and answers what callers ask by ids of their own.
///
/// It follows what the journal commits and has written in the background what a
/// restart needs in place of the log. Sources are asked for a snapshot when as
/// many events of theirs have gathered as they have parts, so the price of
/// snapshots per event does not grow with the stock. Orders that are over, in
/// the checkpoint, and quiet for `sleep_after` may then be dropped from memory.
/// Lookups use the checkpoint and what came since; while a checkpoint is
/// written, the one before.
///
/// In a real engine it has a thread of its own, and the checkpoint writer
/// another, so that a slow disk delays no lookup. The deadlines actor ticks it,
/// because a delayed message of its own would keep its thread alive after its
/// end.
///
/// While a checkpoint can't be written, for whatever reason, everything is kept
/// and tried again with a later commit or tick. The journal raises
/// `storage.refused` with the reason, once per reason until a checkpoint
/// succeeds; `engine_stats` counts the failures.

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include <caf/all.hpp>

#include "actors/caf_types.hpp"
#include "actors/checkpoint/checkpoint_delta.hpp"
#include "actors/engine.hpp"
#include "actors/engine/context.hpp"
#include "actors/history/recovery.hpp"
#include "persistence/checkpoint_store.hpp"

namespace oms::checkpoint {

class checkpointer_actor : public caf::event_based_actor {
 public:
  checkpointer_actor(
      caf::actor_config& config, engine_context& context,
      checkpoint_policy policy, checkpoint_delta changes,
      const std::map<source_ref, std::size_t>& events_of_sources);

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
  using snapshot_list = std::vector<persistence::encoded_snapshot>;
  using told_outcome = std::function<void(const status&)>;

  /// A checkpoint that is being written.
  struct writing {
    clock::time_point begun;
    /// What is in it. The delta of the checkpointer has what came since.
    std::shared_ptr<const checkpoint_delta> changes;
    std::shared_ptr<const snapshot_list> snapshots;
    std::vector<told_outcome> waiting;
  };

  void on_committed(const committed& written);
  void on_source_snapshot(source_snapshot_taken& taken);
  void ask_for_snapshots();
  [[nodiscard]] bool is_due() const;
  void tick();
  void on_checkpoint_since(const checkpoint_since& wish);
  /// Writes what is on disk by now; `then` hears how that went. While another
  /// checkpoint is being written it waits for that one to end.
  void write(told_outcome then = {});
  void on_checkpoint_written(checkpoint_written& written);
  void tell_registries(const checkpoint_delta& written);
  /// What could not be written counts as come since the checkpoint before.
  void take_back(const writing& failed);
  /// So that memory is bounded while nothing can be written.
  void keep_newest_snapshots();
  /// Counts it, and has the journal say what could not be written.
  void note(const status& written);
  void passivate_quiet();

  engine_context& context_;
  persistence::checkpoint_store store_;
  checkpoint_policy policy_;
  checkpoint_delta delta_;
  std::map<source_ref, known_source> sources_;
  snapshot_list snapshots_;
  clock::time_point begun_at_ = clock::now();
  /// Why the last checkpoint could not be written, as was reported.
  std::string reported_;
  std::optional<writing> writing_;
  /// Those who want one that is begun after this one has ended.
  std::vector<told_outcome> next_;
  std::deque<quiet_order> quiet_;
};

}  // namespace oms::checkpoint
