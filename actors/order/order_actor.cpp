#include "actors/order/order_actor.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "actors/engine/collection.hpp"
#include "actors/order/decide.hpp"
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
                         const engine_context& context, order_state state,
                         sequence head, duration stuck_after)
    : caf::event_based_actor(config),
      context_(context),
      state_(std::move(state)),
      log_(entity_of(state_.key), state_.version, head),
      stuck_after_(has_entered_planning(state_)
                       ? std::optional<duration>(stuck_after)
                       : std::nullopt) {}

caf::behavior order_actor::make_behavior() {
  return {
      [this](client_command& given) { receive(given); },
      [this](const shipment_claimed& answered) { receive(answered); },
      [this](personal_data_read& read) { receive(read); },
      [this](plan_made& plan) { receive(plan); },
      [this](const reserve_outcome& answered) { receive(answered); },
      [this](const order_delivery& delivered) { receive(delivered); },
      [this](const queue_entered& entered) { receive(entered); },
      [this](const plan_again& wish) { receive(wish); },
      [this](const deadline_passed& passed) { receive(passed); },
      [this](const go_on&) {
        watch_if_stuck();
        count_if_stuck();
        if (!units_to_plan(state_).empty()) want_plan();
      },
      [this](const read_order& asked) {
        call_when_written(*this, context_, log_, "this order",
                          asked.reader(&state_));
      },
      [this](const passivation_request& asked) {
        const bool is_idle =
            planning_ == nullptr && waiting_.empty() && reads_open_ == 0;
        if (asked.version == log_.version() && is_idle)
          send(context_.directory_of(state_.key),
               passivation_ready{state_.key});
      },
      [this](const collect& asked) { asked.into->add(state_); },
  };
}

// --- commands ---------------------------------------------------------------

order_decision order_actor::decide_on(const client_command& given) const {
  const auto now = context_.now();
  return std::visit(
      overloaded{
          [&](const place_order& command) {
            return decide(state_, command, given.number, now);
          },
          [&](const work_fulfillment& command) {
            return decide(
                state_, command,
                [this](const source_ref& source, const sku_id& sku) {
                  return receipts_at(source, sku);
                },
                now);
          },
          [&](const receive_return& command) -> order_decision {
            const source_ref to{source_kind::location, command.location};
            auto decision = decide(state_, command, now);
            const bool is_invalid =
                !decision && decision.failure().code == error_code::invalid;
            if (!is_invalid && !context_.board.column_of(to))
              return error{error_code::not_found,
                           "there is no location " + command.location,
                           {{"location", "is not known"}}};
            return decision;
          },
          [&](const auto& command) -> order_decision {
            if constexpr (requires { decide(state_, command, now); })
              return decide(state_, command, now);
            else
              return error{
                  error_code::invalid, "is not a command of an order", {}};
          },
      },
      given.asked.body);
}

void order_actor::receive(client_command& given) {
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
         state_.find_shipment(work->shipment) == nullptr;
}

void order_actor::claim_shipment_id() {
  const auto& ship = std::get<work_fulfillment>(waiting_.front().asked.body);
  const auto id =
      ship.shipment.empty() ? free_shipment(state_, ids_tried_) : ship.shipment;
  send(context_.registry_of({id, state_.key.brand}),
       shipment_claim{caf::actor_cast<caf::actor>(this), state_.key, id});
}

void order_actor::receive(const shipment_claimed& answered) {
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
    answer_after_commit(*this, context_, std::move(given.reply),
                        is_faulty ? decision.failure() : refusal);
  } else {
    ship.shipment = answered.shipment;
    carry_out(given);
    // After its events went to the journal: whoever is refused for them is
    // answered after their commit.
    const bool shipped = state_.find_shipment(answered.shipment) != nullptr;
    send(context_.registry_of({answered.shipment, state_.key.brand}),
         shipment_decided{state_.key, answered.shipment, shipped});
  }
  ids_tried_ = 0;
  waiting_.pop_front();
  carry_out_waiting();
}

void order_actor::compare_person(client_command& given) {
  ++reads_open_;
  // Once what this order was placed with is on disk.
  call_when_written(
      *this, context_, log_, "this order",
      [this_order = caf::actor_cast<caf::actor>(this), key = state_.key,
       store = context_.store,
       asked = std::make_shared<client_command>(std::move(given))](
          const result<sequence>& written) {
        caf::anon_send(this_order,
                       personal_data_read{
                           std::move(*asked),
                           written ? store->personal(key)
                                   : result<personal_data>(written.failure())});
      });
}

