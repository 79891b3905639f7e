#include "actors/shard/turn_messages.hpp"

namespace oms {

namespace {

// Empties `gathered` into a message of its own.
template <class Message, class Element>
void send_all(caf::event_based_actor& shard, const caf::actor& to,
              std::vector<Element>& gathered) {
  if (gathered.empty()) return;
  shard.send(to, Message{std::exchange(gathered, {})});
}

}  // namespace

void turn_messages::send(caf::event_based_actor& shard,
                         const engine_context& context, std::size_t number) {
  // First, since all others may answer with events of their own, which must
  // come after the events that caused them.
  send_all<journal_batches>(shard, context.journal, to_journal);
  // Instructions ahead of requests: a source promises nothing to an order that
  // has not acknowledged a revocation.
  const auto& router = context.routers[number];
  send_all<oms::instructions>(shard, router, instructions);
  send_all<plan_asks>(shard, router, asks);
  for (std::size_t i = 0; i < to_queues.size(); ++i)
    send_all<queue_messages>(shard, context.backorder_queues[i], to_queues[i]);
  for (auto& [registry, said] : std::exchange(to_registries, {}))
    std::visit([&, to = context.registries[registry]](
                   auto& message) { shard.send(to, std::move(message)); },
               said);
  for (auto& asked : std::exchange(questions, {}))
    shard.send(context.shard_of(asked.named), std::move(asked));
  for (auto& message : std::exchange(to_orders, {}))
    shard.send(context.shard_of(message.order), std::move(message));
  send_all<oms::schedules>(shard, context.deadlines, schedules);
}

}  // namespace oms
