#include <algorithm>
#include <map>
#include <tuple>

#include "actors/checkpoint/checkpoint_lookup.hpp"
#include "actors/engine/engine_system.hpp"
#include "actors/expected_dates.hpp"
#include "actors/faults.hpp"
#include "actors/history/history.hpp"
#include "actors/history/network_history.hpp"
#include "actors/history/sku_history.hpp"
#include "actors/invariants.hpp"
#include "actors/order/alert.hpp"
#include "actors/order/personal_data.hpp"
#include "actors/routing/quote.hpp"
#include "actors/state_hash.hpp"
#include "messages/fields/check.hpp"
#include "persistence/checkpoint_store.hpp"

namespace oms {

namespace {

constexpr std::size_t page_rows = 1'000;
// How far a list may lag behind the log.
constexpr std::chrono::seconds list_lag{1};

}  // namespace

namespace {

error no_order(const order_key& key) {
  return {error_code::not_found, "there is no order " + key.id.value, {}};
}

}  // namespace

// Timelines have no index: each event names the one before it, so they are read
// from their end.
result<std::vector<event>> engine::implementation::walk_back(
    sequence head) const {
  std::vector<event> events;
  const auto read = store.walk_back(head, [&events](const event& e) {
    events.push_back(e);
    return true;
  });
  if (!read) return read.failure();
  std::reverse(events.begin(), events.end());
  return events;
}

result<order_view> engine::order(const order_key& key) {
  auto& self = *implementation_;
  struct seen_order {
    order_view view;
    bool has_personal = false;
    std::uint64_t personal_version = 0;
    std::vector<queue_view> waiting;
  };
  using found = std::optional<seen_order>;
  const auto read = self.wait_for<result<found>>([&](auto done) {
    self.tell(
        self.context.shard_of(key),
        read_order{
            key, [done](const order_state* state) {
              auto seen = found{};
              if (state != nullptr && state->exists())
                seen = {order::view_of(*state), state->has_personal,
                        state->personal_version, order::waiting_lines(*state)};
              return implementation::when_written<found>(done, std::move(seen));
            }});
  });
  if (!read) return read.failure();
  auto shown = *read;
  if (!shown) return no_order(key);
  // Beside the log, not in the order's state, and not in the same moment: an
  // erasure that came since wins, as it should.
  auto personal = history::personal_of(self.store, key, shown->has_personal,
                                       shown->personal_version);
  if (!personal) return personal.failure();
  auto& view = shown->view;
  order::add_personal(view, std::move(*personal));
  view.queue = self.places_in_queues(key, view.body, std::move(shown->waiting));
  return std::move(view);
}

std::vector<queue_view> engine::implementation::places_in_queues(
    const order_key& order, const order_body& body,
    std::vector<queue_view> waiting) {
  if (waiting.empty()) return waiting;
  const auto net = context.net.get();
  std::map<sku_id, std::vector<std::size_t>> by_sku;
  for (std::size_t i = 0; i < waiting.size(); ++i)
    by_sku[waiting[i].sku].push_back(i);
  // Each queue is asked once, for all lines of its SKU.
  struct question {
    sku_id sku;
    std::vector<std::size_t> asked;
    std::vector<line_id> lines;
  };
  std::vector<question> questions;
  for (auto& [sku, asked] : by_sku) {
    question next{sku, std::move(asked), {}};
    for (const auto i : next.asked) next.lines.push_back(waiting[i].line);
    questions.push_back(std::move(next));
  }
  struct place {
    std::int64_t position = 0;
    std::optional<backorder::due_day> due;
  };
  using seen = std::vector<place>;
  const auto answers = wait_for_all<std::optional<result<seen>>>(
      questions.size(), [&](std::size_t i, auto shown) {
        const auto& next = questions[i];
        ask_queue(
            next.sku,
            [order,
             lines = next.lines](const backorder::backorder_queue* queue) {
              seen found(lines.size());
              if (queue == nullptr) return found;
              for (std::size_t k = 0; k < lines.size(); ++k)
                found[k] = {queue->position_of(order, lines[k]),
                            queue->due_of(order, lines[k])};
              return found;
            },
            shown);
      });
  // A queue that waits for the disk is left out: the order itself does not.
  for (std::size_t i = 0; i < questions.size(); ++i)
    for (std::size_t k = 0; k < questions[i].asked.size(); ++k)
      if (*answers[i]) {
        auto& shown = waiting[questions[i].asked[k]];
        shown.position = (**answers[i])[k].position;
        const auto& due = (**answers[i])[k].due;
        if (!due) continue;
        shown.overdue = backorder::is_past(*due, *net, context.now());
        if (shown.overdue) continue;
        shown.expected = due->day;
        // A restock date does not say where.
        if (const auto* from =
                due->location.empty()
                    ? nullptr
                    : net->find({source_kind::location, due->location}))
          shown.expected_delivery =
              dates_from_receipt(*from, net->rules_of(order.brand).rules,
                                 body.ship_to, body.shipping.service, due->day)
                  .delivery;
      }
  std::erase_if(waiting,
                [](const queue_view& each) { return each.position == 0; });
  return waiting;
}

result<std::vector<open_alert>> engine::open_alerts(const entity_ref& entity) {
  using found = std::vector<open_alert>;
  auto& self = *implementation_;
  if (entity.kind == entity_kind::order) {
    const auto key = oms::order_of(entity);
    return self.wait_for<result<found>>([&](auto shown) {
      self.tell(self.context.shard_of(key),
                read_order{key, [shown](const order_state* state) {
                             return implementation::when_written<found>(
                                 shown, state == nullptr
                                            ? found{}
                                            : order::open_alerts_of(*state));
                           }});
    });
  }
  if (is_source(entity.kind))
    return self.look_at<found>(
        source_of(entity), [](const source_state* state) {
          return state == nullptr ? found{} : state->open_alerts;
        });
  // Few, and all of them alerts.
  const auto timeline = history::timeline_of(self.store, entity);
  if (!timeline) return timeline.failure();
  return open_alerts_of(*timeline);
}

result<std::vector<event>> engine::order_timeline(const order_key& key) {
  return timeline(entity_of(key));
}

result<std::vector<routing_decision>> engine::decisions(const order_key& key) {
  auto events = order_timeline(key);
  if (!events) return events.failure();
  return history::decisions_in(std::move(*events));
}

result<whatif_view> engine::whatif(const order_key& key,
                                   whatif_question asked) {
  if (auto faults = faults_of(asked); !faults.empty())
    return invalid(std::move(faults));
  auto& self = *implementation_;
  return self.wait_for<result<whatif_view>>([&](auto done) {
    self.tell(self.context.shard_of(key),
              whatif_ask{key, std::move(asked), done});
  });
}

// The actor is asked only for its newest event, which it gives when that is on
// disk. The events are then read by the caller's thread, so a long timeline
// keeps no actor busy.
result<std::vector<event>> engine::timeline(const entity_ref& entity) {
  auto& self = *implementation_;
  result<sequence> head = sequence{0};
  if (entity.kind == entity_kind::order) {
    const auto key = oms::order_of(entity);
    head = self.wait_for<result<sequence>>([&](auto done) {
      self.tell(self.context.shard_of(key),
                read_order{key, [done](const order_state*) {
                             return after_commit(done);
                           }});
    });
  } else if (is_source(entity.kind)) {
    head = self.wait_for<result<sequence>>([&](auto done) {
      self.tell(self.context.network,
                read_source{source_of(entity), [done](const source_state*) {
                              return after_commit(done);
                            }});
    });
  } else {
    return error{error_code::invalid, "only orders and sources are walked", {}};
  }
  if (!head) return head.failure();
  if (*head == 0)
    return error{error_code::not_found, "there is no " + entity.key, {}};
  return self.walk_back(*head);
}

// No actor knows how many will answer: shards and the network hand the
// question on to actors that they alone know. So the message itself counts,
// since each copy holds `all`.
std::shared_ptr<collection> engine::implementation::gather_everything() {
  auto all = std::make_shared<collection>();
  for (const auto& shard : context.shards) tell(shard, collect{all});
  for (const auto& line : context.backorder_queues) tell(line, collect{all});
  tell(context.network, collect{all});
  for (const auto& keeper : context.reservation_keepers)
    tell(keeper, collect{all});
  all->at = context.now();
  // All have added when no message holds it any more. `use_count` alone orders
  // nothing, so what they added may not be visible here yet.
  if (is_simulated()) {
    settle();
  } else {
    while (all.use_count() > 1)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    all->see_what_was_added();
  }
  // Passivated orders are in no shard. Those that woke up meanwhile are in
  // both, and the shard knows better.
  const persistence::checkpoint_reader checkpoints(store.tables());
  std::string cursor;
  do {
    const auto page = checkpoints.orders({}, cursor, page_rows);
    if (!page) break;
    for (const auto& row : page->rows) {
      if (all->orders.contains(row.key)) continue;
      if (auto woken = history::wake(store, row)) all->add(woken->state);
    }
    cursor = page->cursor;
  } while (!cursor.empty());
  return all;
}

std::vector<order_key> engine::gather_all_orders() {
  std::vector<order_key> keys;
  const auto collected = implementation_->gather_everything();
  for (const auto& [key, order] : collected->orders) keys.push_back(key);
  return keys;
}

// The end of the checkpoint is read before the page. If a new one is written
// between the two, the page shows more than `upto` says, never less.
result<order_page> engine::list(const order_filter& filter,
                                const std::string& cursor, std::size_t limit) {
  const persistence::checkpoint_reader checkpoints(
      implementation_->store.tables());
  const auto upto = [&checkpoints]() -> result<sequence> {
    const auto head = checkpoints.head();
    if (!head) return head.failure();
    return *head ? (*head)->head.upto : 0;
  };
  auto shown = upto();
  if (!shown) return shown.failure();
  implementation_->freshen_indexes(*shown);
  shown = upto();
  if (!shown) return shown.failure();
  auto page = checkpoints.orders(filter, cursor, limit);
  if (page) page->upto = *shown;
  return page;
}

// Orders change faster than checkpoints are written, so a list could be any
// number of events behind. It waits for a checkpoint only if the newest one was
// begun more than a second ago; otherwise each page of a list could cause one.
void engine::implementation::freshen_indexes(sequence shown) {
  using steady = std::chrono::steady_clock;
  // While the store refuses, a checkpoint could show no more than the last one:
  // what is missing is not on disk.
  if (shown >= store.stats().last || !context.storage.ok()) return;
  // A simulated engine has no time in which a list may lag.
  const auto since =
      is_simulated() ? steady::time_point::max() : steady::now() - list_lag;
  if (context.indexed_since.load() >= since) return;
  // What can't be written is written later; the list says how far it goes.
  static_cast<void>(wait_for<status>([&](auto written) {
    tell(context.checkpointer, checkpoint_since{since, written});
  }));
}

result<order_key> engine::order_of_shipment(
    const std::optional<brand_id>& brand, const shipment_id& id) {
  return implementation_->ask_indexes<result<order_key>>(
      [brand, id](const auto& news, const auto& checkpoints) {
        return oms::checkpoint::order_of_shipment(news, checkpoints, brand, id);
      });
}

result<receipt> engine::command_done(const std::string& id) {
  // Ids are sorted, so the id itself is the first of those that begin with it.
  const auto found = implementation_->commands_done(id, 1);
  if (!found) return found.failure();
  if (found->empty() || found->front().id != id)
    return error{
        error_code::not_found, "no command " + id + " is remembered", {}};
  return found->front().given;
}

result<std::vector<done_command>> engine::commands_done(
    const std::string& prefix) {
  return implementation_->commands_done(prefix, limits::max_commands_shown);
}

result<std::vector<done_command>> engine::implementation::commands_done(
    const std::string& prefix, std::size_t limit) {
  return ask_indexes<result<std::vector<done_command>>>(
      [prefix, limit](const auto& news, const auto& checkpoints) {
        return oms::checkpoint::commands_done(news, checkpoints, prefix, limit);
      });
}

// `omsctl erase` does this for a store that no engine serves, and finds the
// orders in the log itself, because it must notice damage in it. Here a fault
// ends the call, and the caller repeats it: what was erased is not erased
// twice.
result<std::size_t> engine::erase_customer(const customer_id& customer,
                                           const std::optional<brand_id>& brand,
                                           const actor_name& by) {
  // The index of customers is that of the newest checkpoint. An order that is
  // not in it would keep its personal data unnoticed.
  if (auto written = checkpoint(); !written) return written.failure();
  std::size_t erased = 0;
  std::string cursor;
  do {
    auto page = list({.brand = brand, .customer = customer}, cursor, page_rows);
    if (!page) return page.failure();
    std::vector<command> batch;
    for (auto& row : page->rows) {
      const auto has_some = implementation_->store.has_personal(row.key);
      if (!has_some) return has_some.failure();
      // Erased before: without this a repeated call would record it again and
      // count it.
      if (!*has_some) continue;
      batch.push_back({.body = erase_personal_data{std::move(row.key)},
                       .by = by,
                       .id = {}});
    }
    erased += batch.size();
    for (const auto& each : execute(std::move(batch)))
      if (!each) return each.failure();
    cursor = page->cursor;
  } while (!cursor.empty());
  return erased;
}

// A caller may ask this for every command, to know whether a source has signed
// it, so it must not cost a message. A source has its column on the stock board
// before the command that defined it is answered.
bool engine::has_source(const std::string& id) const {
  const auto& board = implementation_->context.board;
  return board.column_of({source_kind::location, id}).has_value() ||
         board.column_of({source_kind::supplier, id}).has_value();
}

std::vector<location_settings> engine::locations() {
  using settings = std::vector<location_settings>;
  return implementation_->look_at_network<settings>(
      [](const network_shown& network) {
        settings all;
        for (const auto& [id, each] : network.locations) all.push_back(each);
        return all;
      });
}

std::vector<supplier_settings> engine::suppliers() {
  // A supplier may have 100,000 products: the network actor hands out shared
  // ones, and the copies are made on this thread.
  using settings = std::vector<std::shared_ptr<const supplier_settings>>;
  const auto shared = implementation_->look_at_network<settings>(
      [](const network_shown& network) {
        settings all;
        for (const auto& [id, each] : network.suppliers) all.push_back(each);
        return all;
      });
  std::vector<supplier_settings> all;
  for (const auto& each : shared) all.push_back(*each);
  return all;
}

// As `network::rules_of`, but of the rules that are on disk.
routing_view engine::routing(const brand_id& brand) {
  return implementation_->look_at_network<routing_view>(
      [brand](const network_shown& network) -> routing_view {
        for (const auto& each : {brand, brand_id{}})
          if (const auto found = network.rules.find(each);
              found != network.rules.end())
            return {found->second.rules, found->second.version};
        return {};
      });
}

namespace {

error no_source(const char* kind, const std::string& id) {
  return {
      error_code::not_found, std::string("there is no ") + kind + " " + id, {}};
}

// What was read, unless it can't be shown now, or there is `none`.
template <class T>
result<T> read_or(result<std::optional<T>> read, const error& none) {
  if (!read) return read.failure();
  if (!*read) return none;
  return std::move(**read);
}

}  // namespace

result<location_settings> engine::location(const std::string& id) {
  using found = std::optional<location_settings>;
  auto settings = implementation_->look_at<found>(
      {source_kind::location, id}, [](const source_state* state) {
        return state == nullptr || !state->defined ? found{}
                                                   : found{state->settings};
      });
  return read_or(std::move(settings), no_source("location", id));
}

result<supplier_settings> engine::supplier(const std::string& id) {
  using found = std::optional<supplier_settings>;
  auto settings = implementation_->look_at<found>(
      {source_kind::supplier, id}, [](const source_state* state) {
        if (state == nullptr || !state->supplier) return found{};
        // What is left of its offer, or sending it back would renew it.
        return found{history::supplier_now(*state)};
      });
  return read_or(std::move(settings), no_source("supplier", id));
}

result<stock_view> engine::stock(const std::string& location,
                                 const sku_id& sku) {
  using found = std::optional<stock_view>;
  auto view = implementation_->look_at<found>(
      {source_kind::location, location}, [sku](const source_state* state) {
        return state == nullptr ? found{} : found{source::view_of(*state, sku)};
      });
  return read_or(std::move(view), no_source("location", location));
}

result<std::vector<stock_view>> engine::location_stock(
    const std::string& location) {
  using found = std::optional<std::vector<stock_view>>;
  auto read = implementation_->look_at<found>(
      {source_kind::location, location}, [](const source_state* state) {
        if (state == nullptr) return found{};
        std::vector<stock_view> all;
        for (const auto& [sku, of] : state->stock)
          all.push_back(source::view_of(*state, sku));
        return found{std::move(all)};
      });
  auto view = read_or(std::move(read), no_source("location", location));
  if (!view) return view;
  // Outside of the actor, which has its stock in no order.
  std::sort(
      view->begin(), view->end(),
      [](const stock_view& a, const stock_view& b) { return a.sku < b.sku; });
  return view;
}

result<supplier_stock_view> engine::supplier_stock(const std::string& supplier,
                                                   const sku_id& sku) {
  using found = std::optional<supplier_stock_view>;
  auto view = implementation_->look_at<found>(
      {source_kind::supplier, supplier}, [sku](const source_state* state) {
        return state == nullptr ? found{}
                                : found{history::supplier_view_of(*state, sku)};
      });
  return read_or(std::move(view), no_source("supplier", supplier));
}

result<std::vector<supplier_stock_view>> engine::supplier_stock(
    const std::string& supplier) {
  using found = std::optional<std::vector<supplier_stock_view>>;
  auto view = implementation_->look_at<found>(
      {source_kind::supplier, supplier}, [](const source_state* state) {
        if (state == nullptr || !state->supplier) return found{};
        std::vector<supplier_stock_view> all;
        for (const auto& product : state->supplier->products)
          all.push_back(history::supplier_view_of(*state, product.sku));
        return found{std::move(all)};
      });
  return read_or(std::move(view), no_source("supplier", supplier));
}

result<std::vector<incoming_view>> engine::incoming(
    const std::optional<std::string>& location,
    const std::optional<sku_id>& sku) {
  auto& self = *implementation_;
  std::vector<source_ref> places;
  for (const auto& each : locations())
    if (!location || each.id == *location)
      places.push_back({source_kind::location, each.id});
  if (location && places.empty()) return no_source("location", *location);
  using seen = std::map<sku_id, std::vector<source::incoming_supply>>;
  const auto look = [sku](const source_state* state) {
    if (state == nullptr) return seen{};
    if (!sku) return source::incoming_of(*state);
    return seen{{*sku, source::incoming_of(*state, *sku)}};
  };
  const auto answers = self.wait_for_all<std::optional<result<seen>>>(
      places.size(), [&](std::size_t i, auto shown) {
        self.ask_source(places[i], look, shown);
      });
  const auto net = self.context.net.get();
  const auto is_overdue = [&](const std::string& place, date day) {
    return backorder::is_past({day, place}, *net, now());
  };
  std::vector<incoming_view> all;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (!*answers[i]) return answers[i]->failure();
    for (const auto& [of, supplies] : **answers[i])
      for (const auto& each : supplies)
        all.push_back({.location = places[i].id,
                       .reference = each.reference,
                       .sku = of,
                       .units = each.units,
                       .expected = each.expected,
                       .overdue = each.expected &&
                                  is_overdue(places[i].id, *each.expected),
                       .transferred = each.transferred});
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return std::tie(a.location, a.reference, a.sku, a.transferred) <
           std::tie(b.location, b.reference, b.sku, b.transferred);
  });
  return all;
}

