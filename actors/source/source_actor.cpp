#include "actors/source/source_actor.hpp"

#include <algorithm>

#include "actors/collection.hpp"
#include "messages/reserved_names.hpp"

namespace oms {

namespace {

/// Visits the SKUs that an event changes.
template <class Visit>
void for_each_sku_of(const event_body& body, Visit visit) {
  std::visit(
      [&visit](const auto& e) {
        if constexpr (requires { e.lines.front().sku; })
          for (const auto& line : e.lines) visit(line.sku);
        else if constexpr (requires { e.sku; })
          visit(e.sku);
      },
      body);
}

bool changes_settings(const event_body& body) {
  return std::holds_alternative<location_defined>(body) ||
         std::holds_alternative<supplier_defined>(body);
}

stock_comparison comparison_of(const source_state& state,
                               const command_body& command) {
  return std::visit(
      [&state](const auto& body) -> stock_comparison {
        if constexpr (requires { body.sku; })
          return {state, {body.sku}};
        else
          return {state, {}};
      },
      command);
}

stock_comparison comparison_of(const source_state& state,
                               const instruction& told) {
  std::vector<sku_id> skus;
  for (const auto& line : told.lines) skus.push_back(line.sku);
  for (const auto& line : told.restocked) skus.push_back(line.sku);
  return {state, std::move(skus)};
}

}  // namespace

network_source profile_of(const source_state& state,
                          stock_board::column column) {
  network_source profile{.ref = state.self,
                         .column = column,
                         .settings = state.settings,
                         .unit_costs = {}};
  if (state.supplier)
    for (const auto& product : state.supplier->products)
      profile.unit_costs[product.sku] = product.unit_cost;
  return profile;
}

settings_written settings_of(const source_state& state) {
  if (state.supplier)
    return {std::make_shared<const supplier_settings>(*state.supplier)};
  return {state.settings};
}

source_actor::source_actor(caf::actor_config& config, engine_context& context,
                           source_state state, stock_board::column column,
                           sequence head)
    : caf::event_based_actor(config),
      context_(context),
      state_(std::move(state)),
      column_(column),
      log_(entity_of(state_.self), state_.version, head) {
  // On the board before anybody can plan or look around.
  for (const auto& [sku, of] : state_.stock) publish(sku);
  publish_load();
}

caf::behavior source_actor::make_behavior() {
  return {
      [this](reserve_requests& asked) { receive(asked); },
      [this](const instruct& told) { receive(told); },
      [this](const offer_answered& answered) { receive(answered); },
      [this](const offer_call& call) { receive(call); },
      [this](client_command& given) { receive(given); },
      [this](const go_on&) { resume_offers(); },
      [this](const read_source& asked) {
        call_when_written(*this, context_, log_,
                          state_.self.kind == source_kind::location
                              ? "this location"
                              : "this supplier",
                          asked.reader(&state_));
      },
      [this](const report_ask& asked) {
        answer_report(*this, asked, state_.stock.size());
      },
      [this](const collect& asked) { asked.into->add(state_); },
  };
}

void source_actor::receive(client_command& given) {
  source_change change(state_, context_.now());
  const auto compared = comparison_of(state_, given.asked.body);
  const auto decided = std::visit(
      [&change](const auto& command) -> status {
        if constexpr (requires { decide(change, command); })
          return decide(change, command);
        else
          return error{error_code::invalid, "is no command of a source", {}};
      },
      given.asked.body);
  if (!decided) {
    answer_after_commit(*this, context_, std::move(given.reply),
                        decided.failure());
    return;
  }
  std::vector<release> answers;
  if (given.reply.batch) {
    receipt told;
    told.stock = compared.changes(state_);
    answers.push_back({std::move(given.reply), std::move(told)});
  }
  commit(change, {given.asked.by, given.asked.id, {}}, std::move(answers));
}

void source_actor::receive(reserve_requests& asked) {
  source_change change(state_, context_.now());
  const auto first_version = log_.version() + 1;
  std::vector<std::pair<caf::actor, reserve_done>> told;
  for (auto& request : asked.requests) {
    const auto& ask = request.ask;
    const auto version = first_version + change.events().size();
    auto outcome = reserve(change, ask);
    reserve_done settled{.round = ask.round,
                         .source = state_.self,
                         .promise = {},
                         .cause = {log_.entity(), version},
                         .lacking = {}};
    // What is promised is in the order of the lines asked for.
    auto got = outcome.promised.begin();
    for (const auto& line : ask.lines) {
      const bool some = got != outcome.promised.end() && got->line == line.line;
      if (!some || got->units < line.units) settled.lacking.push_back(line.sku);
      if (some) ++got;
    }
    if (!outcome.promised.empty())
      settled.promise = grant{.source = state_.self,
                              .place = state_.settings.kind,
                              .lines = std::move(outcome.promised),
                              .opens = outcome.opens,
                              .round = ask.round};
    told.emplace_back(std::move(request.asker), std::move(settled));
  }
  commit(change, {actor_name{reserved::router}, {}, {}}, {});
  for (auto& [asker, settled] : told) send(asker, std::move(settled));
}

void source_actor::receive(const instruct& told) {
  source_change change(state_, context_.now());
  if (!told.report) {
    follow(change, told.told);
    commit(change, {told.by, {}, told.cause}, {});
    return;
  }
  const auto compared = comparison_of(state_, told.told);
  follow(change, told.told);
  commit(
      change, {told.by, {}, told.cause}, {}, {},
      [report = told.report, changes = compared.changes(state_)](
          const result<sequence>& written) { report->add(written, changes); });
}

void source_actor::receive(const offer_answered& answered) {
  source_change change(state_, context_.now());
  offer_done settled{.from = state_.self,
                     .sku = answered.given.sku,
                     .refused = settle_offer(change, answered.given),
                     .called = answered.called};
  commit(change, {actor_name{reserved::waiting_line}, {}, {}}, {},
         answered.given.takers);
  send(context_.waiting_line_of(settled.sku), std::move(settled));
}

void source_actor::receive(const offer_call& call) {
  source_change change(state_, context_.now());
  const auto units = offer(change, call.sku);
  auto events = std::exchange(change.events(), {});
  publish(events);
  journal_batch batch;
  log_.add(batch, std::move(events),
           {actor_name{reserved::waiting_line}, {}, {}}, change.now());
  if (!batch.events.empty()) send(context_.journal, std::move(batch));
  offer_to_line(call.sku, units, true);
}

void source_actor::resume_offers() {
  // What was on offer when the engine went down is offered again.
  std::vector<sku_id> skus;
  for (const auto& [sku, of] : state_.stock)
    if (of.on_offer > quantity{0}) skus.push_back(sku);
  std::sort(skus.begin(), skus.end());
  for (const auto& sku : skus)
    offer_to_line(sku, state_.item(sku).on_offer, false);
}

void source_actor::commit(source_change& change, const event_origin& origin,
                          std::vector<release> answers,
                          const std::vector<offer_taker>& takers,
                          after_commit then) {
  const auto first_version = log_.version() + 1;
  auto events = std::exchange(change.events(), {});
  publish(events);
  auto told = news_of(events, first_version, takers);
  journal_batch batch;
  batch.answers = std::move(answers);
  batch.then = std::move(then);
  log_.add(batch, std::move(events), origin, change.now());
  if (told.settings_changed)
    batch.then = [network = context_.network,
                  written = settings_of(state_)](const result<sequence>& head) {
      if (head) caf::anon_send(network, written);
    };
  if (!batch.events.empty() || !batch.answers.empty() || batch.then)
    send(context_.journal, std::move(batch));
  for (const auto& [sku, units] : told.offers) offer_to_line(sku, units, false);
  if (told.settings_changed)
    send(context_.network, source_changed{profile_of(state_, column_)});
  for (auto& message : told.to_orders)
    send(context_.directory_of(message.order), std::move(message));
}

source_actor::news source_actor::news_of(
    const std::vector<event_body>& events, std::uint64_t first_version,
    const std::vector<offer_taker>& takers) const {
  news all;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const event_cause cause{log_.entity(), first_version + i};
    if (const auto* units = std::get_if<stock_offered>(&events[i]))
      all.offers.emplace_back(units->sku, units->units);
    all.settings_changed = all.settings_changed || changes_settings(events[i]);
    for (auto& told : deliveries_of(log_.entity(), events[i])) {
      order_delivery message{order_of(told.to), take_back{}, cause};
      if (auto* promise = std::get_if<grant>(&told.content)) {
        // A plan's answer goes straight to the order.
        if (promise->round != 0) continue;
        promise->place = state_.settings.kind;
        for (const auto& taker : takers)
          if (taker.order == message.order)
            promise->max_sources = taker.max_sources;
        message.content = std::move(*promise);
      } else {
        message.content = std::get<take_back>(std::move(told.content));
      }
      all.to_orders.push_back(std::move(message));
    }
  }
  return all;
}

void source_actor::publish(const std::vector<event_body>& events) {
  for (const auto& body : events) {
    if (changes_settings(body))
      for (const auto& [sku, of] : state_.stock) publish(sku);
    for_each_sku_of(body, [this](const sku_id& sku) { publish(sku); });
    const auto* promised = std::get_if<stock_committed>(&body);
    if (promised != nullptr && promised->opens) publish_load();
  }
}

void source_actor::publish_load() {
  auto& load = context_.board.load_of(column_);
  load.opened.store(state_.opened, std::memory_order_release);
  load.day.store(state_.capacity_day.time_since_epoch().count(),
                 std::memory_order_release);
}

void source_actor::publish(const sku_id& sku) {
  context_.board.make(sku).publish(column_, state_.offered(sku),
                                   state_.item(sku).receipts);
}

void source_actor::offer_to_line(const sku_id& sku, quantity units,
                                 bool called) {
  send(context_.waiting_line_of(sku),
       offer_made{.from = state_.self,
                  .source = caf::actor_cast<caf::actor>(this),
                  .sku = sku,
                  .units = units,
                  .receipts = state_.item(sku).receipts,
                  .called = called});
}

}  // namespace oms
