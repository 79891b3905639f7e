#pragma once

/// The directory: one shard of the way from an order's key to its actor.
///
/// It alone knows where an order lives: it spawns new orders, wakes those that
/// are passivated, and hands messages on. An order that is over and in the
/// checkpoint has no actor until the next message for it. Keys are spread over
/// the shards by `engine_context::shard_of`.
///
/// When the store can't be read now, messages between entities are tried again
/// every `retry_interval_ms`, and a command is refused with the store's error.

#include <unordered_map>
#include <vector>

#include <caf/all.hpp>

#include "actors/caf_types.hpp"
#include "actors/engine/context.hpp"
#include "actors/history/recovery.hpp"
#include "persistence/checkpoint_store.hpp"

namespace oms {

class directory_actor : public caf::event_based_actor {
 public:
  directory_actor(caf::actor_config& config, engine_context& context,
                  std::vector<history::recovered_order> orders);

  caf::behavior make_behavior() override;
  /// Drops the handles of the orders, which would keep them alive: they must
  /// end for the engine to stop.
  void on_exit() override;
  const char* name() const override { return "directory"; }

 private:
  static constexpr int retry_interval_ms = 100;

  struct known_order {
    caf::actor handle;
    /// Something was handed on since it was asked whether it may go.
    bool touched = false;
  };

  void on_commands(order_commands& given);
  void on_command(client_command& given);
  known_order& spawn_order(history::recovered_order order);
  /// The actor of the order, woken if it was passivated; none when there is no
  /// such order.
  result<known_order*> wake(const order_key& order);
  /// Hands a message on; drops what is for an order that never was.
  template <class Message>
  void hand_on(const order_key& order, Message& message);
  void on_passivate_orders(const passivate_orders& over);
  void on_passivation_ready(const passivation_ready& ready);

  engine_context& context_;
  persistence::checkpoint_reader checkpoints_;
  std::unordered_map<order_key, known_order> orders_;
};

/// The order that a command is about; none when it is about something else.
[[nodiscard]] const order_key* order_of(const command_body& body);

}  // namespace oms
