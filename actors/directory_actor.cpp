#include "actors/directory_actor.hpp"

#include "actors/engine/collection.hpp"
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
                                 engine_context& context,
                                 std::vector<history::recovered_order> orders)
    : caf::event_based_actor(config),
      context_(context),
      checkpoints_(context.store->tables()) {
  orders_.reserve(orders.size());
  // Only open orders: the others are in the index until they are needed.
  for (auto& each : orders) spawn_order(std::move(each));
}

void directory_actor::on_exit() { orders_.clear(); }

caf::behavior directory_actor::make_behavior() {
  return {
      [this](order_commands& given) { on_commands(given); },
      [this](order_delivery& message) { hand_on(message.order, message); },
      [this](plan_again& message) { hand_on(message.order, message); },
      [this](deadline_passed& message) { hand_on(message.order, message); },
      [this](read_order& asked) {
        // Not by `hand_on`: a reader must get an answer, also when there is no
        // order, and must not wait for a disk that can't be read.
        const auto known = wake(asked.order);
        if (known && *known != nullptr) {
          hand_on(asked.order, asked);
          return;
        }
        // An order that can't be read is not one that doesn't exist.
        asked.reader(nullptr)(known ? result<sequence>{sequence{0}}
                                    : result<sequence>{known.failure()});
      },
      [this](const passivate_orders& over) { on_passivate_orders(over); },
      [this](const passivation_ready& ready) { on_passivation_ready(ready); },
      [this](const collect& asked) {
        for (auto& [key, order] : orders_) send(order.handle, asked);
      },
      [this](const report_ask& asked) {
        answer_report(*this, asked, orders_.size());
      },
      [this](const go_on& go) {
        for (auto& [key, order] : orders_) send(order.handle, go);
      },
  };
}

void directory_actor::on_commands(order_commands& given) {
  for (auto& each : given.commands) on_command(each);
}

void directory_actor::on_command(client_command& given) {
  // The only check of an order's lines, of which there may be thousands: no
  // decider repeats it. It comes before there is an actor, so a refused order
  // leaves none behind.
  if (auto faults = faults_of(given.asked.body); !faults.empty()) {
    answer_after_commit(*this, context_, std::move(given.reply),
                        invalid(std::move(faults)));
    return;
  }
  const auto& key = *order_of(given.asked.body);
  const auto known = wake(key);
  if (!known) {
    answer_after_commit(*this, context_, std::move(given.reply),
                        known.failure());
    return;
  }
  if (*known != nullptr) {
    (*known)->touched = true;
    send((*known)->handle, std::move(given));
    return;
  }
  if (!std::holds_alternative<place_order>(given.asked.body)) {
    answer_after_commit(
        *this, context_, std::move(given.reply),
        error{error_code::not_found, "there is no order " + key.id.value, {}});
    return;
  }
  history::recovered_order fresh;
  fresh.state.key = key;
  send(spawn_order(std::move(fresh)).handle, std::move(given));
}

directory_actor::known_order& directory_actor::spawn_order(
    history::recovered_order order) {
  // With `lazy_init` the actor is first scheduled when it gets a message. A
  // restart may spawn very many at once.
  auto& slot = orders_[order.state.key];
  ++context_.orders_awake;
  slot.handle = spawn<order::order_actor, caf::lazy_init>(
      std::ref(context_), std::move(order.state), order.head,
      order.stuck_after);
  return slot;
}

template <class Message>
void directory_actor::hand_on(const order_key& order, Message& message) {
  const auto known = wake(order);
  if (!known) {
    // Not dropped: its cause is in the log, and it would be sent again only by
    // a restart.
    delayed_send(this, std::chrono::milliseconds(retry_interval_ms), message);
    return;
  }
  if (*known == nullptr) return;
  (*known)->touched = true;
  send((*known)->handle, std::move(message));
}

// An order leaves memory only when the index has it, so an order that is
// neither here nor there does not exist.
result<directory_actor::known_order*> directory_actor::wake(
    const order_key& order) {
  const auto found = orders_.find(order);
  if (found != orders_.end()) return &found->second;
  const auto row = checkpoints_.order(order);
  if (!row) return row.failure();
  if (!*row) return static_cast<known_order*>(nullptr);
  auto woken = history::wake(*context_.store, **row);
  if (!woken) return woken.failure();
  return &spawn_order(std::move(*woken));
}

void directory_actor::on_passivate_orders(const passivate_orders& over) {
  for (const auto& [key, version] : over.orders) {
    const auto found = orders_.find(key);
    if (found == orders_.end()) continue;
    // Messages that come from here on set it again. The version names what the
    // checkpoint has: an order that has gone on since refuses.
    found->second.touched = false;
    send(found->second.handle, passivation_request{version});
  }
}

void directory_actor::on_passivation_ready(const passivation_ready& ready) {
  const auto found = orders_.find(ready.order);
  // If something was handed on since the question, the order stays: it may act
  // on that after its answer. Routers, sources and queues answer an order
  // without this directory, but only while it has something under way, and then
  // it is not ready.
  if (found == orders_.end() || found->second.touched) return;
  orders_.erase(found);
  --context_.orders_awake;
  // Or the deadline would wake it for nothing.
  send(context_.deadlines, forget_deadlines{{ready.order}});
}

}  // namespace oms