result<sku_stock> engine::stock_of(const sku_id& sku,
                                   const std::optional<std::string>& only) {
  auto& self = *implementation_;
  auto sources = self.context.board.sources_of(sku);
  if (only)
    std::erase_if(sources,
                  [&](const source_ref& each) { return each.id != *only; });
  struct seen {
    std::optional<stock_view> location;
    std::optional<supplier_stock_view> supplier;
  };
  const auto has = [sku](const source_state* state) {
    seen found;
    if (state == nullptr || !state->stock.contains(sku)) return found;
    if (state->self.kind == source_kind::location)
      found.location = source::view_of(*state, sku);
    else
      found.supplier = history::supplier_view_of(*state, sku);
    return found;
  };
  // One after the other and not at one moment: units that move from a source to
  // an order meanwhile may be seen in both or in neither.
  auto waiting = backorders(sku);
  if (!waiting) return waiting.failure();
  const auto answers = self.wait_for_all<std::optional<result<seen>>>(
      sources.size(), [&](std::size_t i, auto shown) {
        self.ask_source(sources[i], has, shown);
      });
  sku_stock all{.sku = sku,
                .locations = {},
                .suppliers = {},
                .waiting = std::move(*waiting)};
  for (const auto& each : answers) {
    // A sum that lacks a source would look like less stock than there is.
    if (!*each) return each->failure();
    const auto& found = **each;
    if (found.location) all.locations.push_back(*found.location);
    if (found.supplier) all.suppliers.push_back(*found.supplier);
  }
  return all;
}

