#include "actors/engine.hpp"

#include <algorithm>
#include <future>
#include <random>
#include <thread>

#include <caf/all.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include "actors/caf_types.hpp"
#include "actors/collection.hpp"
#include "actors/context.hpp"
#include "actors/deadlines_actor.hpp"
#include "actors/directory_actor.hpp"
#include "actors/journal.hpp"
#include "actors/laws.hpp"
#include "actors/network_actor.hpp"
#include "actors/recovery.hpp"
#include "actors/routing/router_actor.hpp"
#include "actors/waiting_line/waiting_line_actor.hpp"
#include "persistence/log_store.hpp"

namespace oms {

namespace {

caf::actor_system_config config_of(const engine_options& options) {
  caf::actor_system_config config;
  config.set("scheduler.policy",
             options.seed ? caf::atom("testing") : caf::atom("sharing"));
  config.set("scheduler.max-threads", options.worker_threads);
  // Unlimited by default, which starves other actors.
  config.set("scheduler.max-throughput", std::size_t{300});
  return config;
}

/// What waited before a restart, less what sources have promised since.
std::vector<wait_enter> waiting_of(const recovered_state& state) {
  std::map<std::pair<order_key, line_id>, quantity> promised;
  for (const auto& sent : state.in_flight)
    if (const auto* fill = std::get_if<grant>(&sent.message.content);
        fill != nullptr && fill->round == 0)
      for (const auto& line : fill->lines)
        promised[{order_of(sent.message.to), line.line}] += line.units;
  std::vector<wait_enter> waiting;
  for (const auto& [key, order] : state.orders)
    for (std::size_t i = 0; i < order.state.lines.size(); ++i) {
      const auto& line = order.state.lines[i];
      // Below 0 where a source has promised units and the order has not yet
      // written that they wait: the promise will be added when it arrives.
      auto units = line.buckets.backordered;
      const auto fill = promised.find({key, line.ordered.line});
      if (fill != promised.end()) units -= fill->second;
      if (units == quantity{0}) continue;
      waiting.push_back({.asker = {},
                         .order = waiting_order_of(order.state),
                         .sku = line.ordered.sku,
                         .lines = {{line.ordered.line, i, units}}});
    }
  return waiting;
}

std::vector<unfillable_units> unfillable_of(const recovered_state& state) {
  std::vector<unfillable_units> all;
  for (const auto& [key, order] : state.orders)
    for (const auto& line : order.state.lines)
      if (line.unfillable > quantity{0}) all.push_back({line.ordered.sku, key});
  return all;
}

}  // namespace

struct engine::implementation {
  implementation(persistence::log_store& log, engine_options given)
      : options(std::move(given)),
        store(log),
        simulated(options.start),
        config(config_of(options)),
        random(options.seed.value_or(0)) {
    context.time = options.seed ? static_cast<const clock*>(&simulated)
                                : static_cast<const clock*>(&real);
    system = std::make_unique<caf::actor_system>(config);
    system->await_actors_before_shutdown(false);
  }

  [[nodiscard]] bool is_simulated() const { return options.seed.has_value(); }

  caf::scheduler::test_coordinator& turns() {
    return static_cast<caf::scheduler::test_coordinator&>(system->scheduler());
  }

  void start(recovered_state state);
  void deliver(undelivered sent);
  void stop();

  bool run(std::size_t max_turns);
  void settle();

  /// Asks and waits; runs, when simulated.
  template <class Value, class Ask>
  Value wait_for(Ask ask) {
    auto promise = std::make_shared<std::promise<Value>>();
    auto future = promise->get_future();
    ask([promise](Value value) { promise->set_value(std::move(value)); });
    if (is_simulated()) settle();
    return future.get();
  }

  std::shared_ptr<collection> collect_all();
  result<std::vector<event>> walk_back(sequence head) const;

  template <class Message>
  void tell(const caf::actor& to, Message message) {
    caf::anon_send(to, std::move(message));
  }

