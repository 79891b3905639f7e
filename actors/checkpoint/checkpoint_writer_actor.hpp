#pragma once

/// The actor that writes a checkpoint to disk for the checkpointer.
///
/// A checkpoint of many events takes a second or more. Written on a thread of
/// its own (in a real engine), it does not keep the checkpointer from answering
/// meanwhile. It writes one at a time, as the checkpointer asks; what the
/// tables or the log refuse goes back to the checkpointer, which keeps
/// everything and tries again.

#include <caf/all.hpp>

#include "actors/caf_types.hpp"
#include "actors/checkpoint/checkpoint_delta.hpp"
#include "actors/engine/context.hpp"
#include "persistence/checkpoint_store.hpp"

namespace oms::checkpoint {

class checkpoint_writer_actor : public caf::event_based_actor {
 public:
  checkpoint_writer_actor(caf::actor_config& config,
                          const engine_context& context);

  caf::behavior make_behavior() override;
  const char* name() const override { return "checkpoint writer"; }

 private:
  [[nodiscard]] checkpoint_written write(const checkpoint_write& asked);
  /// Runs that have become many, in the background.
  void merge();
  [[nodiscard]] result<persistence::checkpoint> gather(
      const checkpoint_delta& changes) const;
  /// The rows of the orders that changed.
  [[nodiscard]] status add_orders(const checkpoint_delta& changes,
                                  persistence::checkpoint& made) const;

  const engine_context& context_;
  persistence::checkpoint_store store_;
};

}  // namespace oms::checkpoint