result<std::vector<waiting_view>> engine::backorders(const sku_id& sku) {
  using seen = std::vector<waiting_view>;
  return implementation_->wait_for<result<seen>>([&](auto shown) {
    implementation_->ask_queue(
        sku,
        [](const backorder::backorder_queue* queue) {
          return queue == nullptr ? seen{} : queue->view();
        },
        shown);
  });
}

engine_stats engine::stats() {
  auto& self = *implementation_;
  const auto stored = self.store.stats();
  engine_stats stats{.last = stored.last,
                     .orders = 0,
                     .orders_by_status = {},
                     .commands = self.commands,
                     .refused = self.refused,
                     .log_entries = stored.entries,
                     .store_bytes = stored.bytes,
                     .orders_awake = self.context.orders_awake,
                     .storage_ok = self.context.storage.ok(),
                     .checkpoints = self.context.checkpoints,
                     .checkpoint_failures = self.context.checkpoint_failures,
                     .checkpoint_ok = self.context.checkpoint_ok,
                     .damaged_parts = self.context.damaged_parts,
                     .storage_problem = self.context.storage.problem(),
                     .storage_lost = self.context.storage.is_lost()};
  for (std::size_t i = 0; i < order_status_count; ++i) {
    const auto orders = self.context.orders[i].load();
    stats.orders += orders;
    if (orders > 0)
      stats.orders_by_status.push_back({static_cast<order_status>(i), orders});
  }
  return stats;
}

