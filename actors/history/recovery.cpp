#include "actors/history/recovery.hpp"

#include <algorithm>
#include <utility>

#include "persistence/checkpoint_store.hpp"

namespace oms::history {

namespace {

error invalid(std::string why) {
  return {error_code::invalid, std::move(why), {}};
}

result<event> event_at(const persistence::log_store& store, sequence at) {
  auto one = store.read(at);
  if (!one) return one.failure();
  if (!*one) return invalid("event " + std::to_string(at) + " is missing");
  return std::move(**one);
}

/// The events of one entity behind `after`, oldest first.
result<std::vector<event>> events_behind(const persistence::log_store& store,
                                         sequence head, sequence after) {
  std::vector<event> events;
  const auto read = store.walk_back(head, [&](const event& e) {
    if (e.at <= after) return false;
    events.push_back(e);
    return true;
  });
  if (!read) return read.failure();
  std::reverse(events.begin(), events.end());
  return events;
}

class engine_rebuild {
 public:
  explicit engine_rebuild(const persistence::log_store& store)
      : store_(store) {}

  /// Begins with the newest checkpoint. Errors: there is none, or it is of no
  /// use.
  status begin_at_checkpoint();
  /// Goes on with the log behind it.
  status read_on();
  result<recovered_state> finish() &&;

 private:
  void add(const event& e);
  void add_to_order(const event& e);
  void add_to_source(const event& e);
  void add_to_product(const event& e);
  void add_to_rules(const event& e);

  [[nodiscard]] status check_open_orders(const status_counts& counts) const;
  status load(const persistence::entity_head& of);
  status load_source(const persistence::entity_head& of);
  status load_order(const order_row& row);
  /// Orders that are over are loaded when something is said of them.
  status load_if_over(const order_key& key);

  [[nodiscard]] const routing_rules* rules_of(const brand_id& brand) const;
  void complete(reservation& promise, const order_key& order) const;

