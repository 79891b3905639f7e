#include "actors/source/source_actor.hpp"

#include <algorithm>

#include "actors/engine/collection.hpp"
#include "messages/reserved_names.hpp"

namespace oms::source {

namespace {

stock_comparison comparison_of(const source_state& state,
                               const command_body& command) {
  return std::visit(
      [&state](const auto& body) -> stock_comparison {
        std::vector<sku_id> skus;
        if constexpr (requires { body.sku; }) skus.push_back(body.sku);
        if constexpr (requires { body.lines.front().sku; })
          for (const auto& line : body.lines) skus.push_back(line.sku);
        return {state, std::move(skus)};
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

namespace {

std::shared_ptr<const calendar::work_calendar> calendar_of(
    const source_state& state) {
  if (state.supplier) return nullptr;
  return std::make_shared<const calendar::work_calendar>(state.settings);
}

}  // namespace

network_source profile_of(const source_state& state,
                          stock_board::column column) {
  network_source profile{.ref = state.self,
                         .column = column,
                         .settings = state.settings,
                         .calendar = calendar_of(state),
                         .terms = {}};
  if (state.supplier) {
    // Shared by all networks that are published until the settings change
    // again.
    auto terms = std::make_shared<std::unordered_map<sku_id, supplier_terms>>();
    terms->reserve(state.supplier->products.size());
    for (const auto& product : state.supplier->products)
      terms->emplace(product.sku,
                     supplier_terms{product.unit_cost, product.lead_time_days});
    profile.terms = std::move(terms);
  }
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
      calendar_(calendar_of(state_)),
      column_(column),
      log_(entity_of(state_.self), state_.version, head) {
  // On the board before the network is published and any order can be planned.
  publish_everything();
  publish_load();
  for (const auto& [id, hold] : state_.holds) {
    publish(id);
    deadlines_.emplace(hold.deadline, id);
  }
}

caf::behavior source_actor::make_behavior() {
  return {
      // CAF compares handlers in this order, so the most frequent come first.
      [this](reserve_requests& asked) {
        let_go_expired();
        on_reserve_requests(asked);
      },
      [this](const instructions& all) {
        let_go_expired();
        on_instructions(all);
      },
      [this](const offer_answered& answered) { on_offer_answered(answered); },
      [this](const offer_call& call) {
        let_go_expired();
        on_offer_call(call);
      },
      [this](const cart_hold& asked) {
        let_go_expired();
        on_hold_request(asked);
      },
      [this](const cart_release& told) {
        let_go_expired();
        on_hold_release(told);
      },
      [this](const holds_expire&) { let_go_expired(); },
      [this](const offer_settled_on_disk& settled) {
        on_offer_settled(settled);
      },
      [this](const revoke_on& more) { on_revoke_on(more); },
      [this](client_command& given) {
        let_go_expired();
        on_command(given);
      },
      [this](const transfer_left& sent) { on_transfer_left(sent); },
      [this](const source_deadline_passed&) { on_deadline(); },
      [this](const go_on&) { resume_work(); },
      [this](const read_source& asked) {
        let_go_expired();
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

void source_actor::on_command(client_command& given) {
  // A definition may change very many SKUs. Deferred, `commit` offers only
  // those that orders wait for.
  source_change change(state_, context_.now(), offers_of_everything::deferred);
  const auto compared = comparison_of(state_, given.asked.body);
  const auto decided = std::visit(
      [&change](const auto& command) -> status {
        if constexpr (requires { decide(change, command); })
          return decide(change, command);
        else
          return error{error_code::invalid, "is not a command of a source", {}};
      },
      given.asked.body);
  if (!decided) {
    answer_after_commit(*this, context_, std::move(given.reply),
                        decided.failure());
    // After the answer: whoever waits for this decision is answered later.
    if (const auto* transfer = std::get_if<transfer_stock>(&given.asked.body))
      send(context_.network, transfer_refused{transfer->transfer});
    return;
  }
  std::vector<release> answers;
  if (given.reply.batch) {
    receipt told;
    // Now, since the state may have gone on when the answer leaves.
    told.stock = compared.changes(state_);
    answers.push_back({std::move(given.reply), std::move(told)});
  }
  std::vector<after_commit> begin;
  for (auto& unfinished : std::exchange(change.unfinished(), {}))
    if (auto next = start_revoking(std::move(unfinished), given.asked.by))
      begin.push_back(std::move(next));
  commit_extras with{.answers = std::move(answers)};
  if (!begin.empty())
    with.then = [begin = std::move(begin)](const result<sequence>& written) {
      for (const auto& each : begin) each(written);
    };
  commit(change, {given.asked.by, given.asked.id, {}}, std::move(with));
}

void source_actor::on_transfer_left(const transfer_left& sent) {
  source_change change(state_, context_.now());
  await_transfer(change, sent.units);
  commit(change, {sent.by, {}, sent.cause}, {});
}

void source_actor::on_deadline() {
  overdue_at_.reset();
  source_change change(state_, context_.now());
  check_overdue(change);
  commit(change, {actor_name{reserved::deadlines}, {}, {}}, {});
  watch_overdue();
}

void source_actor::tell_incoming(const sku_id& sku) {
  send(context_.backorder_queue_of(sku),
       incoming_known{state_.self, sku, incoming_of(state_, sku)});
}

void source_actor::watch_overdue() {
  const auto next = next_overdue(state_);
  if (next == overdue_at_) return;
  overdue_at_ = next;
  send(context_.deadlines, source_schedule{state_.self, next});
}

// All promises of one message are one batch for the journal. Orders are
// answered after it was sent, so their events come after those of the source in
// the log.
void source_actor::on_reserve_requests(reserve_requests& asked) {
  const auto now = context_.now();
  source_change change(state_, now, today(now));
  const auto first_version = log_.version() + 1;
  reserve_outcomes told;
  told.outcomes.reserve(asked.requests.size());
  change.expect(asked.requests.size());
  for (auto& ask : asked.requests) {
    // The event that the promise will be, if there is one: the order names it
    // as its cause.
    const auto version = first_version + change.events().size();
    auto outcome = reserve(change, ask);
    reserve_outcome settled{.order = std::move(ask.order),
                            .round = ask.round,
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
      settled.promise = reservation{.source = state_.self,
                                    .place = state_.settings.kind,
                                    .lines = std::move(outcome.promised),
                                    .opens = outcome.opens,
                                    .round = ask.round};
    told.outcomes.push_back(std::move(settled));
  }
  commit(change, {actor_name{reserved::router}, {}, {}}, {});
  // The router that asked plans for one shard.
  if (told.outcomes.empty()) return;
  const auto& shard = context_.shard_of(told.outcomes.front().order);
  send(shard, std::move(told));
}

void source_actor::on_instructions(const instructions& all) {
  for (const auto& each : all.told) on_instruct(each);
  send_gathered();
}

void source_actor::on_instruct(const instruct& told) {
  source_change change(state_, context_.now());
  if (!told.report) {
    follow(change, told.told);
    gather(change, {told.by, {}, told.cause}, {});
    return;
  }
  // The order's answer to its caller says what the command did to the stock,
  // and waits for this.
  const auto compared = comparison_of(state_, told.told);
  follow(change, told.told);
  gather(change, {told.by, {}, told.cause},
         {.answers = {},
          .takers = nullptr,
          .then = [report = told.report, changes = compared.changes(state_)](
                      const result<sequence>& written) {
            report->add(written, changes);
          }});
}

void source_actor::on_offer_answered(const offer_answered& answered) {
  const auto& given = answered.given;
  const auto now = context_.now();
  source_change change(state_, now, today(now));
  offer_settled_on_disk settled{given.sku, settle_offer(change, given)};
  offerings_[given.sku].is_over = given.is_over;
  // Nothing to wait for: the slice looked at entries in vain, or every taker
  // was refused.
  if (change.events().empty()) {
    on_offer_settled(settled);
    return;
  }
  commit(change, {actor_name{reserved::backorder_queue}, {}, {}},
         {.answers = {},
          .takers = &given.takers,
          .then = tell_myself(std::move(settled))});
}

void source_actor::on_offer_settled(const offer_settled_on_disk& settled) {
  auto& of = offerings_[settled.sku];
  of.is_open = false;
  const auto& stock = state_.item(settled.sku);
  // Without a limit nothing is counted as on offer.
  const bool more =
      of.has_grown ||
      (stock.without_limit ? !of.is_over : stock.on_offer > quantity{0});
  // The end of this slice first, then the next offer: the queue settles what it
  // gave away before it serves more.
  send(context_.backorder_queue_of(settled.sku),
       offer_done{.from = state_.self,
                  .sku = settled.sku,
                  .refused = settled.refused,
                  .is_over = !more,
                  .called = !more && of.called});
  if (more)
    offer_to_line(settled.sku);
  else
    offerings_.erase(settled.sku);
}

void source_actor::on_offer_call(const offer_call& call) {
  offerings_[call.sku].called = true;
  source_change change(state_, context_.now());
  offer(change, call.sku);
  commit(change, {actor_name{reserved::backorder_queue}, {}, {}}, {});
  auto& of = offerings_[call.sku];
  if (of.is_open) return;
  // There is nothing to offer, and that is the answer: the queue calls no other
  // source before it has one. If an offer was open already, its end is the
  // answer.
  of.is_over = true;
  on_offer_settled(offer_settled_on_disk{call.sku, {}});
}

void source_actor::let_go_expired() {
  if (deadlines_.empty()) return;
  const auto now = context_.now();
  if (deadlines_.begin()->first > now) return;
  source_change change(state_, now);
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    const auto id = deadlines_.begin()->second;
    deadlines_.erase(deadlines_.begin());
    if (const auto held = state_.holds.find(id);
        held != state_.holds.end() && held->second.deadline <= now)
      let_go(change, id, std::nullopt, release_cause::expired);
  }
  commit(change, {actor_name{reserved::deadlines}, {}, {}}, {});
}

void source_actor::watch_hold(const reservation_id& reservation,
                              timestamp deadline) {
  deadlines_.emplace(deadline, reservation);
  send(context_.deadlines,
       hold_deadline{deadline, caf::actor_cast<caf::actor>(this)});
}

void source_actor::on_hold_request(const cart_hold& asked) {
  source_change change(state_, context_.now());
  cart_held told{.reservation = asked.reservation,
                 .round = asked.round,
                 .source = state_.self,
                 .held = hold(change, asked.reservation, asked.lines,
                              asked.whole_lines, asked.deadline),
                 .lacking = {}};
  auto got = told.held.begin();
  for (const auto& line : asked.lines) {
    const bool some = got != told.held.end() && got->sku == line.sku;
    if (!some || got->units < line.units) told.lacking.push_back(line.sku);
    if (some) ++got;
  }
  commit(change, {asked.by, {}, {}}, {});
  if (!told.held.empty()) watch_hold(asked.reservation, asked.deadline);
  send(context_.keeper_of(asked.reservation), std::move(told));
}

void source_actor::on_hold_release(const cart_release& told) {
  source_change change(state_, context_.now());
  let_go(change, told.reservation, told.lines, release_cause::released);
  commit_extras with;
  if (told.recorded && !change.events().empty())
    with.then = [at = told.recorded](const result<sequence>& written) {
      if (written) *at = std::max(*at, *written);
    };
  commit(change, {told.by, told.command, {}}, std::move(with));
  // After its events went to the journal, where the answer to the caller
  // follows them.
  send(context_.keeper_of(told.reservation), cart_released{told.reservation});
}

void source_actor::resume_work() {
  for (const auto& [id, hold] : state_.holds) watch_hold(id, hold.deadline);
  // Days may have passed while the engine was down.
  on_deadline();
  // Sorted below, because the order of a hash table must not reach the log or a
  // simulation.
  std::vector<sku_id> offered;
  std::vector<sku_id> short_of;
  for (const auto& [sku, of] : state_.stock) {
    if (of.on_offer > quantity{0}) offered.push_back(sku);
    if (of.revoking > quantity{0}) short_of.push_back(sku);
  }
  std::sort(offered.begin(), offered.end());
  std::sort(short_of.begin(), short_of.end());
  for (const auto& sku : offered) offer_grows(sku);
  for (const auto& sku : short_of)
    if (const auto begin = start_revoking(revocation_of(state_, sku),
                                          actor_name{state_.self.id}))
      begin(sequence{log_.head()->last});
}

template <class Message>
after_commit source_actor::tell_myself(Message message) {
  // By address: a handle in the journal would keep this actor alive as long as
  // the store refuses, and a stopping engine waits for its actors.
  return [self = caf::actor_cast<caf::actor_addr>(this),
          kept = std::make_shared<Message>(std::move(message))](
             const result<sequence>& written) {
    if (!written) return;
    if (const auto to = caf::actor_cast<caf::actor>(self))
      caf::anon_send(to, std::move(*kept));
  };
}

after_commit source_actor::start_revoking(revocation of, const actor_name& by) {
  const auto sku = of.sku;
  // A new count replaces the list of an earlier one, which lacks the promises
  // made since. The message for the next slice is on its way already then.
  const bool under_way = revocations_.contains(sku);
  revocations_.insert_or_assign(sku, revoking{std::move(of), by});
  if (under_way) return {};
  return tell_myself(revoke_on{sku});
}

void source_actor::on_revoke_on(const revoke_on& more) {
  const auto found = revocations_.find(more.sku);
  if (found == revocations_.end()) return;
  source_change change(state_, context_.now());
  const bool goes_on = revoke(change, found->second.of);
  const auto by = found->second.by;
  if (!goes_on) revocations_.erase(found);
  commit(change, {by, {}, {}},
         {.answers = {},
          .takers = nullptr,
          .then = goes_on ? tell_myself(more) : after_commit{}});
}

void source_actor::commit(source_change& change, const event_origin& origin,
                          commit_extras with) {
  gather(change, origin, std::move(with));
  send_gathered();
}

void source_actor::gather(source_change& change, const event_origin& origin,
                          commit_extras with) {
  auto events = std::exchange(change.events(), {});
  publish_consequences(events, log_.version() + 1, origin.by, with);
  to_others_.left_offers = to_others_.left_offers || change.left_offers();
  journal_batch batch;
  batch.answers = std::move(with.answers);
  batch.then = std::move(with.then);
  log_.add(batch, std::move(events), origin, change.now());
  // A definition revokes nothing, so `then` is not in use.
  if (to_others_.settings_changed)
    batch.then = [network = context_.network,
                  written = settings_of(state_)](const result<sequence>& head) {
      if (head) caf::anon_send(network, written);
    };
  if (!batch.decisions.empty() || !batch.answers.empty() || batch.then)
    to_journal_.push_back(std::move(batch));
}

// Sends in the order that the log needs: events to the journal, then everything
// that others answer with events of their own. The stock board comes first and
// may be ahead of the disk, since it is only a hint.
void source_actor::send_gathered() {
  auto told = std::exchange(to_others_, {});
  if (!to_journal_.empty())
    send(context_.journal, journal_batches{std::exchange(to_journal_, {})});
  for (const auto& sku : told.offers) offer_grows(sku);
  if (told.settings_changed) {
    // The network hears of the settings after the units are on offer: once a
    // queue or a router knows that the source serves more, units that an order
    // waits for must not be available.
    const auto wanted = publish_everything();
    if (told.left_offers) put_on_offer(wanted);
    auto profile = profile_of(state_, column_);
    calendar_ = profile.calendar;
    send(context_.network, source_changed{std::move(profile)});
  }
  for (auto& [number, deliveries] : told.to_orders)
    send(context_.shards[number], std::move(deliveries));
  // After the offers, see `incoming_known`.
  for (const auto& sku : told.incoming) tell_incoming(sku);
  if (!told.incoming.empty() || told.settings_changed) watch_overdue();
  for (auto& each : told.left) send(context_.network, std::move(each));
}

void source_actor::publish_consequences(const std::vector<event_body>& events,
                                        std::uint64_t first_version,
                                        const actor_name& by,
                                        const commit_extras& with) {
  std::unordered_map<order_key, std::int64_t> max_sources;
  if (with.takers != nullptr)
    for (const auto& taker : *with.takers)
      max_sources[taker.order] = taker.max_sources;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const event_cause cause{log_.entity(), first_version + i};
    auto follows = consequences_of(log_.entity(), events[i]);
    for (const auto* sku : follows.board_changes) publish(*sku);
    if (follows.opens_fulfillment) publish_load();
    if (follows.holds != nullptr) publish(*follows.holds);
    if (follows.offers != nullptr && !with.keeps_offers)
      to_others_.offers.push_back(*follows.offers);
    to_others_.settings_changed =
        to_others_.settings_changed || follows.changes_settings;
    for (const auto* sku : follows.incoming_changes)
      to_others_.incoming.insert(*sku);
    for (auto& told : follows.messages) {
      if (auto* sent = std::get_if<transferred_units>(&told.content)) {
        to_others_.left.push_back(
            {source_of(told.to), std::move(*sent), cause, by});
        continue;
      }
      order_delivery message{order_of(told.to), revoked_units{}, cause};
      if (auto* promise = std::get_if<reservation>(&told.content)) {
        promise->place = state_.settings.kind;
        if (const auto taker = max_sources.find(message.order);
            taker != max_sources.end())
          promise->max_sources = taker->second;
        message.content = std::move(*promise);
      } else {
        message.content = std::get<revoked_units>(std::move(told.content));
      }
      to_others_.to_orders[context_.shard_number_of(message.order)]
          .deliveries.push_back(std::move(message));
    }
  }
}

date source_actor::today(timestamp now) const {
  return calendar_ ? calendar_->today(now) : day_of(now);
}

void source_actor::publish_load() {
  auto& load = context_.board.load_of(column_);
  // The count before the day: a plan that sees today's date sees a count of
  // today as well.
  load.opened.store(state_.opened, std::memory_order_release);
  load.day.store(state_.capacity_day.time_since_epoch().count(),
                 std::memory_order_release);
}

void source_actor::publish(const sku_id& sku) {
  const auto& of = state_.item(sku);
  context_.board.make(sku).publish(column_, state_.offered(of), of.receipts);
}

void source_actor::publish(const reservation_id& reservation) {
  const auto found = state_.holds.find(reservation);
  if (found == state_.holds.end())
    context_.held.publish(reservation, column_, {}, {});
  else
    context_.held.publish(reservation, column_, found->second.deadline,
                          found->second.units);
}

void source_actor::put_on_offer(const std::vector<sku_id>& wanted) {
  source_change change(state_, context_.now());
  for (const auto& sku : wanted) offer(change, sku);
  commit(change, {actor_name{reserved::backorder_queue}, {}, {}},
         {.answers = {}, .takers = nullptr, .then = {}, .keeps_offers = true});
}

// First the stock, then the mark, so that an order that begins to wait at the
// same time is seen here or sees the stock (actors/stock_board.hpp).
std::vector<sku_id> source_actor::publish_everything() {
  std::vector<sku_id> wanted;
  for (const auto& [sku, of] : state_.stock) {
    const auto units = state_.settings.active ? of.available() : quantity{0};
    auto& row = context_.board.make(sku);
    row.publish(column_, units, of.receipts);
    if (units > quantity{0} && row.is_waited_for()) wanted.push_back(sku);
  }
  std::sort(wanted.begin(), wanted.end());
  return wanted;
}

void source_actor::offer_grows(const sku_id& sku) {
  auto& of = offerings_[sku];
  // One offer of a SKU at a time: an open one tells the queue with its next
  // slice that it begins at the front again.
  of.has_grown = true;
  if (!of.is_open) offer_to_line(sku);
}

void source_actor::offer_to_line(const sku_id& sku) {
  auto& of = offerings_[sku];
  of.is_open = true;
  const auto& stock = state_.item(sku);
  send(context_.backorder_queue_of(sku),
       offer_made{
           .from = state_.self,
           .source = caf::actor_cast<caf::actor>(this),
           .sku = sku,
           .units = stock.without_limit ? state_.offered(sku) : stock.on_offer,
           .receipts = stock.receipts,
           .has_grown = std::exchange(of.has_grown, false)});
}

}  // namespace oms::source