result<quote_view> engine::quote(const cart& wanted) const {
  auto faults = fields::faults_of(type_of(&wanted), &wanted);
  if (!faults.empty()) return invalid(std::move(faults));
  const auto& context = implementation_->context;
  return routing::quote_of(wanted, *context.net.get(), context);
}

std::vector<reservation_view> engine::reservations(const reservation_id& after,
                                                   std::size_t limit) const {
  const auto& context = implementation_->context;
  std::vector<reservation_view> shown;
  const auto net = context.net.get();
  for (const auto& held : context.held.all(context.now())) {
    if (shown.size() == limit) break;
    if (held.reservation <= after) continue;
    reservation_view view{.reservation = held.reservation,
                          .expires = held.expires,
                          .lines = {},
                          .missing = {}};
    for (const auto& source : net->sources)
      for (const auto& part : held.parts)
        if (part.column == source.column)
          for (const auto& [sku, units] : part.units)
            view.lines.push_back({sku, units, source.ref.id});
    shown.push_back(std::move(view));
  }
  return shown;
}

engine_activity engine::activity(std::size_t lines) {
  constexpr std::chrono::seconds patience{1};
  auto& self = *implementation_;
  const auto& all = self.context;
  auto report = std::make_shared<activity_report>();
  const auto ask = [&](const caf::actor& whom, const char* kind,
                       std::size_t shard = 0) {
    report_ask question{report, kind, std::to_string(shard), lines};
    report->expect(question.kind, question.id);
    self.tell(whom, std::move(question));
  };
  ask(all.journal, "journal");
  ask(all.checkpointer, "checkpointer");
  ask(all.deadlines, "deadlines");
  ask(all.network, "network");
  ask(all.consolidator, "consolidator");
  for (std::size_t i = 0; i < all.shards.size(); ++i)
    ask(all.shards[i], "directory", i);
  for (std::size_t i = 0; i < all.routers.size(); ++i)
    ask(all.routers[i], "router", i);
  for (std::size_t i = 0; i < all.backorder_queues.size(); ++i)
    ask(all.backorder_queues[i], "waitingLine", i);
  for (std::size_t i = 0; i < all.registries.size(); ++i)
    ask(all.registries[i], "shipmentRegistry", i);
  for (std::size_t i = 0; i < all.reservation_keepers.size(); ++i)
    ask(all.reservation_keepers[i], "reservationKeeper", i);
  if (self.is_simulated())
    self.settle();
  else
    // All others answer within moments. The journal may be at the disk for
    // long, and what it would say is in the context.
    report->wait(patience, [&all](const actor_activity& each) {
      return each.kind == "journal" && all.journal_now.at_disk;
    });

  engine_activity seen;
  report->read_into(seen);
  for (auto& each : seen.actors)
    if (each.kind == "journal" && !each.answered)
      each.holds = all.journal_now.unwritten;
  std::sort(seen.actors.begin(), seen.actors.end(),
            [](const actor_activity& a, const actor_activity& b) {
              return std::tie(a.kind, a.id) < std::tie(b.kind, b.id);
            });
  keep_longest(seen.longest_lines, lines);
  seen.commit_us = all.commit_us.read();
  seen.events_per_commit = all.events_per_commit.read();
  seen.orders_stuck = all.orders_stuck;
  return seen;
}

std::vector<violation> engine::check_invariants() {
  settle();
  return violations_of(*implementation_->gather_everything(),
                       implementation_->store);
}

std::string engine::state_hash() {
  settle();
  return state_hash_of(*implementation_->gather_everything());
}

}  // namespace oms
