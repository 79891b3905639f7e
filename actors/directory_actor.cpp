#include "actors/directory_actor.hpp"

#include "actors/collection.hpp"
#include "actors/faults.hpp"
#include "actors/order/order_actor.hpp"

namespace oms {

const order_key* order_of(const command_body& body) {
  return std::visit(
      [](const auto& command) -> const order_key* {
        if constexpr (requires { command.order; })
          return &command.order;
        else
          return nullptr;
      },
      body);
}

directory_actor::directory_actor(caf::actor_config& config,
                                 const engine_context& context,
                                 std::vector<recovered_order> orders)
    : caf::event_based_actor(config), context_(context) {
  orders_.reserve(orders.size());
  for (auto& each : orders) spawn_order(std::move(each));
}

void directory_actor::on_exit() { orders_.clear(); }

caf::behavior directory_actor::make_behavior() {
  return {
      [this](order_commands& given) { receive(given); },
      [this](order_delivery& message) { hand_on(message.order, message); },
      [this](plan_again& message) { hand_on(message.order, message); },
      [this](deadline_passed& message) { hand_on(message.order, message); },
      [this](read_order& asked) {
        if (orders_.contains(asked.order)) {
          hand_on(asked.order, asked);
          return;
        }
        journal_batch batch;
        batch.then = [reader = asked.reader] { reader(nullptr, 0); };
        send(context_.journal, std::move(batch));
      },
      [this](const collect& asked) {
        for (auto& [key, order] : orders_) send(order, asked);
      },
      [this](const go_on& wake) {
        for (auto& [key, order] : orders_) send(order, wake);
      },
  };
}

void directory_actor::receive(order_commands& given) {
  for (auto& each : given.commands) receive(each);
}

void directory_actor::receive(client_command& given) {
  if (auto faults = faults_of(given.asked.body); !faults.empty()) {
    answer_after_commit(*this, context_, std::move(given.reply),
                        invalid(std::move(faults)));
    return;
  }
  const auto& key = *order_of(given.asked.body);
  const auto found = orders_.find(key);
  if (found != orders_.end()) {
    send(found->second, std::move(given));
    return;
  }
  const auto* place = std::get_if<place_order>(&given.asked.body);
  if (place == nullptr) {
    answer_after_commit(
        *this, context_, std::move(given.reply),
        error{error_code::not_found, "there is no order " + key.id.value, {}});
    return;
  }
  // Checked here as well: a refused order leaves no actor behind.
  if (auto faults = faults_of(*place); !faults.empty()) {
    answer_after_commit(*this, context_, std::move(given.reply),
                        invalid(std::move(faults)));
    return;
  }
  recovered_order fresh;
  fresh.state.key = key;
  send(spawn_order(std::move(fresh)), std::move(given));
}

caf::actor& directory_actor::spawn_order(recovered_order order) {
  auto& slot = orders_[order.state.key];
  slot = spawn<order_actor, caf::lazy_init>(std::ref(context_),
                                            std::move(order.state), order.head,
                                            order.stuck_after);
  return slot;
}

template <class Message>
void directory_actor::hand_on(const order_key& order, Message& message) {
  const auto found = orders_.find(order);
  if (found != orders_.end()) send(found->second, std::move(message));
}

}  // namespace oms
