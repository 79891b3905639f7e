#include "actors/engine/engine_system.hpp"

#include <algorithm>
#include <map>
#include <thread>

#include "actors/backorder/backorder_queue_actor.hpp"
#include "actors/checkpoint/checkpoint_writer_actor.hpp"
#include "actors/checkpoint/checkpointer_actor.hpp"
#include "actors/consolidator_actor.hpp"
#include "actors/journal_actor.hpp"
#include "actors/network_actor.hpp"
#include "actors/routing/router_actor.hpp"
#include "actors/shard/shard_actor.hpp"
#include "actors/shipment_registry.hpp"

namespace oms {

namespace {

caf::actor_system_config config_of(const engine_options& options) {
  caf::actor_system_config config;
  config.set("scheduler.policy",
             options.seed ? caf::atom("testing") : caf::atom("sharing"));
  config.set("scheduler.max-threads", options.worker_threads);
  // Messages that an actor may process in one turn. Unlimited by default, which
  // lets a busy actor starve the others on its thread.
  config.set("scheduler.max-throughput", std::size_t{300});
  return config;
}

// What waited before a restart, less what sources have promised since: for
// each backorder queue actor.
std::vector<std::vector<queue_enter>> waiting_of(
    const history::recovered_state& state, const engine_context& context) {
  std::map<std::pair<order_key, line_id>, quantity> promised;
  for (const auto& sent : state.in_flight)
    // Only what the queue itself gave away. A promise of a planning round is
    // for units that do not wait.
    if (const auto* fill = std::get_if<reservation>(&sent.message.content);
        fill != nullptr && fill->round == 0)
      for (const auto& line : fill->lines)
        promised[{order_of(sent.message.to), line.line}] += line.units;
  std::vector<std::vector<queue_enter>> waiting(
      context.backorder_queues.size());
  for (const auto& [key, order] : state.orders) {
    std::map<std::size_t, queue_enter> of_order;
    for (std::size_t i = 0; i < order.state.lines.size(); ++i) {
      const auto& line = order.state.lines[i];
      // Below 0 where a source has promised units and the order has not yet
      // written that they wait: the promise will be added when it arrives.
      auto units = line.buckets.backordered;
      const auto fill = promised.find({key, line.ordered.line});
      if (fill != promised.end()) units -= fill->second;
      if (units == quantity{0}) continue;
      const auto& sku = line.ordered.sku;
      of_order[context.backorder_queue_number_of(sku)].by_sku[sku].push_back(
          {line.ordered.line, i, units, line.told});
    }
    for (auto& [number, enter] : of_order) {
      enter.order = backorder::queued_order_of(order.state);
      waiting[number].push_back(std::move(enter));
    }
  }
  return waiting;
}

// What locations hold for reservations that were never made.
std::vector<hold_leftover> leftovers_of(const history::recovered_state& state) {
  std::vector<hold_leftover> all;
  for (const auto& [ref, source] : state.sources)
    for (const auto& [id, hold] : source.state.holds)
      if (!state.reservations.contains(id)) all.push_back({ref, id});
  return all;
}

// What is on its way, and who has units on offer, before any queue says who has
// to wait for longer: with a part of it, some would seem to.
std::vector<std::vector<incoming_known>> incoming_of(
    const history::recovered_state& state, const engine_context& context) {
  std::vector<std::vector<incoming_known>> all(context.backorder_queues.size());
  for (const auto& [ref, source] : state.sources) {
    auto coming = source::incoming_of(source.state);
    std::map<sku_id, bool> offers;
    for (const auto& [sku, supplies] : coming) offers[sku] = false;
    for (const auto& [sku, of] : source.state.stock)
      if (of.on_offer > quantity{0}) offers[sku] = true;
    for (const auto& [sku, is_offering] : offers)
      all[context.backorder_queue_number_of(sku)].push_back(
          {ref, sku, std::move(coming[sku]), is_offering});
  }
  return all;
}

std::vector<backorder::unfillable_units> unfillable_of(
    const history::recovered_state& state) {
  std::vector<backorder::unfillable_units> all;
  for (const auto& [key, order] : state.orders)
    for (const auto& line : order.state.lines)
      if (line.unfillable > quantity{0}) all.push_back({line.ordered.sku, key});
  return all;
}

}  // namespace

engine::implementation::implementation(persistence::log_store& log,
                                       engine_options given)
    : options(std::move(given)),
      store(log),
      simulated(options.start),
      config(config_of(options)),
      random(options.seed.value_or(0)) {
  context.time = options.seed ? static_cast<const clock*>(&simulated)
                              : static_cast<const clock*>(&real);
  context.store = &store;
  if (options.seed)
    context.pick_order = [this](std::size_t waiting) {
      // Every batch that leaves a shard may end after any of its orders.
      constexpr std::size_t ends_one_in = 4;
      return random() % ends_one_in == 0
                 ? std::nullopt
                 : std::optional<std::size_t>(random() % waiting);
    };
  system = std::make_unique<caf::actor_system>(config);
  // A simulated engine has no threads on which its actors could end, so the
  // destructor of the system must not wait for them. A real engine waits in
  // `stop`.
  system->await_actors_before_shutdown(false);
}

// --- starting ---------------------------------------------------------------

void engine::implementation::start(history::recovered_state state) {
  // The handles in the context are plain values that are written here while the
  // first actors run. That is not a race while no actor gets a message before
  // the handles that it needs are set: a tick or a report of damage may come
  // early, so the writers and the deadlines actor come after what they send to
  // at once. Everything else begins with the `go_on` messages below.
  context.next_number = state.changes.head().last_number + 1;
  for (std::size_t i = 0; i < order_status_count; ++i)
    context.orders[i] = state.changes.counts()[i];
  context.shards.resize(options.directory_shards);
  context.backorder_queues.resize(options.backorder_queues);
  spawn_registries(state.changes);
  spawn_writers(state);
  // Called on the thread of whichever reader finds the damage, so it only
  // counts and sends.
  store.on_damage([this](const error& why) {
    ++context.damaged_parts;
    tell(context.journal,
         storage_trouble{why.message + "; restore a backup of the store"});
  });
  context.deadlines = system->spawn<deadlines_actor>(
      std::ref(context), std::ref(deadline), !is_simulated());
  context.consolidator = system->spawn<consolidator_actor>(std::cref(context));
  spawn_backorder_queues(state);
  for (std::size_t i = 0; i < options.directory_shards; ++i)
    context.routers.push_back(system->spawn<router_actor>(std::ref(context)));
  const auto leftovers = leftovers_of(state);
  spawn_network(state);
  // After the sources, which publish what they hold.
  spawn_reservation_keepers(state.reservations, leftovers);
  spawn_shards(state);

  // The network first, since others can do little without it. That is a head
  // start and not a guarantee: a router keeps what it is asked until it knows
  // the network, and a queue looks around again when it does. Then what was
  // under way, which each order gets ahead of the `go_on` that lets it plan the
  // rest.
  tell(context.network, go_on{});
  for (auto& sent : state.in_flight) deliver(std::move(sent));
  for (const auto& shard : context.shards) tell(shard, go_on{});
  for (const auto& line : context.backorder_queues) tell(line, go_on{});
  // CAF keeps a thread's last system and waits, at its end, for every thread
  // that holds it: an engine may be destroyed by another thread than this.
  caf::logger::set_current_actor_system(nullptr);
}

void engine::implementation::spawn_writers(history::recovered_state& state) {
  std::map<source_ref, std::size_t> events_of_sources;
  for (const auto& [ref, source] : state.sources)
    events_of_sources[ref] = source.events_since_snapshot;
  // From the last to the first: the checkpointer sends to its writer, and the
  // journal to the checkpointer. `detached` is a template argument of `spawn`,
  // hence the pack that is empty or has one type.
  const auto spawn_both = [&](auto... how) {
    context.checkpoint_writer =
        system->spawn<checkpoint::checkpoint_writer_actor,
                      decltype(how)::value...>(std::cref(context));
    context.checkpointer =
        system->spawn<checkpoint::checkpointer_actor, decltype(how)::value...>(
            std::ref(context), options.checkpoints, std::move(state.changes),
            std::move(events_of_sources));
    context.journal = system->spawn<journal_actor, decltype(how)::value...>(
        std::ref(context), std::ref(store), options.observer,
        options.storage_changed, state.storage, !is_simulated());
  };
  if (is_simulated())
    spawn_both();
  else
    spawn_both(std::integral_constant<caf::spawn_options, caf::detached>{});
}

void engine::implementation::spawn_registries(
    const checkpoint::checkpoint_delta& changes) {
  context.registries.resize(options.directory_shards);
  std::vector<known_shipments> shipped(context.registries.size());
  for (const auto& [id, orders] : changes.shipments())
    for (const auto& order : orders)
      // Older ones are in the index of the checkpoint, where registries look.
      shipped[context.registry_number_of(id)][id].insert({id.brand, order});
  for (std::size_t i = 0; i < shipped.size(); ++i)
    context.registries[i] =
        system->spawn<shipment_registry>(std::ref(context), shipped[i]);
}

void engine::implementation::spawn_backorder_queues(
    history::recovered_state& state) {
  std::vector<std::vector<history::recovered_settings>> products(
      options.backorder_queues);
  for (auto& [sku, product] : state.products)
    products[context.backorder_queue_number_of(sku)].push_back(
        std::move(product));
  std::vector<std::vector<backorder::unfillable_units>> unfillable(
      options.backorder_queues);
  for (auto& each : unfillable_of(state))
    unfillable[context.backorder_queue_number_of(each.sku)].push_back(
        std::move(each));
  auto lines = waiting_of(state, context);
  auto incoming = incoming_of(state, context);
  for (std::size_t i = 0; i < options.backorder_queues; ++i)
    context.backorder_queues[i] =
        system->spawn<backorder::backorder_queue_actor>(
            std::ref(context), std::move(products[i]), std::move(lines[i]),
            unfillable[i], std::move(incoming[i]));
}

void engine::implementation::spawn_network(history::recovered_state& state) {
  std::vector<history::recovered_source> sources;
  for (auto& [ref, source] : state.sources)
    sources.push_back(std::move(source));
  std::vector<history::recovered_rules> rules;
  for (auto& [brand, each] : state.rules) rules.push_back(std::move(each));
  context.network = system->spawn<network_actor>(
      std::ref(context), std::move(sources), std::move(rules));
}

void engine::implementation::spawn_reservation_keepers(
    const std::map<reservation_id, reservation_made>& made,
    const std::vector<hold_leftover>& leftovers) {
  const auto count = options.directory_shards;
  context.reservation_keepers.resize(count);
  std::vector<std::vector<reservation_made>> kept(count);
  for (const auto& [id, each] : made)
    kept[context.keeper_number_of(id)].push_back(each);
  std::vector<std::vector<hold_leftover>> left(count);
  for (const auto& each : leftovers)
    left[context.keeper_number_of(each.reservation)].push_back(each);
  for (std::size_t i = 0; i < count; ++i)
    context.reservation_keepers[i] = system->spawn<reservation_keeper>(
        std::ref(context), std::move(kept[i]), std::move(left[i]));
}

void engine::implementation::spawn_shards(history::recovered_state& state) {
  std::vector<std::vector<history::recovered_order>> orders(
      options.directory_shards);
  for (auto& [key, order] : state.orders)
    orders[context.shard_number_of(key)].push_back(std::move(order));
  for (std::size_t i = 0; i < options.directory_shards; ++i)
    context.shards[i] =
        system->spawn<shard_actor>(std::ref(context), i, std::move(orders[i]));
}

// The same ways as when it runs: instructions by the router of the order,
// promises and revocations by its shard. So what is sent again can't be
// overtaken by what is sent anew.
void engine::implementation::deliver(history::undelivered sent) {
  if (auto* told = std::get_if<instruction>(&sent.message.content)) {
    instructions one;
    one.told.push_back(
        {source_of(sent.message.to), *told, sent.cause, sent.by});
    tell(context.routers[context.shard_number_of(told->order)], std::move(one));
    return;
  }
  if (auto* units = std::get_if<transferred_units>(&sent.message.content)) {
    tell(context.network,
         transfer_left{source_of(sent.message.to), std::move(*units),
                       sent.cause, sent.by});
    return;
  }
  const auto order = order_of(sent.message.to);
  order_delivery message{order, revoked_units{}, sent.cause};
  if (auto* promise = std::get_if<reservation>(&sent.message.content))
    message.content = std::move(*promise);
  else if (const auto* named = std::get_if<relation>(&sent.message.content))
    message.content = *named;
  else
    message.content = std::get<revoked_units>(sent.message.content);
  message.by = std::move(sent.by);
  tell(context.shard_of(order), std::move(message));
}

// --- stopping ---------------------------------------------------------------

void engine::implementation::stop() {
  store.on_damage({});
  if (is_simulated()) {
    // As in a crash: whatever still runs writes nothing and gives no answer.
    context.crashed = true;
    while (run(1'000'000)) {
    }
  } else {
    // Callers have their answers then. What is still under way between entities
    // is sent again by recovery.
    while (in_flight.load() > 0)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    // So that the next start is short. Without it the log is longer to read,
    // but complete.
    if (context.storage.ok()) static_cast<void>(checkpoint());
  }
  std::vector<caf::actor> all{context.deadlines, context.network,
                              context.consolidator};
  for (const auto* some :
       {&context.shards, &context.routers, &context.backorder_queues,
        &context.registries, &context.reservation_keepers})
    all.insert(all.end(), some->begin(), some->end());
  all.push_back(context.journal);
  all.push_back(context.checkpointer);
  all.push_back(context.checkpoint_writer);
  for (const auto& each : all)
    caf::anon_send_exit(each, caf::exit_reason::user_shutdown);
  if (is_simulated()) {
    while (run(1'000'000)) {
    }
  } else {
    // Detached actors too: the system must not be destroyed while one of their
    // threads runs.
    caf::scoped_actor self{*system};
    self->wait_for(all);
  }
  all.clear();
  // Orders and sources get no exit message: they end when the last handle to
  // them is dropped (`on_exit` of shards, routers, queues and the
  // network). Until then they may use the handles below.
  if (!is_simulated()) system->await_all_actors_done();
  context.shards.clear();
  context.routers.clear();
  context.backorder_queues.clear();
  context.registries.clear();
  context.reservation_keepers.clear();
  context.network = nullptr;
  context.consolidator = nullptr;
  context.deadlines = nullptr;
  context.journal = nullptr;
  context.checkpointer = nullptr;
  context.checkpoint_writer = nullptr;
}

status engine::implementation::checkpoint() {
  return wait_for<status>([this](auto written) {
    tell(context.checkpointer, checkpoint_now{written});
  });
}

// --- turns ------------------------------------------------------------------

bool engine::implementation::run(std::size_t max_turns) {
  auto& jobs = turns().jobs;
  for (std::size_t i = 0; i < max_turns; ++i) {
    if (jobs.empty()) return false;
    // The seed picks who is next. Taking the job to the front and running one
    // is all that CAF's test scheduler offers for it.
    const auto chosen = random() % jobs.size();
    std::swap(jobs[0], jobs[chosen]);
    turns().run_once();
    ++turns_taken;
  }
  return !jobs.empty();
}

// Answers leave before orders are planned and before a checkpoint has them, so
// without the other two limits commands could be taken faster than that work is
// done, and memory would grow.
const char* engine::implementation::take_in(std::size_t count, bool places) {
  // Counted first and taken back if it was too much. Two batches at the same
  // time may both be refused, but never both be taken beyond the limit.
  const auto sum = in_flight.fetch_add(count) + count;
  const auto room = std::max<std::uint64_t>(options.checkpoints.events,
                                            least_checkpoint_events);
  const char* why = nullptr;
  if (sum > options.max_commands_in_flight)
    why = "too many commands wait for answers";
  else if (places && context.orders_planning >=
                         std::max<std::uint64_t>(options.max_commands_in_flight,
                                                 least_max_planning))
    why = "too many orders are being planned";
  else if (context.checkpoint_ok &&
           events_without_checkpoint() / max_checkpoints_behind > room)
    why = "too many events wait for a checkpoint";
  if (why != nullptr) in_flight -= count;
  return why;
}

void engine::implementation::settle() {
  if (is_simulated()) {
    // When no actor has a turn left, only delayed messages do: the journal's
    // next try of a store that refused, or a shard's.
    do {
      while (run(1'000'000)) {
      }
    } while (turns().trigger_timeout());
    return;
  }
  // No thread knows whether all others are at rest. The engine counts as at
  // rest when no command is open and five looks find the log at one length.
  for (sequence last = 0, looks = 0; looks < 5;) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    const auto now = store.stats().last;
    looks = now == last && in_flight.load() == 0 ? looks + 1 : 0;
    last = now;
  }
}

}  // namespace oms