  const persistence::log_store& store_;
  const persistence::checkpoint_reader checkpoints_{store_.tables()};
  recovered_state state_;
};

/// The head decides what the next entry follows: it must be that of the last.
status check_end(const persistence::log_store& store) {
  const auto last = store.stats().last;
  if (last == 0) return done{};
  const auto found = store.read(last);
  return found ? status{done{}} : status{found.failure()};
}

status engine_rebuild::begin_at_checkpoint() {
  const auto anchored = checkpoints_.head();
  if (!anchored) return anchored.failure();
  if (!*anchored) return invalid("there is no checkpoint");
  const auto& head = (*anchored)->head;
  const auto hash = store_.hash_at(head.upto);
  if (!hash) return hash.failure();
  if (*hash != (*anchored)->hash)
    return invalid("the checkpoint is of another log");

  const auto heads = checkpoints_.heads();
  if (!heads) return heads.failure();
  for (const auto& each : *heads)
    if (auto loaded = load(each); !loaded) return loaded;
  status loaded = done{};
  auto read = checkpoints_.open_orders([&](const order_row& row) {
    loaded = load_order(row);
    return static_cast<bool>(loaded);
  });
  if (!read) return read;
  if (!loaded) return loaded;
  // A damaged key in an index could hide an open order.
  if (auto all = check_open_orders(head.orders); !all) return all;

  std::vector<std::pair<checkpoint::message_name, sequence>> in_flight;
  for (const auto& message : head.in_flight) {
    const auto sender = event_at(store_, message.sent);
    if (!sender) return sender.failure();
    in_flight.push_back(
        {{{sender->entity, sender->version}, message.to}, message.sent});
  }
  std::map<brand_id, std::int64_t> stuck_after_s;
  for (const auto& [brand, of] : state_.rules)
    stuck_after_s[brand] = of.rules.rules.stuck_after_s;
  state_.changes =
      checkpoint::checkpoint_delta(head, in_flight, std::move(stuck_after_s));
  state_.without_checkpoint = false;
  return done{};
}

status engine_rebuild::check_open_orders(const status_counts& counts) const {
  status_counts loaded{};
  for (const auto& [key, order] : state_.orders)
    ++loaded[static_cast<std::size_t>(order.state.status)];
  for (std::size_t i = 0; i < order_status_count; ++i)
    if (!is_over(static_cast<order_status>(i)) && loaded[i] != counts[i])
      return invalid("the checkpoint does not list all open orders");
  return done{};
}

status engine_rebuild::load(const persistence::entity_head& of) {
  if (is_source(of.entity.kind)) return load_source(of);
  auto newest = event_at(store_, of.head);
  if (!newest) return newest.failure();
  if (newest->entity != of.entity)
    return invalid("the checkpoint names an event of another entity");
  add(*newest);
  return done{};
}

status engine_rebuild::load_source(const persistence::entity_head& of) {
  const auto ref = source_of(of.entity);
  auto snapshot = checkpoints_.snapshot(ref, of.head);
  if (!snapshot) return snapshot.failure();
  auto& source = state_.sources[ref];
  source.state.self = ref;
  sequence after = 0;
  if (*snapshot) {
    after = (*snapshot)->at;
    source.state = std::move((*snapshot)->state);
    source.head = after;
  }
  const auto events = events_behind(store_, of.head, after);
  if (!events) return events.failure();
  for (const auto& e : *events) add_to_source(e);
  return done{};
}

status engine_rebuild::load_order(const order_row& row) {
  auto woken = wake(store_, row);
  if (!woken) return woken.failure();
  state_.orders.insert_or_assign(row.key, std::move(*woken));
  return done{};
}

status engine_rebuild::load_if_over(const order_key& key) {
  if (state_.without_checkpoint || state_.orders.contains(key)) return done{};
  const auto row = checkpoints_.order(key);
  if (!row) return row.failure();
  return *row ? load_order(**row) : status{done{}};
}

status engine_rebuild::read_on() {
  status loaded = done{};
  auto read = store_.scan(state_.changes.upto() + 1, [&](const event& e) {
    if (e.entity.kind == entity_kind::order)
      loaded = load_if_over(order_of(e.entity));
    if (!loaded) return false;
    state_.changes.add(e);
    add(e);
    return true;
  });
  return loaded ? read : loaded;
}

void engine_rebuild::add(const event& e) {
  switch (e.entity.kind) {
    case entity_kind::order:
      add_to_order(e);
      break;
    case entity_kind::location:
    case entity_kind::supplier:
      add_to_source(e);
      break;
    case entity_kind::product:
      add_to_product(e);
      break;
    case entity_kind::routing:
      add_to_rules(e);
      break;
    case entity_kind::engine:
      state_.storage = {e.version, e.at};
      break;
  }
}

void engine_rebuild::add_to_order(const event& e) {
  const auto key = order_of(e.entity);
  auto& order = state_.orders[key];
  order.state.key = key;
  order::apply(order.state, e.body, e.time);
  order.head = e.at;
}

void engine_rebuild::add_to_source(const event& e) {
  const auto ref = source_of(e.entity);
  auto& source = state_.sources[ref];
  source.state.self = ref;
  source::apply(source.state, e.body, e.time);
  source.head = e.at;
  ++source.events_since_snapshot;
}

void engine_rebuild::add_to_product(const event& e) {
  const auto& defined = std::get<product_defined>(e.body);
  state_.products[defined.settings.sku] = {defined.settings, e.version, e.at};
}

void engine_rebuild::add_to_rules(const event& e) {
  const auto& set = std::get<routing_set>(e.body);
  state_.rules[set.rules.brand] = {{set.rules, set.version}, e.version, e.at};
}

result<recovered_state> engine_rebuild::finish() && {
  // What the delta knows better than a fold of events.
  for (const auto& [key, change] : state_.changes.orders())
    if (change.stuck_after)
      state_.orders.at(order_of({entity_kind::order, key})).stuck_after =
          *change.stuck_after;
  for (const auto& [name, sent] : state_.changes.in_flight()) {
    if (name.to.kind == entity_kind::order)
      if (auto loaded = load_if_over(order_of(name.to)); !loaded)
        return loaded.failure();
    const auto sender = event_at(store_, sent);
    if (!sender) return sender.failure();
    for (auto& message : deliveries_of(*sender)) {
      if (message.to != name.to) continue;
      if (auto* promise = std::get_if<reservation>(&message.content))
        complete(*promise, order_of(message.to));
      state_.in_flight.push_back({name.cause, sender->by, std::move(message)});
    }
  }
  return std::move(state_);
}

/// None when the standard holds.
const routing_rules* engine_rebuild::rules_of(const brand_id& brand) const {
  auto rules = state_.rules.find(brand);
  if (rules == state_.rules.end()) rules = state_.rules.find(brand_id{});
  return rules == state_.rules.end() ? nullptr : &rules->second.rules.rules;
}

/// What a promise says besides its event: by the rules of now.
void engine_rebuild::complete(reservation& promise,
                              const order_key& order) const {
  promise.place = state_.sources.at(promise.source).state.settings.kind;
  const auto* rules = rules_of(order.brand);
  if (promise.round == 0 && rules != nullptr)
    promise.max_sources = rules->max_shipments;
}

}  // namespace

result<recovered_state> replay(const persistence::log_store& store) {
  engine_rebuild state(store);
  if (auto read = state.read_on(); !read) return read.failure();
  return std::move(state).finish();
}

result<recovered_state> recover(const persistence::log_store& store) {
  if (auto sound = check_end(store); !sound) return sound.failure();
  engine_rebuild state(store);
  if (state.begin_at_checkpoint() && state.read_on())
    if (auto recovered = std::move(state).finish()) return recovered;
  return replay(store);
}

result<recovered_order> wake(const persistence::log_store& store,
                             const order_row& row) {
  auto events = events_behind(store, row.head, 0);
  if (!events) return events.failure();
  recovered_order order{
      .state = {}, .head = row.head, .stuck_after = row.stuck_after};
  order.state.key = row.key;
  const auto entity = entity_of(row.key);
  for (const auto& e : *events) {
    if (e.entity != entity)
      return invalid("the timeline of " + row.key.id.value +
                     " leads to another entity");
    order::apply(order.state, e.body, e.time);
  }
  return order;
}

}  // namespace oms::history