void order_actor::receive(personal_data_read& read) {
  --reads_open_;
  const auto& again = std::get<place_order>(read.given.asked.body);
  answer outcome{receipt{}};
  if (!read.stored)
    outcome = read.stored.failure();
  else if (auto same = same_person(state_, again, *read.stored); !same)
    outcome = same.failure();
  answer_after_commit(*this, context_, std::move(read.given.reply),
                      std::move(outcome));
}

void order_actor::carry_out(client_command& given) {
  if (const auto* plan = std::get_if<plan_order>(&given.asked.body)) {
    if (plan->preview)
      preview_plan(std::move(given.reply));
    else
      want_plan({.by_command = true,
                 .unfillable_too = true,
                 .callers = {{given.asked.by, given.asked.id,
                              std::move(given.reply)}}});
    return;
  }
  auto decision = decide_on(given);
  if (!decision) {
    answer_after_commit(*this, context_, std::move(given.reply),
                        decision.failure());
    return;
  }
  const event_origin origin{given.asked.by, given.asked.id, {}};
  if (decision->events.empty()) {
    if (std::holds_alternative<place_order>(given.asked.body))
      compare_person(given);
    else
      answer_after_commit(*this, context_, std::move(given.reply), receipt{});
    return;
  }
  recorded told;
  record(told,
         state_.exists() ? backorder::queued_order_of(state_)
                         : backorder::queued_order{},
         std::move(*decision), origin);
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

void order_actor::receive(plan_made& plan) {
  if (!planning_ || planning_->round != plan.round) return;
  const auto& callers = planning_->wish.callers;
  event_origin origin{actor_name{reserved::router}, {}, {}};
  if (!callers.empty()) origin = {callers[0].by, callers[0].command, {}};
  // On hold meanwhile, it keeps its allocations.
  if (!state_.holds.empty()) plan.back.clear();
  recorded told;
  record(
      told,
      [&](order_state given) {
        return planned(std::move(given), std::move(plan.decision), plan.back,
                       planning_->wish.by_command, context_.now());
      },
      origin);
  const auto events = told.batch.events.size();
  // What it moves is part of this plan.
  told.opens_demand = false;
  // The plan is the first of its events.
  if (!callers.empty())
    told.batch.then = [at = planning_->at,
                       events](const result<sequence>& last) {
      if (last) *at = *last - events + 1;
    };
  tell(std::move(told));
  // As the rules were when the order entered the status.
  if (!stuck_after_) {
    stuck_after_ = stuck_after_of(plan.stuck_after_s);
    watch_if_stuck();
  }
  planning_->awaiting_capacity = plan.awaiting_capacity;
  planning_->moves = std::move(plan.moves);
  planning_->answers_open = plan.asked + 1;
  take_answer();
}

void order_actor::receive(const reserve_outcome& answered) {
  const bool in_round = planning_ && planning_->round == answered.round;
  if (in_round && !planning_->moves.empty())
    planning_->answered.push_back(answered);
  else if (answered.promise)
    commit(
        [&](order_state given) {
          return granted(std::move(given), *answered.promise, context_.now());
        },
        {actor_name{entity_of(answered.source).key}, {}, answered.cause});
  if (!in_round) return;
  for (const auto& sku : answered.lacking)
    planning_->lacking.emplace_back(answered.source, sku);
  planning_->had_less = planning_->had_less || !answered.lacking.empty();
  auto& gave = planning_->gave;
  if (answered.promise &&
      std::find(gave.begin(), gave.end(), answered.source) == gave.end())
    gave.push_back(answered.source);
  take_answer();
}

void order_actor::receive(const order_delivery& delivered) {
  // What a source takes back may be what it has just promised: that is
  // recorded first, and nothing moves for it.
  if (planning_ && !planning_->answered.empty()) settle_moves(false);
  const event_origin origin{
      actor_name{delivered.cause.entity.key}, {}, delivered.cause};
  std::visit(
      overloaded{
          [&](const reservation& promise) {
            commit(
                [&](order_state given) {
                  return granted(std::move(given), promise, context_.now());
                },
                origin, promise.round == 0 ? &promise : nullptr);
          },
          [&](const revoked_units& loss) {
            commit(
                [&](order_state given) {
                  return taken_back(std::move(given), loss, context_.now());
                },
                origin);
          },
      },
      delivered.content);
}

void order_actor::receive(const queue_entered& entered) {
  // What was cancelled meanwhile does not wait.
  std::vector<line_units> waits;
  std::unordered_map<line_id, quantity> waiting_of;
  std::map<std::size_t, queue_change> surplus;
  for (auto units : entered.accepted) {
    const auto index = *state_.line_index(units.line);
    const auto room = state_.lines[index].buckets.unrouted;
    const auto over = std::max(quantity{0}, units.units - room);
    units.units -= over;
    if (units.units > quantity{0}) {
      waits.push_back(units);
      waiting_of[units.line] += units.units;
    }
    if (over > quantity{0})
      surplus[context_.backorder_queue_number_of(units.sku)]
          .by_sku[units.sku]
          .push_back({units.line, index, -over});
  }
  std::vector<line_units> refused;
  for (auto units : entered.refused) {
    const auto index = *state_.line_index(units.line);
    auto room = state_.lines[index].buckets.unrouted;
    if (const auto of = waiting_of.find(units.line); of != waiting_of.end())
      room -= of->second;
    const auto known = state_.lines[index].unfillable;
    if (planning_ && !planning_->wish.unfillable_too) units.units += known;
    // A cancellation meanwhile may have taken of what was found so before.
    units.units = std::min(units.units, room);
    // Found so before: that is no news.
    if (units.units != known) refused.push_back(units);
  }
  if (!waits.empty() || !refused.empty())
    commit(
        [&](order_state given) {
          return entered_backorder_queue(std::move(given), waits, refused,
                                         context_.now());
        },
        {actor_name{reserved::backorder_queue}, {}, {}});
  for (auto& [number, change] : surplus) {
    change.order = backorder::queued_order_of(state_);
    send(context_.backorder_queues[number], std::move(change));
  }
  if (!planning_) return;
  if (--planning_->answers_open == 0) end_planning();
}

void order_actor::receive(const plan_again&) {
  want_plan({.by_command = false, .unfillable_too = true, .callers = {}});
}

void order_actor::receive(const deadline_passed& passed) {
  switch (passed.kind) {
    case deadline_kind::plan:
      if (!units_to_plan(state_).empty()) want_plan();
      break;
    case deadline_kind::stuck:
      if (state_.status != order_status::awaiting_fulfillment) break;
      commit(
          [&](order_state given) {
            return stuck(std::move(given), context_.now());
          },
          {actor_name{reserved::deadlines}, {}, {}});
      watch_if_stuck();
      break;
  }
}

// --- planning ---------------------------------------------------------------

void order_actor::want_plan(plan_wish wish) {
  if (!planning_) {
    planning_ = std::make_unique<planning>();
    planning_->held_too = wish.by_command;
    if (!wish.callers.empty()) planning_->at = std::make_shared<sequence>(0);
    planning_->wish = std::move(wish);
    ask_for_plan();
    return;
  }
  if (!planning_->next) planning_->next.emplace();
  auto& next = *planning_->next;
  next.by_command = next.by_command || wish.by_command;
  next.unfillable_too = next.unfillable_too || wish.unfillable_too;
  for (auto& caller : wish.callers) next.callers.push_back(std::move(caller));
}

std::vector<line_units> order_actor::demand() const {
  return units_to_plan(state_, planning_->wish.unfillable_too);
}

plan_ask order_actor::ask_with(std::vector<line_units> lines,
                               std::vector<fulfillment_units> held) {
  plan_ask ask{.asker = caf::actor_cast<caf::actor>(this),
               .order = state_.key,
               .round = rounds_,
               .ship_to = state_.body->ship_to,
               .lines = std::move(lines),
               .held = std::move(held),
               .rejections = state_.rejections,
               .unable = state_.unable,
               .lacking = {},
               .joinable = {},
               .sources = {}};
  ask.sources = sources_of(state_, ask.held);
  for (const auto& work : state_.fulfillments)
    if (work.joinable()) ask.joinable.push_back(work.source);
  return ask;
}

void order_actor::preview_plan(reply_to reply) {
  auto ask = ask_with(units_to_replan(state_), movable_units(state_));
  ask.unable.clear();
  ask.preview = std::move(reply);
  send(context_.routers[context_.shard_of(state_.key)], std::move(ask));
}

void order_actor::ask_for_plan() {
  const bool held_too = std::exchange(planning_->held_too, false);
  ++rounds_;
  auto ask = ask_with(
      held_too ? units_to_replan(state_) : demand(),
      held_too ? movable_units(state_) : std::vector<fulfillment_units>{});
  ask.lacking = planning_->lacking;
  // Asked for by command, a source that was unable gets another chance: also
  // when there is nothing to plan, the event says so.
  bool lifts_exclusions = false;
  if (planning_->wish.by_command)
    lifts_exclusions = !std::exchange(ask.unable, {}).empty();
  if (ask.lines.empty() && ask.held.empty() && !lifts_exclusions) {
    end_planning();
    return;
  }
  planning_->round = rounds_;
  planning_->had_less = false;
  send(context_.routers[context_.shard_of(state_.key)], std::move(ask));
}

void order_actor::take_answer() {
  if (--planning_->answers_open > 0) return;
  if (!planning_->moves.empty()) {
    // Unless something was short, or was cancelled or picked meanwhile.
    const auto& moves = planning_->moves;
    settle_moves(!planning_->had_less && state_.holds.empty() &&
                 still_promised(state_, moves) == moves);
  }
  if (planning_->held_too || (planning_->had_less && !demand().empty()))
    ask_for_plan();
  else
    enter_backorder_queues();
}

void order_actor::settle_moves(bool move) {
  const auto moves = std::exchange(planning_->moves, {});
  const auto answers = std::exchange(planning_->answered, {});
  recorded told;
  if (move)
    record(told,
           [&](order_state given) {
             return moved(std::move(given), moves, context_.now());
           },
           {actor_name{reserved::router}, {}, {}});
  for (const auto& each : answers)
    if (each.promise)
      record(told,
             [&](order_state given) {
               return granted(std::move(given), *each.promise, context_.now());
             },
             {actor_name{entity_of(each.source).key}, {}, each.cause});
  told.opens_demand = false;
  tell(std::move(told));
  // What is there stays, and another plan is made.
  planning_->held_too = !move;
}

void order_actor::enter_backorder_queues() {
  commit(
      [&](order_state given) {
        return plan_completed(std::move(given), planning_->gave,
                              context_.now());
      },
      {actor_name{reserved::router}, {}, {}});
  std::map<std::size_t, queue_enter> entering;
  for (auto units : demand()) {
    for (const auto& parked : planning_->awaiting_capacity)
      if (parked.line == units.line)
        units.units -= std::min(units.units, parked.units);
    if (units.units <= quantity{0}) continue;
    entering[context_.backorder_queue_number_of(units.sku)]
        .by_sku[units.sku]
        .push_back({units.line, *state_.line_index(units.line), units.units});
  }
  if (entering.empty()) {
    end_planning();
    return;
  }
  planning_->answers_open = entering.size();
  planning_->entering = true;
  for (auto& [number, enter] : entering) {
    enter.asker = caf::actor_cast<caf::actor>(this);
    enter.order = backorder::queued_order_of(state_);
    send(context_.backorder_queues[number], std::move(enter));
  }
}

void order_actor::watch_if_stuck() {
  if (state_.status != order_status::awaiting_fulfillment ||
      stuck_after_.value_or(never_stuck) == never_stuck)
    return;
  const auto at = state_.status_since + *stuck_after_ +
                  state_.stuck_alerts * std::chrono::hours(24);
  send(context_.deadlines, schedule{at, state_.key, deadline_kind::stuck});
}

void order_actor::count_if_stuck() {
  const bool stuck_now = state_.status == order_status::awaiting_fulfillment &&
                         state_.stuck_alerts > 0 &&
                         stuck_after_.value_or(never_stuck) != never_stuck &&
                         context_.now() - state_.status_since >= *stuck_after_;
  if (stuck_now == counted_stuck_) return;
  counted_stuck_ = stuck_now;
  context_.orders_stuck += stuck_now ? 1 : -1;
}

void order_actor::end_planning() {
  const auto ended = std::move(planning_);
  if (!ended->awaiting_capacity.empty()) {
    const auto midnight =
        timestamp{day_of(context_.now()) + std::chrono::days(1)};
    send(context_.deadlines,
         schedule{midnight, state_.key, deadline_kind::plan});
  }
  if (!ended->wish.callers.empty()) {
    journal_batch batch;
    batch.then = [callers = std::move(ended->wish.callers),
                  at = ended->at](const result<sequence>& written) {
      const auto given =
          written ? answer{receipt{.at = *at}} : answer{written.failure()};
      for (const auto& each : callers)
        if (each.reply.batch) each.reply.batch->set(each.reply.index, given);
    };
    send(context_.journal, std::move(batch));
  }
  if (ended->next) want_plan(std::move(*ended->next));
}

// --- writing down and telling -----------------------------------------------

void order_actor::commit(const sure_decider& decide, const event_origin& origin,
                         const reservation* filled) {
  recorded told;
  record(told, decide, origin, filled);
  tell(std::move(told));
}

void order_actor::record(recorded& into, const sure_decider& decide,
                         const event_origin& origin,
                         const reservation* filled) {
  const auto before = backorder::queued_order_of(state_);
  record(into, before, decide(std::move(state_)), origin, filled);
}

void order_actor::record(recorded& into, const backorder::queued_order& before,
                         order_outcome outcome, const event_origin& origin,
                         const reservation* filled) {
  state_ = std::move(outcome.next);
  if (outcome.events.empty()) return;
  const auto first_version = log_.version() + 1;
  // By line. What a line gave and the order took adds up to nothing.
  std::map<std::size_t, quantity> waiting_changes;
  if (filled != nullptr)
    for (const auto& units : filled->lines)
      waiting_changes[*state_.line_index(units.line)] += units.units;
  for (std::size_t i = 0; i < outcome.events.size(); ++i) {
    auto follows =
        consequences_of(log_.entity(), outcome.events[i], origin.cause);
    for (auto& message : follows.messages)
      into.instructions.push_back(
          {.to = source_of(message.to),
           .told = std::get<instruction>(std::move(message.content)),
           .cause = {log_.entity(), first_version + i},
           .by = origin.by});
    for (const auto& change : follows.queue_changes)
      waiting_changes[*state_.line_index(change.line)] += change.units;
    into.opens_demand = into.opens_demand || follows.wants_plan;
  }
  into.changes.push_back(queue_changes_of(before, waiting_changes));
  log_.add(into.batch, std::move(outcome.events), origin, outcome.at);
}

void order_actor::tell(recorded told) {
  auto& batch = told.batch;
  if (batch.events.empty() && batch.answers.empty() && !batch.then) return;
  const bool changed = !batch.events.empty();
  // Ahead of what it tells others: their events come behind these.
  send(context_.journal, std::move(batch));
  if (!changed) return;
  count_if_stuck();
  for (auto& each : told.instructions)
    send(context_.routers[context_.shard_of(state_.key)], std::move(each));
  for (auto& changes : told.changes)
    for (auto& [number, change] : changes)
      send(context_.backorder_queues[number], std::move(change));
  if (told.opens_demand && !units_to_plan(state_).empty()) want_plan();
}

std::map<std::size_t, queue_change> order_actor::queue_changes_of(
    const backorder::queued_order& before,
    const std::map<std::size_t, quantity>& by_line) const {
  std::map<std::size_t, queue_change> changes;
  const auto lines_of = [&](const sku_id& sku) -> std::vector<queued_units>& {
    return changes[context_.backorder_queue_number_of(sku)].by_sku[sku];
  };
  for (const auto& [index, units] : by_line) {
    if (units == quantity{0}) continue;
    const auto& ordered = state_.lines[index].ordered;
    lines_of(ordered.sku).push_back({ordered.line, index, units});
  }
  const auto now = backorder::queued_order_of(state_);
  if (before.on_hold != now.on_hold || before.sources != now.sources ||
      before.rejections != now.rejections || before.unable != now.unable)
    for (const auto& line : state_.lines)
      if (line.buckets.backordered > quantity{0} ||
          (planning_ && planning_->entering &&
           line.buckets.unrouted > quantity{0}))
        lines_of(line.ordered.sku);
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
