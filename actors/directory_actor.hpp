#pragma once

/// The directory: finds the actor of an order.
///
/// Purpose: one shard of the way from an order's key to its actor; spawns new
/// orders and hands messages on. It alone knows where an order lives. Owner:
/// the engine. Threads: an actor's.

#include <unordered_map>
#include <vector>

#include <caf/all.hpp>

#include "actors/caf_types.hpp"
#include "actors/context.hpp"
#include "actors/recovery.hpp"

namespace oms {

class directory_actor : public caf::event_based_actor {
 public:
  directory_actor(caf::actor_config& config, const engine_context& context,
                  std::vector<recovered_order> orders);

  caf::behavior make_behavior() override;
  /// Lets go of everybody it knows, so that they can end too.
  void on_exit() override;
  const char* name() const override { return "directory"; }

 private:
  void receive(order_commands& given);
  void receive(client_command& given);
  caf::actor& spawn_order(recovered_order order);
  /// Hands a message on; drops what is for an order that never was.
  template <class Message>
  void hand_on(const order_key& order, Message& message);

  const engine_context& context_;
  std::unordered_map<order_key, caf::actor> orders_;
};

/// The order that a command is about; none when it is about something else.
[[nodiscard]] const order_key* order_of(const command_body& body);

}  // namespace oms
