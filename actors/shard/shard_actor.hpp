#pragma once

/// The shard: the actor that owns some of the orders and runs them.
///
/// It alone knows where an order lives. It keeps the records of the orders in
/// memory, gives an order an actor while something is under way for it, puts
/// what is for the order into the actor's mailbox, and runs it in its own turn.
/// An order that is over and in the checkpoint is passivated: the next message
/// for it reads it from the store. Keys are spread over the shards by
/// `engine_context::shard_of`, and whoever has something for an order sends it
/// to the order's shard.
///
/// A shard gathers: the orders run after all messages that are in its mailbox
/// by then, and what they have to say leaves as one message per receiver.
///
/// When the store can't be read now, messages between entities are tried again
/// every `retry_interval_ms`, and a command is refused with the store's error.

#include <memory>
#include <unordered_map>
#include <vector>

#include <caf/all.hpp>

#include "actors/caf_types.hpp"
#include "actors/engine/context.hpp"
#include "actors/history/recovery.hpp"
#include "actors/order/order_actor.hpp"
#include "actors/shard/shard_unit.hpp"
#include "actors/shard/turn_messages.hpp"
#include "persistence/checkpoint_store.hpp"

namespace oms {

class shard_actor : public caf::event_based_actor {
 public:
  shard_actor(caf::actor_config& config, engine_context& context,
              std::size_t number, std::vector<history::recovered_order> orders);

  caf::behavior make_behavior() override;
  /// Drops the handles of the orders, which would keep them alive: they must
  /// end for the engine to stop.
  void on_exit() override;
  const char* name() const override { return "shard"; }

 private:
  static constexpr int retry_interval_ms = 100;
  /// Orders that run in one turn; the others run in the next. Enough that a
  /// message to each receiver costs little per order, few enough that the
  /// receivers begin while the next ones run.
  static constexpr std::size_t max_orders_per_turn = 1'000;

  /// Orders that one search of a consolidation looks at.
  static constexpr std::size_t max_orders_per_search = 1'000;

  /// Actors that wait for an order to take on; those beyond it end. Enough for
  /// the orders that wait for a plan under full load, since to spawn an actor
  /// and to end it costs more than to decide. An actor takes about 1 KB.
  static constexpr std::size_t max_spare_actors = 20 * max_orders_per_turn;

  void on_commands(order_commands& given);
  /// `known` is null if the order does not exist.
  void on_command(client_command& given, order::order_record* known);
  void refuse(client_command& given, error why);
  void on_read(read_order& asked);
  void on_named(const order_named& asked);
  void on_whatif(whatif_ask& asked);
  void on_consolidation_search(const consolidation_search& asked);
  void on_consolidate(consolidate_order& asked);
  order::order_record& add(history::recovered_order order);
  /// Reads the passivated ones among the orders of these commands, all at once;
  /// false when the store can't be read.
  bool wake_all(const std::vector<client_command>& commands);
  /// The order, read from the store if it was passivated; none when there is no
  /// such order.
  result<order::order_record*> wake(const order_key& order);
  template <class Message>
  void hand_on(order::order_record& order, Message message);
  /// Wakes the order for it; drops what is for an order that never was.
  template <class Message>
  void wake_for(Message& message);
  /// An answer to an order, which is in memory while it waits for one.
  template <class Message>
  void answer(Message& message);
  void go_on_with_orders();
  [[nodiscard]] caf::actor actor_for_order();
  /// Takes its actor from an order for which nothing is under way.
  void rest_if_idle(order::order_actor& actor);
  /// After what is in the mailbox by now.
  void run_orders_soon();
  void on_run_orders();
  void on_passivate_orders(const passivate_orders& over);

  engine_context& context_;
  std::size_t number_;
  persistence::checkpoint_reader checkpoints_;
  turn_messages turn_;
  shard_unit unit_;
  bool will_run_ = false;
  /// Where a record is does not change while the order is in memory.
  std::unordered_map<order_key, order::order_record> orders_;
  std::vector<caf::actor> spare_actors_;
  /// After a restart: orders that have yet to go on.
  std::vector<order_key> to_go_on_;
};

/// The order that a command is about; none when it is about something else.
[[nodiscard]] const order_key* order_of(const command_body& body);

}  // namespace oms