  engine_options options;
  persistence::log_store& store;
  simulated_clock simulated;
  system_clock real;
  engine_context context;
  next_deadline deadline;
  caf::actor_system_config config;
  std::unique_ptr<caf::actor_system> system;
  std::mt19937_64 random;
  std::atomic<std::size_t> in_flight{0};
  std::atomic<std::uint64_t> commands{0};
  std::atomic<std::uint64_t> refused{0};
};

// --- wiring -----------------------------------------------------------------

void engine::implementation::start(recovered_state state) {
  context.next_number = state.last_number + 1;
  const auto spawn_journal = [&] {
    if (is_simulated())
      return system->spawn<journal_actor>(std::ref(context), std::ref(store),
                                          options.observer);
    return system->spawn<journal_actor, caf::detached>(
        std::ref(context), std::ref(store), options.observer);
  };
  context.journal = spawn_journal();
  context.deadlines = system->spawn<deadlines_actor>(
      std::ref(context), std::ref(deadline), !is_simulated());

  const auto waiting = waiting_of(state);
  const auto unfillable = unfillable_of(state);
  std::vector<std::vector<recovered_order>> orders(options.directory_shards);
  std::vector<std::vector<recovered_settings>> products(options.waiting_lines);
  std::vector<std::vector<wait_enter>> lines(options.waiting_lines);
  context.directories.resize(options.directory_shards);
  context.waiting_lines.resize(options.waiting_lines);
  const auto line_of = [this](const sku_id& sku) {
    return std::hash<sku_id>{}(sku) % options.waiting_lines;
  };
  for (auto& [key, order] : state.orders)
    orders[context.shard_of(key)].push_back(std::move(order));
  for (auto& [sku, product] : state.products)
    products[line_of(sku)].push_back(std::move(product));
  std::vector<std::vector<unfillable_units>> refused_units(
      options.waiting_lines);
  for (const auto& each : unfillable)
    refused_units[line_of(each.sku)].push_back(each);
  for (const auto& enter : waiting) lines[line_of(enter.sku)].push_back(enter);
  for (std::size_t i = 0; i < options.waiting_lines; ++i)
    context.waiting_lines[i] = system->spawn<waiting_line_actor>(
        std::ref(context), std::move(products[i]), std::move(lines[i]),
        refused_units[i]);
  for (std::size_t i = 0; i < options.directory_shards; ++i)
    context.routers.push_back(system->spawn<router_actor>(std::ref(context)));
  std::vector<recovered_source> sources;
  for (auto& [ref, source] : state.sources)
    sources.push_back(std::move(source));
  std::vector<recovered_rules> rules;
  for (auto& [brand, each] : state.rules) rules.push_back(std::move(each));
  context.network = system->spawn<network_actor>(
      std::ref(context), std::move(sources), std::move(rules));
  for (std::size_t i = 0; i < options.directory_shards; ++i)
    context.directories[i] =
        system->spawn<directory_actor>(std::ref(context), std::move(orders[i]));

  // The network first: whoever plans or serves must know it.
  tell(context.network, go_on{});
  for (auto& sent : state.in_flight) deliver(std::move(sent));
  for (const auto& directory : context.directories) tell(directory, go_on{});
  for (const auto& line : context.waiting_lines) tell(line, go_on{});
}

void engine::implementation::deliver(undelivered sent) {
  if (auto* told = std::get_if<instruction>(&sent.message.content)) {
    tell(context.routers[context.shard_of(told->order)],
         instruct{source_of(sent.message.to), *told, sent.cause, sent.by});
    return;
  }
  const auto order = order_of(sent.message.to);
  order_delivery message{order, take_back{}, sent.cause};
  if (auto* promise = std::get_if<grant>(&sent.message.content))
    message.content = std::move(*promise);
  else
    message.content = std::get<take_back>(sent.message.content);
  tell(context.directory_of(order), std::move(message));
}

void engine::implementation::stop() {
  if (is_simulated()) {
    // As in a crash: whatever still runs is written nowhere and answers
    // nobody.
    context.crashed = true;
    while (run(1'000'000)) {
    }
  } else {
    // What is still under way between entities is sent again by recovery.
    while (in_flight.load() > 0)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  std::vector<caf::actor> all{context.deadlines, context.network};
  for (const auto* some :
       {&context.directories, &context.routers, &context.waiting_lines})
    all.insert(all.end(), some->begin(), some->end());
  all.push_back(context.journal);
  for (const auto& each : all)
    caf::anon_send_exit(each, caf::exit_reason::user_shutdown);
  if (is_simulated()) {
    while (run(1'000'000)) {
    }
  } else {
    caf::scoped_actor self{*system};
    self->wait_for(all);
  }
  all.clear();
  // Orders and sources end when nobody knows them any more; until then they
  // may look at the handles below.
  if (!is_simulated()) system->await_all_actors_done();
  context.directories.clear();
  context.routers.clear();
  context.waiting_lines.clear();
  context.network = nullptr;
  context.deadlines = nullptr;
  context.journal = nullptr;
}

// --- turns ------------------------------------------------------------------

bool engine::implementation::run(std::size_t max_turns) {
  auto& jobs = turns().jobs;
  for (std::size_t i = 0; i < max_turns; ++i) {
    if (jobs.empty()) return false;
    const auto chosen = random() % jobs.size();
    std::swap(jobs[0], jobs[chosen]);
    turns().run_once();
  }
  return !jobs.empty();
}

void engine::implementation::settle() {
  if (is_simulated()) {
    // With nobody left to take a turn, the journal tries a store that refused
    // again.
    do {
      while (run(1'000'000)) {
      }
    } while (turns().trigger_timeout());
    return;
  }
  // At rest when the log stands still over several looks.
  for (sequence last = 0, looks = 0; looks < 5;) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    const auto now = store.stats().last;
    looks = now == last && in_flight.load() == 0 ? looks + 1 : 0;
    last = now;
  }
}

// --- opening and closing ----------------------------------------------------

result<std::unique_ptr<engine>> engine::open(persistence::log_store& store,
                                             engine_options options) {
  auto state = recover(store);
  if (!state) return state.failure();
  auto made = std::make_unique<implementation>(store, std::move(options));
  made->start(std::move(*state));
  return std::unique_ptr<engine>(new engine(std::move(made)));
}

engine::engine(std::unique_ptr<implementation> made)
    : implementation_(std::move(made)) {}

engine::~engine() { implementation_->stop(); }

// --- commands ---------------------------------------------------------------

void engine::submit(std::vector<command> batch, answers_callback done) {
  auto& self = *implementation_;
  const auto size = batch.size();
  if (size == 0) {
    done({});
    return;
  }
  const auto refuse_all = [&](error_code code, const char* why) {
    self.refused += size;
    done(std::vector<answer>(size, answer{error{code, why, {}}}));
  };
  if (!self.context.storage_ok) {
    refuse_all(error_code::storage_unavailable, "the store takes no writes");
    return;
  }
  if (self.in_flight.fetch_add(size) + size >
      self.options.max_commands_in_flight) {
    self.in_flight -= size;
    refuse_all(error_code::overloaded, "too many commands wait for answers");
    return;
  }
  self.commands += size;
  auto answers = std::make_shared<answer_batch>(
      size, [&self, size, done = std::move(done)](std::vector<answer> all) {
        for (const auto& each : all)
          if (!each) ++self.refused;
        done(std::move(all));
        self.in_flight -= size;
      });
  std::vector<order_commands> by_shard(self.context.directories.size());
  for (std::size_t i = 0; i < size; ++i) {
    client_command given{std::move(batch[i]), 0, {answers, i}};
    const auto& body = given.asked.body;
    if (std::holds_alternative<place_order>(body))
      given.number = self.context.next_number++;
    if (const auto* key = order_of(body)) {
      auto& shard = by_shard[self.context.shard_of(*key)];
      shard.commands.push_back(std::move(given));
    } else if (const auto* product = std::get_if<define_product>(&body)) {
      const auto& to = self.context.waiting_line_of(product->settings.sku);
      self.tell(to, std::move(given));
    } else {
      self.tell(self.context.network, std::move(given));
    }
  }
  for (std::size_t i = 0; i < by_shard.size(); ++i)
    if (!by_shard[i].commands.empty())
      self.tell(self.context.directories[i], std::move(by_shard[i]));
}

std::vector<answer> engine::execute(std::vector<command> batch) {
  return implementation_->wait_for<std::vector<answer>>(
      [&](answers_callback done) {
        submit(std::move(batch), std::move(done));
      });
}

answer engine::execute(command one) {
  std::vector<command> batch;
  batch.push_back(std::move(one));
  return std::move(execute(std::move(batch)).front());
}

// --- queries ----------------------------------------------------------------

namespace {

error no_order(const order_key& key) {
  return {error_code::not_found, "there is no order " + key.id.value, {}};
}

}  // namespace

result<std::vector<event>> engine::implementation::walk_back(
    sequence head) const {
  std::vector<event> events;
  while (head != 0) {
    auto one = store.read(head);
    if (!one) return one.failure();
    if (!*one)
      return error{error_code::invalid,
                   "event " + std::to_string(head) + " is missing",
                   {}};
    head = (*one)->previous;
    events.push_back(std::move(**one));
  }
  std::reverse(events.begin(), events.end());
  return events;
}

result<order_view> engine::order(const order_key& key) {
  auto& self = *implementation_;
  using found = std::optional<order_view>;
  auto view = self.wait_for<found>([&](auto done) {
    self.tell(self.context.directory_of(key),
              read_order{key, [done](const order_state* state, sequence) {
                           done(state != nullptr && state->exists()
                                    ? found{view_of(*state)}
                                    : found{});
                         }});
  });
  if (!view) return no_order(key);
  if (auto personal = self.store.personal(key)) view->personal = *personal;
  for (const auto& line : view->lines) {
    if (line.buckets.backordered <= quantity{0}) continue;
    queue_view place{line.line.line, line.line.sku, 0, {}};
    struct position_and_date {
      std::int64_t position = 0;
      std::optional<timestamp> expected;
    };
    const auto at = self.wait_for<position_and_date>([&](auto done) {
      self.tell(self.context.waiting_line_of(place.sku),
                read_waiting{place.sku, [done, key, id = place.line](
                                            const waiting_line* queue) {
                               position_and_date where;
                               if (queue != nullptr)
                                 where = {queue->position_of(key, id),
                                          queue->product().restock_date};
                               done(where);
                             }});
    });
    place.position = at.position;
    place.expected = at.expected;
    if (place.position > 0) view->queue.push_back(std::move(place));
  }
  return std::move(*view);
}

result<std::vector<event>> engine::order_timeline(const order_key& key) {
  return timeline(entity_of(key));
}

result<std::vector<routing_decision>> engine::decisions(const order_key& key) {
  auto events = order_timeline(key);
  if (!events) return events.failure();
  std::vector<routing_decision> all;
  for (auto& each : *events)
    if (auto* plan = std::get_if<order_planned>(&each.body))
      all.push_back(std::move(plan->decision));
  return all;
}

result<std::vector<event>> engine::timeline(const entity_ref& entity) {
  auto& self = *implementation_;
  sequence head = 0;
  if (entity.kind == entity_kind::order) {
    const auto key = oms::order_of(entity);
    head = self.wait_for<sequence>([&](auto done) {
      self.tell(self.context.directory_of(key),
                read_order{key, [done](const order_state*, sequence last) {
                             done(last);
                           }});
    });
  } else if (entity.kind == entity_kind::location ||
             entity.kind == entity_kind::supplier) {
    head = self.wait_for<sequence>([&](auto done) {
      self.tell(self.context.network,
                read_source{source_of(entity),
                            [done](const source_state*, sequence last) {
                              done(last);
                            }});
    });
  } else {
    return error{error_code::invalid, "only orders and sources are walked", {}};
  }
  if (head == 0)
    return error{error_code::not_found, "there is no " + entity.key, {}};
  return self.walk_back(head);
}

std::shared_ptr<collection> engine::implementation::collect_all() {
  auto all = std::make_shared<collection>();
  for (const auto& directory : context.directories)
    tell(directory, collect{all});
  for (const auto& line : context.waiting_lines) tell(line, collect{all});
  tell(context.network, collect{all});
  // Everybody has added when nobody else holds it.
  if (is_simulated()) {
    settle();
  } else {
    while (all.use_count() > 1)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::atomic_thread_fence(std::memory_order_acquire);
  }
  return all;
}

std::vector<order_key> engine::orders() {
  std::vector<order_key> keys;
  const auto collected = implementation_->collect_all();
  for (const auto& [key, order] : collected->orders) keys.push_back(key);
  return keys;
}

std::vector<location_settings> engine::locations() {
  std::vector<location_settings> all;
  const auto collected = implementation_->collect_all();
  for (const auto& [ref, source] : collected->sources)
    if (ref.kind == source_kind::location) all.push_back(source.settings);
  return all;
}

std::vector<supplier_settings> engine::suppliers() {
  std::vector<supplier_settings> all;
  const auto collected = implementation_->collect_all();
  for (const auto& [ref, source] : collected->sources)
    if (source.supplier) all.push_back(*source.supplier);
  return all;
}

result<stock_view> engine::stock(const std::string& location,
                                 const sku_id& sku) {
  auto& self = *implementation_;
  using found = std::optional<stock_view>;
  auto view = self.wait_for<found>([&](auto done) {
    self.tell(self.context.network,
              read_source{{source_kind::location, location},
                          [done, sku](const source_state* state, sequence) {
                            done(state == nullptr
                                     ? found{}
                                     : found{view_of(*state, sku)});
                          }});
  });
  if (!view)
    return error{error_code::not_found, "there is no location " + location, {}};
  return std::move(*view);
}

result<std::vector<stock_view>> engine::location_stock(
    const std::string& location) {
  auto& self = *implementation_;
  using found = std::optional<std::vector<stock_view>>;
  auto view = self.wait_for<found>([&](auto done) {
    self.tell(self.context.network,
              read_source{{source_kind::location, location},
                          [done](const source_state* state, sequence) {
                            if (state == nullptr) {
                              done(found{});
                              return;
                            }
                            std::vector<stock_view> all;
                            for (const auto& [sku, of] : state->stock)
                              all.push_back(view_of(*state, sku));
                            done(found{std::move(all)});
                          }});
  });
  if (!view)
    return error{error_code::not_found, "there is no location " + location, {}};
  std::sort(
      view->begin(), view->end(),
      [](const stock_view& a, const stock_view& b) { return a.sku < b.sku; });
  return std::move(*view);
}

result<supplier_stock_view> engine::supplier_stock(const std::string& supplier,
                                                   const sku_id& sku) {
  auto& self = *implementation_;
  using found = std::optional<supplier_stock_view>;
  auto view = self.wait_for<found>([&](auto done) {
    self.tell(
        self.context.network,
        read_source{
            {source_kind::supplier, supplier},
            [done, sku](const source_state* state, sequence) {
              if (state == nullptr) {
                done(found{});
                return;
              }
              const auto& of = state->item(sku);
              supplier_stock_view shown{state->self.id, sku, {}, of.committed};
              if (!of.without_limit) shown.available = of.available();
              done(found{std::move(shown)});
            }});
  });
  if (!view)
    return error{error_code::not_found, "there is no supplier " + supplier, {}};
  return std::move(*view);
}

std::vector<waiting_view> engine::backorders(const sku_id& sku) {
  auto& self = *implementation_;
  return self.wait_for<std::vector<waiting_view>>([&](auto done) {
    self.tell(self.context.waiting_line_of(sku),
              read_waiting{sku, [done](const waiting_line* line) {
                             done(line == nullptr ? std::vector<waiting_view>{}
                                                  : line->view());
                           }});
  });
}

engine_stats engine::stats() {
  auto& self = *implementation_;
  const auto all = self.collect_all();
  const auto stored = self.store.stats();
  engine_stats stats{.last = stored.last,
                     .orders = all->orders.size(),
                     .orders_by_status = {},
                     .commands = self.commands,
                     .refused = self.refused,
                     .log_entries = stored.entries,
                     .store_bytes = stored.bytes};
  for (const auto& [key, order] : all->orders)
    ++stats.orders_by_status[order.status];
  return stats;
}

std::vector<violation> engine::check_laws() {
  settle();
  return violations_of(*implementation_->collect_all(), implementation_->store);
}

std::string engine::state_hash() {
  settle();
  return state_hash_of(*implementation_->collect_all());
}

void engine::settle() { implementation_->settle(); }

// --- simulation -------------------------------------------------------------

bool engine::run(std::size_t max_turns) {
  return implementation_->run(max_turns);
}

void engine::advance_to(timestamp time) {
  auto& self = *implementation_;
  if (!self.is_simulated()) {
    self.tell(self.context.deadlines, clock_tick{});
    return;
  }
  self.settle();
  // The journal tries again what the store refused.
  self.turns().trigger_timeouts();
  self.settle();
  for (;;) {
    const timestamp next{duration{self.deadline.micros.load()}};
    const bool arrived = next > time;
    self.simulated.set(std::max(now(), arrived ? time : next));
    self.tell(self.context.deadlines, clock_tick{});
    self.settle();
    if (arrived) return;
  }
}

timestamp engine::now() const { return implementation_->context.now(); }

}  // namespace oms
