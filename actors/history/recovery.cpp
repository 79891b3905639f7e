#include "actors/history/recovery.hpp"

#include <utility>

#include "actors/history/log_fold.hpp"
#include "persistence/checkpoint_store.hpp"

namespace oms::history {

namespace {

error invalid(std::string why) {
  return {error_code::invalid, std::move(why), {}};
}

// Everything that the engine keeps in memory, from a checkpoint and the log
// after it, or from the log alone. Both ways must agree, which invariant 8
// checks. So the first may fail wherever something does not fit: what was built
// is dropped, and the second is taken.
class engine_rebuild {
 public:
  explicit engine_rebuild(const persistence::log_store& store)
      : store_(store) {}

  /// Begins with the newest checkpoint. Errors: there is none, or it is of no
  /// use.
  status begin_at_checkpoint();
  /// Goes on with the log after it.
  status read_on();
  result<recovered_state> finish() &&;

  // What `dispatch` calls.
  void on_order(const event& e);
  void on_source(const event& e);
  void on_product(const event& e);
  void on_rules(const event& e);
  void on_engine(const event& e);
  void on_reservation(const event& e);

 private:
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

// The head decides what the next entry follows: it must be that of the last.
status check_end(const persistence::log_store& store) {
  const auto last = store.stats().last;
  if (last == 0) return done{};
  const auto found = store.read(last);
  return found ? status{done{}} : status{found.failure()};
}

// The hash comes before all else of the tables: it covers every entry up to
// there, so it shows that they are of this log.
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

  // The tables have where each message was sent, and to whom. The rest of its
  // name, the sender and its version, is in that event.
  std::vector<std::pair<checkpoint::message_name, sequence>> in_flight;
  for (const auto& message : head.in_flight) {
    const auto sender = read_event(store_, message.sent);
    if (!sender) return sender.failure();
    in_flight.push_back(
        {{{sender->entity, sender->version}, message.to}, message.sent});
  }
  // The delta goes on with the rules as they were at the checkpoint: an order
  // keeps the one that held when it began to await fulfillment.
  std::map<brand_id, std::int64_t> stuck_after_s;
  for (const auto& [brand, of] : state_.rules)
    stuck_after_s[brand] = of.rules.rules.stuck_after_s;
  state_.changes =
      checkpoint::checkpoint_delta(head, in_flight, std::move(stuck_after_s));
  state_.without_checkpoint = false;
  return done{};
}

// Orders that are over are not loaded, so only the others can be counted.
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
  // Of products, rules and the storage the newest event says all: it replaces
  // what was before.
  const auto newest = read_head(store_, of);
  if (!newest) return newest.failure();
  dispatch(*newest, *this);
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
  // Through `on_source`, which counts them: the checkpointer goes on from that
  // count until the source is due for its next snapshot.
  const auto events = read_back(store_, {.head = of.head, .after = after});
  if (!events) return events.failure();
  for (const auto& e : *events) on_source(e);
  return done{};
}

status engine_rebuild::load_order(const order_row& row) {
  auto woken = wake(store_, row);
  if (!woken) return woken.failure();
  state_.orders.insert_or_assign(row.key, std::move(*woken));
  return done{};
}

// Without a checkpoint the log is read from its first event, so every order
// that is spoken of is here already, and its row may be of another log.
status engine_rebuild::load_if_over(const order_key& key) {
  if (state_.without_checkpoint || state_.orders.contains(key)) return done{};
  const auto row = checkpoints_.order(key);
  if (!row) return row.failure();
  return *row ? load_order(**row) : status{done{}};
}

// An order that was over at the checkpoint is not in memory, so it is loaded
// before its next event is applied. This is the hot path of a restart: no state
// is copied.
status engine_rebuild::read_on() {
  status loaded = done{};
  auto read =
      read_log(store_, {.after = state_.changes.upto()}, [&](const event& e) {
        if (e.entity.kind == entity_kind::order)
          loaded = load_if_over(order_of(e.entity));
        if (!loaded) return false;
        state_.changes.add(e);
        dispatch(e, *this);
        return true;
      });
  return loaded ? read : loaded;
}

void engine_rebuild::on_order(const event& e) {
  auto key = order_of(e.entity);
  auto& order = state_.orders[key];
  fold(order.state, std::move(key), e);
  order.head = e.at;
}

void engine_rebuild::on_source(const event& e) {
  auto ref = source_of(e.entity);
  auto& source = state_.sources[ref];
  fold(source.state, std::move(ref), e);
  source.head = e.at;
  ++source.events_since_snapshot;
}

void engine_rebuild::on_product(const event& e) {
  const auto& defined = std::get<product_defined>(e.body);
  state_.products[defined.settings.sku] = {defined.settings, e.version, e.at};
}

void engine_rebuild::on_rules(const event& e) {
  const auto& set = std::get<routing_set>(e.body);
  state_.rules[set.rules.brand] = {
      {set.rules, set.version, e.time}, e.version, e.at};
}

// What the storage refused is told once, when it happens. Only where the next
// such event follows is needed again.
void engine_rebuild::on_engine(const event& e) {
  state_.storage = {e.version, e.at};
}

// Its only event.
void engine_rebuild::on_reservation(const event& e) {
  if (const auto* made = std::get_if<reservation_made>(&e.body))
    state_.reservations[reservation_id{e.entity.key}] = *made;
}

// The delta knows which messages were sent and had no effect; the log has what
// they said. A message is made from its event by the function that made it the
// first time, so both say the same.
result<recovered_state> engine_rebuild::finish() && {
  // The delta has seen the rules at each event; the states keep only the
  // newest.
  for (const auto& [key, change] : state_.changes.orders())
    if (change.is_placed || change.has_stuck_after)
      state_.orders.at(order_of({entity_kind::order, key})).stuck_after =
          change.row.stuck_after;
  for (const auto& [name, sent] : state_.changes.in_flight()) {
    // Its receiver may be over, but it has yet to record the message.
    if (name.to.kind == entity_kind::order)
      if (auto loaded = load_if_over(order_of(name.to)); !loaded)
        return loaded.failure();
    const auto sender = read_event(store_, sent);
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

// Those of the brand, else those without a brand, which hold for all others;
// none when neither was ever set.
const routing_rules* engine_rebuild::rules_of(const brand_id& brand) const {
  auto rules = state_.rules.find(brand);
  if (rules == state_.rules.end()) rules = state_.rules.find(brand_id{});
  return rules == state_.rules.end() ? nullptr : &rules->second.rules.rules;
}

// What a reservation says besides its event: by the rules of now. The source
// added it when it sent the message, and it is in no event. Round 0 is that of
// the backorder queue; in a round of planning the plan has limited the sources
// already.
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

// A failure after `begin_at_checkpoint` may be the fault of the tables too,
// such as a row that leads to the wrong event. If it is the log's, `replay`
// meets it again and says so.
result<recovered_state> recover(const persistence::log_store& store) {
  if (auto sound = check_end(store); !sound) return sound.failure();
  engine_rebuild state(store);
  if (state.begin_at_checkpoint() && state.read_on())
    if (auto recovered = std::move(state).finish()) return recovered;
  return replay(store);
}

result<recovered_order> wake(const persistence::log_store& store,
                             const order_row& row) {
  auto state = read_order_state(store, row.key, {.head = row.head});
  if (!state) return state.failure();
  // The row has the rule of then, which the timeline of the order does not say.
  return recovered_order{.state = std::move(*state),
                         .head = row.head,
                         .stuck_after = row.stuck_after};
}

}  // namespace oms::history
