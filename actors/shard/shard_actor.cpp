#include "actors/shard/shard_actor.hpp"

#include "actors/engine/collection.hpp"
#include "actors/faults.hpp"
#include "actors/order/consolidation.hpp"
#include "actors/order/personal_data.hpp"

namespace oms {

const order_key* order_of(const command_body& body) {
  return std::visit(
      [](const auto& command) -> const order_key* {
        if constexpr (requires { command.source_is; })
          // Of a location or supplier, unless it names an order.
          return command.order.id.empty() ? nullptr : &command.order;
        else if constexpr (requires { command.order; })
          return &command.order;
        else
          return nullptr;
      },
      body);
}

namespace {

// The shard runs these actors itself, so between two messages it may look into
// them.
order::order_actor& actor_in(const caf::actor& handle) {
  return *static_cast<order::order_actor*>(
      caf::actor_cast<caf::abstract_actor*>(handle));
}

}  // namespace

shard_actor::shard_actor(caf::actor_config& config, engine_context& context,
                         std::size_t number,
                         std::vector<history::recovered_order> orders)
    : caf::event_based_actor(config),
      context_(context),
      number_(number),
      checkpoints_(context.store->tables()),
      turn_(context),
      unit_(system(), context.pick_order) {
  orders_.reserve(orders.size());
  // Only open orders: the others are in the index until they are needed.
  for (auto& each : orders) add(std::move(each));
}

void shard_actor::on_exit() {
  unit_.drop();
  orders_.clear();
  spare_actors_.clear();
}

caf::behavior shard_actor::make_behavior() {
  return {
      [this](order_commands& given) { on_commands(given); },
      [this](plans_made& made) {
        for (auto& each : made.plans) answer(each);
      },
      [this](reserve_outcomes& told) {
        for (auto& each : told.outcomes) answer(each);
      },
      [this](run_orders) { on_run_orders(); },
      [this](order_deliveries& all) {
        for (auto& each : all.deliveries) wake_for(each);
      },
      [this](order_delivery& message) { wake_for(message); },
      [this](queue_answers& told) {
        for (auto& each : told.answers) answer(each);
      },
      [this](backorder_delays& told) {
        for (auto& each : told.delays) wake_for(each);
      },
      [this](backorder_delay& message) { wake_for(message); },
      [this](shipment_claimed& claimed) { answer(claimed); },
      [this](personal_data_read& read) { answer(read); },
      [this](plan_again& message) { wake_for(message); },
      [this](deadlines_passed& all) {
        for (auto& each : all.passed) wake_for(each);
      },
      [this](deadline_passed& message) { wake_for(message); },
      [this](read_order& asked) { on_read(asked); },
      [this](const order_named& asked) { on_named(asked); },
      [this](order_known& answered) { answer(answered); },
      [this](whatif_ask& asked) { on_whatif(asked); },
      [this](const consolidation_search& asked) {
        on_consolidation_search(asked);
      },
      [this](consolidate_order& asked) { on_consolidate(asked); },
      [this](const passivate_orders& over) { on_passivate_orders(over); },
      [this](const collect& asked) {
        for (const auto& [key, order] : orders_) asked.into->add(order.state);
      },
      [this](const report_ask& asked) {
        answer_report(*this, asked, orders_.size());
      },
      [this](go_on) {
        for (const auto& [key, order] : orders_) to_go_on_.push_back(key);
        run_orders_soon();
      },
  };
}

void shard_actor::on_commands(order_commands& given) {
  const bool are_awake = wake_all(given.commands);
  for (auto& each : given.commands) {
    // The only check of an order's lines, of which there may be thousands: no
    // decider repeats it. It comes before there is an actor, so a refused order
    // leaves none behind.
    if (auto faults = faults_of(each.asked.body); !faults.empty()) {
      refuse(each, invalid(std::move(faults)));
      continue;
    }
    // After the check, which names the fields as the caller knows them, and
    // before anything is compared or recorded.
    if (auto* placed = std::get_if<place_order>(&each.asked.body))
      order::keep_apart(*placed);
    if (const auto& key = *order_of(each.asked.body); are_awake) {
      const auto known = orders_.find(key);
      on_command(each, known == orders_.end() ? nullptr : &known->second);
    } else if (const auto known = wake(key)) {
      on_command(each, *known);
    } else {
      refuse(each, known.failure());
    }
  }
}

void shard_actor::refuse(client_command& given, error why) {
  answer_after_commit(turn_.to_journal, std::move(given.reply), std::move(why));
  run_orders_soon();
}

void shard_actor::on_command(client_command& given,
                             order::order_record* known) {
  if (known != nullptr) return hand_on(*known, std::move(given));
  const auto& key = *order_of(given.asked.body);
  if (!std::holds_alternative<place_order>(given.asked.body))
    return refuse(
        given,
        {error_code::not_found, "there is no order " + key.id.value, {}});
  history::recovered_order fresh;
  fresh.state.key = key;
  hand_on(add(std::move(fresh)), std::move(given));
}

void shard_actor::on_read(read_order& asked) {
  // Not by `wake_for`: a reader must get an answer, also when there is no
  // order, and must not wait for a disk that can't be read.
  const auto known = wake(asked.order);
  if (known && *known != nullptr) {
    hand_on(**known, std::move(asked));
    return;
  }
  // An order that can't be read is not one that doesn't exist.
  asked.reader(nullptr)(known ? result<sequence>{sequence{0}}
                              : result<sequence>{known.failure()});
}

// What it finds is in the journal by now, ahead of all that follows from the
// answer. An order that is passivated is not read: that there is a row is
// enough.
void shard_actor::on_named(const order_named& asked) {
  order_known answer{.order = asked.asks, .named = asked.named.id};
  if (const auto found = orders_.find(asked.named); found != orders_.end()) {
    answer.exists = found->second.state.exists();
  } else if (const auto row = checkpoints_.order(asked.named)) {
    answer.exists = row->has_value();
  } else {
    answer.failure = row.failure();
  }
  send(context_.shard_of(asked.asks), std::move(answer));
}

void shard_actor::on_whatif(whatif_ask& asked) {
  const auto known = wake(asked.order);
  if (known && *known != nullptr && (*known)->state.exists())
    return hand_on(**known, std::move(asked));
  asked.reply(known ? error{error_code::not_found,
                            "there is no order " + asked.order.id.value,
                            {}}
                    : known.failure());
}

// Bucket by bucket, since orders come and go between two slices.
void shard_actor::on_consolidation_search(const consolidation_search& asked) {
  consolidation_found found{
      .orders = {}, .next = {}, .size = orders_.bucket_count()};
  auto bucket = asked.size == found.size ? asked.from : 0;
  // An empty bucket costs little, but there may be very many.
  constexpr std::size_t empty_per_order = 16;
  std::size_t looked_at = 0;
  for (; bucket < found.size &&
         looked_at < max_orders_per_search * empty_per_order;
       ++bucket, ++looked_at)
    for (auto each = orders_.begin(bucket); each != orders_.end(bucket);
         ++each, looked_at += empty_per_order) {
      const auto& state = each->second.state;
      if (order::may_gain(state, *asked.choice, *asked.net, context_.board))
        found.orders.emplace_back(state.number, each->first);
    }
  if (bucket < found.size) found.next = bucket;
  send(context_.consolidator, std::move(found));
}

// An order that has left memory meanwhile is over, so nothing of it moves.
void shard_actor::on_consolidate(consolidate_order& asked) {
  const auto found = orders_.find(asked.order);
  if (found == orders_.end())
    send(context_.consolidator, order_consolidated{.order = asked.order});
  else
    hand_on(found->second, std::move(asked));
}

order::order_record& shard_actor::add(history::recovered_order order) {
  const auto key = order.state.key;
  ++context_.orders_awake;
  return orders_.try_emplace(key, std::move(order)).first->second;
}

template <class Message>
void shard_actor::hand_on(order::order_record& order, Message message) {
  if (!order.actor) {
    order.actor = actor_for_order();
    actor_in(order.actor).take_on(order);
  }
  unit_.enqueue(order.actor, std::move(message));
  run_orders_soon();
}

caf::actor shard_actor::actor_for_order() {
  // With `lazy_init` CAF's scheduler never gets to know the actor: its first
  // message schedules it, on the unit.
  if (spare_actors_.empty())
    return spawn<order::order_actor, caf::lazy_init>(std::cref(context_),
                                                     std::ref(turn_));
  auto spare = std::move(spare_actors_.back());
  spare_actors_.pop_back();
  return spare;
}

void shard_actor::rest_if_idle(order::order_actor& actor) {
  if (!actor.is_idle()) return;
  auto handle = std::exchange(actor.let_go().actor, nullptr);
  if (spare_actors_.size() < max_spare_actors)
    spare_actors_.push_back(std::move(handle));
}

template <class Message>
void shard_actor::wake_for(Message& message) {
  const auto known = wake(message.order);
  if (!known)
    // Not dropped: its cause is in the log, and it would be sent again only by
    // a restart.
    delayed_send(this, std::chrono::milliseconds(retry_interval_ms), message);
  else if (*known != nullptr)
    hand_on(**known, std::move(message));
}

template <class Message>
void shard_actor::answer(Message& message) {
  if (const auto found = orders_.find(message.order); found != orders_.end())
    hand_on(found->second, std::move(message));
}

// An order leaves memory only when the index has it, so an order that is
// neither here nor there does not exist.
result<order::order_record*> shard_actor::wake(const order_key& order) {
  const auto found = orders_.find(order);
  if (found != orders_.end()) return &found->second;
  const auto row = checkpoints_.order(order);
  if (!row) return row.failure();
  if (!*row) return static_cast<order::order_record*>(nullptr);
  auto woken = history::wake(*context_.store, **row);
  if (!woken) return woken.failure();
  return &add(std::move(*woken));
}

// One look at the store for all of them: most name an order that is new, and
// none of these is there.
bool shard_actor::wake_all(const std::vector<client_command>& commands) {
  std::vector<order_key> unknown;
  for (const auto& each : commands)
    if (const auto& key = *order_of(each.asked.body); !orders_.contains(key))
      unknown.push_back(key);
  if (unknown.empty()) return true;
  std::vector<order_row> passivated;
  const auto read = checkpoints_.orders(
      unknown, [&](std::size_t, std::optional<order_row> row) -> status {
        if (row) passivated.push_back(std::move(*row));
        return oms::done{};
      });
  if (!read) return false;
  for (const auto& row : passivated) {
    if (orders_.contains(row.key)) continue;
    auto woken = history::wake(*context_.store, row);
    if (!woken) return false;
    add(std::move(*woken));
  }
  return true;
}

// A message to itself comes after everything that is in the mailbox by now. So
// the turns of a shard grow with the load, without a timer and without a delay
// at rest.
void shard_actor::run_orders_soon() {
  if (std::exchange(will_run_, true)) return;
  send(this, run_orders{});
}

void shard_actor::on_run_orders() {
  will_run_ = false;
  go_on_with_orders();
  if (!unit_.run(max_orders_per_turn)) run_orders_soon();
  turn_.send(*this, context_, number_);
  for (auto* ran : unit_.take_done())
    rest_if_idle(static_cast<order::order_actor&>(*ran));
}

// In slices, since an order that goes on has an actor, and there may be very
// many open orders.
void shard_actor::go_on_with_orders() {
  for (std::size_t i = 0; i < max_orders_per_turn && !to_go_on_.empty(); ++i) {
    if (const auto found = orders_.find(to_go_on_.back());
        found != orders_.end())
      hand_on(found->second, go_on{});
    to_go_on_.pop_back();
  }
  if (!to_go_on_.empty()) run_orders_soon();
}

void shard_actor::on_passivate_orders(const passivate_orders& over) {
  forget_deadlines passivated;
  for (const auto& [key, version] : over.orders) {
    const auto found = orders_.find(key);
    // The version names what the checkpoint has: an order that has gone on
    // since stays, as does one for which something is under way.
    if (found == orders_.end() || found->second.actor ||
        found->second.log.version() != version)
      continue;
    orders_.erase(found);
    --context_.orders_awake;
    passivated.orders.push_back(key);
  }
  // Or a deadline would wake it for nothing.
  if (!passivated.orders.empty())
    send(context_.deadlines, std::move(passivated));
}

}  // namespace oms
