#include "actors/order/order_actor.hpp"

#include <algorithm>
#include <map>

#include "actors/order/decide.hpp"
#include "actors/order/price.hpp"
#include "actors/order/queue_answer.hpp"
#include "messages/overloaded.hpp"
#include "messages/reserved_names.hpp"
#include "persistence/log_store.hpp"

namespace oms::order {

namespace {

/// Whether the source says what this does to its stock.
bool changes_stock(instruction_kind kind) {
  return kind == instruction_kind::reject || kind == instruction_kind::ship ||
         kind == instruction_kind::restock;
}

}  // namespace

order_actor::order_actor(caf::actor_config& config,
                         const engine_context& context, turn_messages& turn)
    : caf::event_based_actor(config), context_(context), turn_(turn) {}

void order_actor::take_on(order_record& order) {
  order_ = &order;
  planning_ = planning_round(order.questions);
}

bool order_actor::is_idle() const {
  return planning_.is_idle() && waiting_.empty() && reads_open_ == 0;
}

order_record& order_actor::let_go() {
  order_->questions = planning_.questions();
  return *std::exchange(order_, nullptr);
}

caf::behavior order_actor::make_behavior() {
  return {
      [this](client_command& given) { on_command(given); },
      [this](const shipment_claimed& answered) {
        on_shipment_claimed(answered);
      },
      [this](personal_data_read& read) { on_personal_data_read(read); },
      [this](plan_made& plan) { on_plan(plan); },
      [this](reserve_outcome& answered) { on_reserved(answered); },
      [this](const order_delivery& delivered) { on_delivery(delivered); },
      [this](const queue_entered& entered) { on_queue_entered(entered); },
      [this](const plan_again&) { on_plan_again(); },
      [this](const deadline_passed& passed) { on_deadline(passed); },
      [this](const go_on&) {
        watch_if_stuck();
        count_if_stuck();
        if (!units_to_plan(state()).empty()) want_plan();
      },
      [this](const read_order& asked) {
        call_when_written(turn_.to_journal, context_, log().head(),
                          log().version(), "this order",
                          asked.reader(&state()));
      },
  };
}

// --- commands ---------------------------------------------------------------

order_decision order_actor::decide_on(const client_command& given) const {
  const auto now = context_.now();
  return std::visit(
      overloaded{
          [&](const place_order& command) {
            return decide(state(), command, given.number, plan_on(), now);
          },
          [&](const record_payment& command) {
            return decide(state(), command, plan_on(), now);
          },
          [&](const work_fulfillment& command) {
            return decide(
                state(), command,
                [this](const source_ref& source, const sku_id& sku) {
                  return receipts_at(source, sku);
                },
                now);
          },
          [&](const receive_return& command) -> order_decision {
            const source_ref to{source_kind::location, command.location};
            auto decision = decide(state(), command, now);
            const bool is_invalid =
                !decision && decision.failure().code == error_code::invalid;
            if (!is_invalid && !context_.board.column_of(to))
              return error{error_code::not_found,
                           "there is no location " + command.location,
                           {{"location", "is not known"}}};
            return decision;
          },
          [&](const auto& command) -> order_decision {
            if constexpr (requires { decide(state(), command, now); })
              return decide(state(), command, now);
            else
              return error{
                  error_code::invalid, "is not a command of an order", {}};
          },
      },
      given.asked.body);
}

plan_moment order_actor::plan_on() const {
  return context_.plan_on.of(state().key.brand);
}

void order_actor::on_command(client_command& given) {
  if (waiting_.empty() && !needs_shipment_id(given)) {
    carry_out(given);
    return;
  }
  waiting_.push_back(std::move(given));
  if (waiting_.size() == 1) claim_shipment_id();
}

void order_actor::carry_out_waiting() {
  while (!waiting_.empty() && !needs_shipment_id(waiting_.front())) {
    carry_out(waiting_.front());
    waiting_.pop_front();
  }
  if (!waiting_.empty()) claim_shipment_id();
}

bool order_actor::needs_shipment_id(const client_command& given) const {
  const auto* work = std::get_if<work_fulfillment>(&given.asked.body);
  return work != nullptr && work->action == fulfillment_action::ship &&
         state().find_shipment(work->shipment) == nullptr;
}

void order_actor::claim_shipment_id() {
  const auto& ship = std::get<work_fulfillment>(waiting_.front().asked.body);
  const auto id = ship.shipment.empty() ? free_shipment(state(), ids_tried_)
                                        : ship.shipment;
  turn_.to_registries.emplace_back(
      context_.registry_number_of({id, state().key.brand}),
      shipment_claim{state().key, id});
}

void order_actor::on_shipment_claimed(const shipment_claimed& answered) {
  auto& given = waiting_.front();
  auto& ship = std::get<work_fulfillment>(given.asked.body);
  if (!answered.granted) {
    const auto& refusal = answered.granted.failure();
    if (ship.shipment.empty() && refusal.code == error_code::conflict) {
      ++ids_tried_;
      claim_shipment_id();
      return;
    }
    // What is wrong with the command itself comes first.
    const auto decision = decide_on(given);
    const bool is_faulty =
        !decision && (decision.failure().code == error_code::invalid ||
                      decision.failure().code == error_code::not_found);
    answer_after_commit(turn_.to_journal, std::move(given.reply),
                        is_faulty ? decision.failure() : refusal);
  } else {
    ship.shipment = answered.shipment;
    carry_out(given);
    // After its events went to the journal: whoever is refused for them is
    // answered after their commit.
    const bool shipped = state().find_shipment(answered.shipment) != nullptr;
    turn_.to_registries.emplace_back(
        context_.registry_number_of({answered.shipment, state().key.brand}),
        shipment_decided{state().key, answered.shipment, shipped});
  }
  ids_tried_ = 0;
  waiting_.pop_front();
  carry_out_waiting();
}

void order_actor::compare_person(client_command& given) {
  ++reads_open_;
  // Once what this order was placed with is on disk.
  call_when_written(
      turn_.to_journal, context_, log().head(), log().version(), "this order",
      [&context = context_, key = state().key,
       asked = std::make_shared<client_command>(std::move(given))](
          const result<sequence>& written) {
        caf::anon_send(context.shard_of(key),
                       personal_data_read{
                           key, std::move(*asked),
                           written ? context.store->personal(key)
                                   : result<personal_data>(written.failure())});
      });
}

void order_actor::on_personal_data_read(personal_data_read& read) {
  --reads_open_;
  const auto& again = std::get<place_order>(read.given.asked.body);
  answer outcome{receipt{}};
  if (!read.stored)
    outcome = read.stored.failure();
  else if (auto same = same_person(state(), again, *read.stored); !same)
    outcome = same.failure();
  answer_after_commit(turn_.to_journal, std::move(read.given.reply),
                      std::move(outcome));
}

void order_actor::carry_out(client_command& given) {
  if (const auto* plan = std::get_if<plan_order>(&given.asked.body)) {
    if (plan->preview)
      preview_plan(std::move(given.reply));
    else
      want_plan(
          {.by_command = true,
           .unfillable_too = true,
           .callers = {{given.asked.by, given.asked.id,
                        [to = std::move(given.reply)](const answer& outcome) {
                          if (to.batch) to.batch->set(to.index, outcome);
                        }}}});
    return;
  }
  auto decision = decide_on(given);
  if (!decision) {
    answer_after_commit(turn_.to_journal, std::move(given.reply),
                        decision.failure());
    return;
  }
  const event_origin origin{given.asked.by, given.asked.id, {}};
  if (decision->events.empty()) {
    if (std::holds_alternative<place_order>(given.asked.body))
      compare_person(given);
    else
      answer_after_commit(turn_.to_journal, std::move(given.reply), receipt{});
    return;
  }
  recorded told;
  const auto before = known_to_others();
  state() = std::move(decision->next);
  record(told, before, std::move(decision->events), decision->at, origin);
  if (given.reply.batch) {
    answer changed_no_stock{receipt{}};
    auto report = std::make_shared<stock_report>(given.reply);
    bool waits = false;
    for (auto& each : told.instructions) {
      if (!changes_stock(each.told.kind)) continue;
      report->expect();
      each.report = report;
      waits = true;
    }
    if (waits)
      told.batch.then = [report](const result<sequence>& written) {
        report->recorded(written);
      };
    else
      told.batch.answers.push_back(
          {std::move(given.reply), std::move(changed_no_stock)});
  }
  tell(std::move(told));
}

// --- what other entities say ------------------------------------------------

void order_actor::on_plan(plan_made& plan) {
  if (!planning_.awaits_plan(plan.round)) return;
  const auto& callers = planning_.wish().callers;
  event_origin origin{actor_name{reserved::router}, {}, {}};
  if (!callers.empty()) origin = {callers[0].by, callers[0].command, {}};
  // On hold or unsecured meanwhile, it keeps its allocations.
  if (!state().holds.empty() || is_unsecured(state())) plan.back.clear();
  recorded told;
  change(
      told,
      [&](timestamp now) {
        return planned(state(), std::move(plan.decision), plan.back,
                       planning_.wish().by_command, now);
      },
      origin);
  const auto events = events_in(told.batch.decisions);
  // What it moves is part of this plan.
  told.opens_demand = false;
  if (!callers.empty()) {
    if (!plan_sequence_) plan_sequence_ = std::make_shared<sequence>(0);
    // The plan is the first of its events.
    told.batch.then = [at = plan_sequence_,
                       events](const result<sequence>& last) {
      if (last) *at = *last - events + 1;
    };
  }
  tell(std::move(told));
  // As the rules were when the order entered the status.
  if (!order_->stuck_after) {
    order_->stuck_after = stuck_after_of(plan.stuck_after_s);
    watch_if_stuck();
  }
  planning_.plan_arrived(plan.asked, std::move(plan.moves),
                         std::move(plan.awaiting_capacity));
  go_on_planning();
}

void order_actor::on_reserved(reserve_outcome& answered) {
  std::optional<caused_reservation> reserved;
  if (answered.promise)
    reserved = {std::move(*answered.promise), answered.cause};
  if (reserved && !planning_.keeps_back(answered.round))
    commit(
        [&](timestamp now) { return granted(state(), reserved->given, now); },
        {actor_name{answered.source.id}, {}, answered.cause});
  planning_.source_answered(answered.round, answered.source,
                            std::move(reserved), answered.lacking);
  go_on_planning();
}

void order_actor::on_delivery(const order_delivery& delivered) {
  // A source may revoke what it has just reserved: the reservation is recorded
  // first, and nothing moves for it.
  if (const auto given_up = planning_.give_up_moves()) carry_out(*given_up);
  const event_origin origin{
      actor_name{delivered.cause.entity.key}, {}, delivered.cause};
  std::visit(
      overloaded{
          [&](const reservation& promise) {
            commit(
                [&](timestamp now) { return granted(state(), promise, now); },
                origin, promise.round == 0 ? &promise : nullptr);
          },
          [&](const revoked_units& loss) {
            commit(
                [&](timestamp now) { return taken_back(state(), loss, now); },
                origin);
          },
      },
      delivered.content);
}

void order_actor::on_queue_entered(const queue_entered& entered) {
  const auto holds = still_holds(state(), entered.accepted, entered.refused,
                                 planning_.wish().unfillable_too);
  if (!holds.accepted.empty() || !holds.refused.empty())
    commit(
        [&](timestamp now) {
          return entered_backorder_queue(state(), holds.accepted, holds.refused,
                                         now);
        },
        {actor_name{reserved::backorder_queue}, {}, {}});
  std::map<std::size_t, queue_change> leaving;
  for (const auto& units : holds.surplus)
    leaving[context_.backorder_queue_number_of(units.sku)]
        .by_sku[units.sku]
        .push_back({units.line, *state().line_index(units.line), -units.units});
  for (auto& [number, change] : leaving) {
    change.order = backorder::queued_order_of(state());
    turn_.to_queues[number].emplace_back(std::move(change));
  }
  planning_.queue_answered();
  go_on_planning();
}

void order_actor::on_plan_again() {
  want_plan({.by_command = false, .unfillable_too = true, .callers = {}});
}

void order_actor::on_deadline(const deadline_passed& passed) {
  switch (passed.kind) {
    case deadline_kind::plan:
      if (!units_to_plan(state()).empty()) want_plan();
      break;
    case deadline_kind::stuck:
      // A deadline may be of an earlier time in the status, or set twice.
      if (const auto due = stuck_alert_due(
              state(), order_->stuck_after.value_or(never_stuck));
          due && *due <= context_.now())
        commit([&](timestamp now) { return stuck(state(), now); },
               {actor_name{reserved::deadlines}, {}, {}});
      watch_if_stuck();
      break;
  }
}

// --- planning ---------------------------------------------------------------

void order_actor::want_plan(plan_wish wish) {
  planning_.want(std::move(wish));
  go_on_planning();
}

void order_actor::preview_plan(reply_to reply) {
  auto ask = ask_with(units_to_replan(state()), movable_units(state()));
  ask.unable.clear();
  ask.preview = std::move(reply);
  turn_.asks.push_back(std::move(ask));
}

plan_ask order_actor::ask_with(std::vector<line_units> lines,
                               std::vector<fulfillment_units> held) {
  plan_ask ask{.order = state().key,
               .round = 0,
               .ship_to = state().body->ship_to,
               .lines = std::move(lines),
               .held = std::move(held),
               .rejections = state().rejections,
               .unable = state().unable,
               .lacking = {},
               .joinable = {},
               .sources = {}};
  ask.sources = sources_of(state(), ask.held);
  for (const auto& work : state().fulfillments)
    if (work.joinable()) ask.joinable.push_back(work.source);
  return ask;
}

void order_actor::go_on_planning() {
  while (auto step = planning_.next(state()))
    std::visit([this](auto& todo) { carry_out(std::move(todo)); }, *step);
  const bool is_planning = !planning_.is_idle();
  if (is_planning == counted_planning_) return;
  counted_planning_ = is_planning;
  context_.orders_planning += is_planning ? 1 : -1;
}

void order_actor::carry_out(plan_question asked) {
  auto ask = ask_with(std::move(asked.lines), std::move(asked.held));
  ask.round = asked.number;
  ask.lacking = std::move(asked.lacking);
  if (asked.lifts_exclusions) ask.unable.clear();
  turn_.asks.push_back(std::move(ask));
}

void order_actor::carry_out(const settlement& settled) {
  recorded told;
  if (!settled.moves.empty())
    change(told,
           [&](timestamp now) { return moved(state(), settled.moves, now); },
           {actor_name{reserved::router}, {}, {}});
  for (const auto& each : settled.reservations)
    change(told,
           [&](timestamp now) { return granted(state(), each.given, now); },
           {actor_name{each.given.source.id}, {}, each.cause});
  // The round itself plans what this opens.
  told.opens_demand = false;
  tell(std::move(told));
}

void order_actor::carry_out(const queue_entry& entry) {
  commit(
      [&](timestamp now) {
        return plan_completed(state(), entry.sources, now);
      },
      {actor_name{reserved::router}, {}, {}});
  std::map<std::size_t, queue_enter> entering;
  for (const auto& units : entry.units)
    entering[context_.backorder_queue_number_of(units.sku)]
        .by_sku[units.sku]
        .push_back({units.line, *state().line_index(units.line), units.units});
  planning_.wait_for_queues(entering.size());
  for (auto& [number, enter] : entering) {
    enter.order = backorder::queued_order_of(state());
    turn_.to_queues[number].emplace_back(std::move(enter));
  }
}

void order_actor::carry_out(round_end ended) {
  if (ended.awaits_capacity) {
    const auto midnight =
        timestamp{day_of(context_.now()) + std::chrono::days(1)};
    turn_.schedules.push_back({midnight, state().key, deadline_kind::plan});
  }
  const auto at = std::exchange(plan_sequence_, nullptr);
  if (ended.callers.empty()) return;
  // By way of the journal, after all that the plan led to, so that what a
  // caller reads after the answer shows it.
  journal_batch batch;
  batch.then = [callers = std::move(ended.callers),
                at](const result<sequence>& written) {
    const auto outcome = written ? answer{receipt{.at = at ? *at : 0}}
                                 : answer{written.failure()};
    for (const auto& each : callers) each.reply(outcome);
  };
  turn_.to_journal.push_back(std::move(batch));
}

void order_actor::watch_if_stuck() {
  if (const auto due =
          stuck_alert_due(state(), order_->stuck_after.value_or(never_stuck)))
    turn_.schedules.push_back({*due, state().key, deadline_kind::stuck});
}

void order_actor::count_if_stuck() {
  const bool stuck_now =
      state().status == order_status::awaiting_fulfillment &&
      state().stuck_alert_at.has_value() &&
      order_->stuck_after.value_or(never_stuck) != never_stuck &&
      context_.now() - state().status_since >= *order_->stuck_after;
  if (stuck_now == order_->counted_stuck) return;
  order_->counted_stuck = stuck_now;
  context_.orders_stuck += stuck_now ? 1 : -1;
}

// --- writing down and telling -----------------------------------------------

template <class Decide>
void order_actor::commit(Decide decide, const event_origin& origin,
                         const reservation* filled) {
  recorded told;
  change(told, decide, origin, filled);
  tell(std::move(told));
}

template <class Decide>
void order_actor::change(recorded& into, Decide decide,
                         const event_origin& origin,
                         const reservation* filled) {
  const auto before = known_to_others();
  const auto now = context_.now();
  record(into, before, decide(now), now, origin, filled);
}

void order_actor::record(recorded& into, const known_before& before,
                         order_events events, timestamp at,
                         const event_origin& origin,
                         const reservation* filled) {
  if (events.empty()) return;
  const auto first_version = log().version() + 1;
  // By line. What a line gave and the order took adds up to nothing.
  std::map<std::size_t, quantity> waiting_changes;
  if (filled != nullptr)
    for (const auto& units : filled->lines)
      waiting_changes[*state().line_index(units.line)] += units.units;
  for (std::size_t i = 0; i < events.size(); ++i) {
    auto follows = consequences_of(log().entity(), events[i], origin.cause);
    for (auto& message : follows.messages)
      into.instructions.push_back(
          {.to = source_of(message.to),
           .told = std::get<instruction>(std::move(message.content)),
           .cause = {log().entity(), first_version + i},
           .by = origin.by});
    for (const auto& change : follows.queue_changes)
      waiting_changes[*state().line_index(change.line)] += change.units;
    into.opens_demand = into.opens_demand || follows.wants_plan;
  }
  // What is secured again is planned again.
  into.opens_demand =
      into.opens_demand || (before.unsecured && !is_unsecured(state()));
  if (auto changes = queue_changes_of(before.queued, waiting_changes);
      !changes.empty())
    into.changes.push_back(std::move(changes));
  log().add(into.batch, std::move(events), origin, at);
}

void order_actor::tell(recorded told) {
  auto& batch = told.batch;
  if (batch.decisions.empty() && batch.answers.empty() && !batch.then) return;
  const bool changed = !batch.decisions.empty();
  turn_.to_journal.push_back(std::move(batch));
  if (!changed) return;
  count_if_stuck();
  for (auto& each : told.instructions)
    turn_.instructions.push_back(std::move(each));
  for (auto& changes : told.changes)
    for (auto& [number, change] : changes)
      turn_.to_queues[number].emplace_back(std::move(change));
  if (told.opens_demand && !units_to_plan(state()).empty()) want_plan();
}

bool order_actor::waits(const order_line_state& line) const {
  return line.buckets.backordered > quantity{0} ||
         (planning_.is_entering_queues() &&
          line.buckets.unrouted > quantity{0});
}

// Most orders never wait, and then it is not worth the copy.
std::optional<backorder::queued_order> order_actor::known_to_queues() const {
  const auto& lines = state().lines;
  if (std::none_of(lines.begin(), lines.end(),
                   [this](const auto& line) { return waits(line); }))
    return std::nullopt;
  return backorder::queued_order_of(state());
}

order_actor::known_before order_actor::known_to_others() const {
  return {known_to_queues(), is_unsecured(state())};
}

std::map<std::size_t, queue_change> order_actor::queue_changes_of(
    const std::optional<backorder::queued_order>& before,
    const std::map<std::size_t, quantity>& by_line) const {
  std::map<std::size_t, queue_change> changes;
  const auto lines_of = [&](const sku_id& sku) -> std::vector<queued_units>& {
    return changes[context_.backorder_queue_number_of(sku)].by_sku[sku];
  };
  for (const auto& [index, units] : by_line) {
    if (units == quantity{0}) continue;
    const auto& ordered = state().lines[index].ordered;
    lines_of(ordered.sku).push_back({ordered.line, index, units});
  }
  const auto known = known_to_queues();
  if (changes.empty() && !known) return changes;
  const auto now = known ? *known : backorder::queued_order_of(state());
  if (!before || before->on_hold != now.on_hold ||
      before->sources != now.sources || before->rejections != now.rejections ||
      before->unable != now.unable)
    for (const auto& line : state().lines)
      if (waits(line)) lines_of(line.ordered.sku);
  for (auto& [number, change] : changes) change.order = now;
  return changes;
}

std::uint64_t order_actor::receipts_at(const source_ref& source,
                                       const sku_id& sku) const {
  const auto* row = context_.board.find(sku);
  const auto column = context_.board.column_of(source);
  return row == nullptr || !column ? 0 : row->receipts(*column);
}

}  // namespace oms::order
