#include "actors/order/order_actor.hpp"

#include <algorithm>
#include <map>

#include "actors/collection.hpp"

namespace oms {

namespace {

template <class... Handlers>
struct overloaded : Handlers... {
  using Handlers::operator()...;
};
template <class... Handlers>
overloaded(Handlers...) -> overloaded<Handlers...>;

/// Whether these events give the order units that need a source.
bool opens_demand(const std::vector<event_body>& events) {
  return std::any_of(events.begin(), events.end(), [](const event_body& body) {
    if (const auto* step = std::get_if<status_changed>(&body))
      return step->to == order_status::awaiting_fulfillment;
    return std::holds_alternative<units_rejected>(body) ||
           std::holds_alternative<units_taken_back>(body) ||
           std::holds_alternative<units_released>(body) ||
           std::holds_alternative<hold_released>(body);
  });
}

/// Units that `plan` may place anew: promised, not picked, and no third
/// party has begun with them.
std::vector<fulfillment_units> movable_units(const order_state& state) {
  std::vector<fulfillment_units> movable;
  for (const auto& work : state.fulfillments) {
    const bool third_party = work.place == place_kind::three_pl ||
                             work.place == place_kind::dropship;
    if (work.accepted && third_party) continue;
    fulfillment_units part{work.id, work.source, {}};
    for (const auto& line : work.lines) {
      const auto& ordered = state.lines[line.line].ordered;
      const auto units = line.allocated - line.cancel_requested;
      if (units > quantity{0})
        part.lines.push_back({ordered.line, ordered.sku, units, quantity{0}});
    }
    if (!part.lines.empty()) movable.push_back(std::move(part));
  }
  return movable;
}

}  // namespace

order_actor::order_actor(caf::actor_config& config,
                         const engine_context& context, order_state state,
                         sequence head, duration stuck_after)
    : caf::event_based_actor(config),
      context_(context),
      state_(std::move(state)),
      log_(entity_of(state_.key), state_.version, head),
      stuck_after_(stuck_after) {}

caf::behavior order_actor::make_behavior() {
  return {
      [this](client_command& given) { receive(given); },
      [this](plan_made& plan) { receive(plan); },
      [this](const reserve_done& answered) { receive(answered); },
      [this](const order_delivery& delivered) { receive(delivered); },
      [this](const wait_entered& entered) { receive(entered); },
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
      [this](const sleep_ask& asked) {
        if (asked.version == log_.version() && planning_ == nullptr)
          send(context_.directory_of(state_.key), sleep_ready{state_.key});
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
            if (!context_.board.column_of(to))
              return error{error_code::not_found,
                           "there is no location " + command.location,
                           {{"location", "is not known"}}};
            return decide(state_, command, now);
          },
          [&](const auto& command) -> order_decision {
            if constexpr (requires { decide(state_, command, now); })
              return decide(state_, command, now);
            else
              return error{
                  error_code::invalid, "is no command of an order", {}};
          },
      },
      given.asked.body);
}

void order_actor::receive(client_command& given) {
  auto decision = decide_on(given);
  if (!decision) {
    answer_after_commit(*this, context_, std::move(given.reply),
                        decision.failure());
    return;
  }
  std::vector<release> answers;
  if (given.reply.batch) answers.push_back({std::move(given.reply), receipt{}});
  commit(std::move(*decision), {given.asked.by, given.asked.id, {}},
         std::move(answers));
  if (std::holds_alternative<plan_order>(given.asked.body))
    want_plan(true, true);
}

// --- what other entities say ------------------------------------------------

void order_actor::receive(plan_made& plan) {
  if (!planning_ || planning_->round != plan.round) return;
  commit(planned(state_, std::move(plan.decision), plan.back, context_.now()),
         {actor_name{"router"}, {}, {}}, {});
  if (stuck_after_ == duration{0}) {
    stuck_after_ = std::chrono::seconds(plan.stuck_after_s);
    watch_if_stuck();
  }
  planning_->awaiting_capacity = plan.awaiting_capacity;
  planning_->answers_open = plan.asked + 1;
  take_answer();
}

void order_actor::receive(const reserve_done& answered) {
  const auto source = entity_of(answered.source);
  if (answered.promise)
    commit(granted(state_, *answered.promise, context_.now()),
           {actor_name{source.key}, {}, answered.cause}, {});
  if (!planning_ || planning_->round != answered.round) return;
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
  const event_origin origin{
      actor_name{delivered.cause.entity.key}, {}, delivered.cause};
  std::visit(overloaded{
                 [&](const grant& promise) {
                   commit(granted(state_, promise, context_.now()), origin, {},
                          promise.round == 0 ? &promise : nullptr);
                 },
                 [&](const take_back& loss) {
                   commit(taken_back(state_, loss, context_.now()), origin, {});
                 },
             },
             delivered.content);
}

void order_actor::receive(const wait_entered& entered) {
  // What was cancelled meanwhile does not wait.
  std::vector<line_units> waits;
  std::map<sku_id, wait_change> surplus;
  for (auto units : entered.accepted) {
    const auto index = *state_.line_index(units.line);
    const auto room = state_.lines[index].buckets.unrouted;
    const auto over = std::max(quantity{0}, units.units - room);
    units.units -= over;
    if (units.units > quantity{0}) waits.push_back(units);
    if (over > quantity{0}) {
      auto& change = surplus[units.sku];
      change.sku = units.sku;
      change.lines.push_back({units.line, index, -over});
    }
  }
  std::vector<line_units> refused;
  for (auto units : entered.refused) {
    const auto index = *state_.line_index(units.line);
    auto room = state_.lines[index].buckets.unrouted;
    for (const auto& each : waits)
      if (each.line == units.line) room -= each.units;
    const auto known = state_.lines[index].unfillable;
    if (planning_ && !planning_->unfillable_too) units.units += known;
    // A cancellation meanwhile may have taken of what was found so before.
    units.units = std::min(units.units, room);
    // Found so before: that is no news.
    if (units.units != known) refused.push_back(units);
  }
  if (!waits.empty() || !refused.empty())
    commit(entered_waiting_line(state_, waits, refused, context_.now()),
           {actor_name{"waiting line"}, {}, {}}, {});
  for (auto& [sku, change] : surplus) {
    change.order = waiting_order_of(state_);
    send(context_.waiting_line_of(sku), std::move(change));
  }
  if (!planning_) return;
  if (--planning_->answers_open == 0) end_planning();
}

void order_actor::receive(const plan_again&) { want_plan(false, true); }

void order_actor::receive(const deadline_passed& passed) {
  switch (passed.kind) {
    case deadline_kind::plan:
      if (!units_to_plan(state_).empty()) want_plan();
      break;
    case deadline_kind::stuck:
      if (state_.status != order_status::awaiting_fulfillment) break;
      commit(stuck(state_, context_.now()), {actor_name{"deadlines"}, {}, {}},
             {});
      watch_if_stuck();
      break;
  }
}

// --- planning ---------------------------------------------------------------

void order_actor::want_plan(bool held_too, bool unfillable_too) {
  const bool under_way = planning_ != nullptr;
  if (!under_way) planning_ = std::make_unique<planning>();
  planning_->wanted_again = under_way;
  planning_->held_too = planning_->held_too || held_too;
  planning_->unfillable_too = planning_->unfillable_too || unfillable_too;
  if (!under_way) ask_for_plan();
}

std::vector<line_units> order_actor::demand() const {
  return units_to_plan(state_, planning_->unfillable_too);
}

void order_actor::ask_for_plan() {
  plan_ask ask{.asker = caf::actor_cast<caf::actor>(this),
               .order = state_.key,
               .round = ++rounds_,
               .ship_to = state_.body->ship_to,
               .lines = demand(),
               .rejections = state_.rejections,
               .lacking = planning_->lacking,
               .sources = sources_of(state_)};
  if (std::exchange(planning_->held_too, false) && state_.holds.empty())
    ask.held = movable_units(state_);
  for (const auto& work : state_.fulfillments)
    if (work.joinable()) ask.joinable.push_back(work.source);
  if (ask.lines.empty() && ask.held.empty()) {
    end_planning();
    return;
  }
  planning_->round = rounds_;
  planning_->had_less = false;
  send(context_.routers[context_.shard_of(state_.key)], std::move(ask));
}

void order_actor::take_answer() {
  if (--planning_->answers_open > 0) return;
  if (planning_->had_less && !demand().empty())
    ask_for_plan();
  else
    enter_waiting_lines();
}

void order_actor::enter_waiting_lines() {
  if (auto outcome = plan_completed(state_, planning_->gave, context_.now());
      !outcome.events.empty())
    commit(std::move(outcome), {actor_name{"router"}, {}, {}}, {});
  std::map<sku_id, wait_enter> by_sku;
  for (auto units : demand()) {
    for (const auto& parked : planning_->awaiting_capacity)
      if (parked.line == units.line)
        units.units -= std::min(units.units, parked.units);
    if (units.units <= quantity{0}) continue;
    by_sku[units.sku].lines.push_back(
        {units.line, *state_.line_index(units.line), units.units});
  }
  if (by_sku.empty()) {
    end_planning();
    return;
  }
  planning_->answers_open = by_sku.size();
  planning_->entering = true;
  for (auto& [sku, enter] : by_sku) {
    enter.asker = caf::actor_cast<caf::actor>(this);
    enter.order = waiting_order_of(state_);
    enter.sku = sku;
    send(context_.waiting_line_of(sku), std::move(enter));
  }
}

void order_actor::watch_if_stuck() {
  if (state_.status != order_status::awaiting_fulfillment ||
      stuck_after_ == duration{0})
    return;
  const auto at = state_.status_since + stuck_after_ +
                  state_.stuck_alerts * std::chrono::hours(24);
  send(context_.deadlines, schedule{at, state_.key, deadline_kind::stuck});
}

void order_actor::count_if_stuck() {
  const bool stuck_now = state_.status == order_status::awaiting_fulfillment &&
                         state_.stuck_alerts > 0 &&
                         stuck_after_ > duration{0} &&
                         context_.now() - state_.status_since >= stuck_after_;
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
  if (ended->wanted_again) want_plan(ended->held_too, ended->unfillable_too);
}

// --- writing down and telling -----------------------------------------------

void order_actor::commit(order_outcome outcome, const event_origin& origin,
                         std::vector<release> answers, const grant* filled) {
  if (outcome.events.empty() && answers.empty()) return;
  const auto before = std::move(state_);
  state_ = std::move(outcome.next);
  const auto first_version = log_.version() + 1;
  journal_batch batch;
  batch.answers = std::move(answers);
  if (outcome.events.empty()) {
    send(context_.journal, std::move(batch));
    return;
  }
  auto instructions = instructions_of(outcome.events, first_version, origin);
  auto changes = changes_for_waiting_lines(before, outcome.events, filled);
  const bool wants_plan =
      opens_demand(outcome.events) && !units_to_plan(state_).empty();
  log_.add(batch, std::move(outcome.events), origin, outcome.at);
  // Ahead of what it tells others: their events come behind these.
  send(context_.journal, std::move(batch));
  count_if_stuck();
  for (auto& told : instructions)
    send(context_.routers[context_.shard_of(state_.key)], std::move(told));
  for (auto& [sku, change] : changes)
    send(context_.waiting_line_of(sku), std::move(change));
  if (wants_plan) want_plan();
}

std::vector<instruct> order_actor::instructions_of(
    const std::vector<event_body>& events, std::uint64_t first_version,
    const event_origin& origin) const {
  std::vector<instruct> instructions;
  for (std::size_t i = 0; i < events.size(); ++i)
    for (auto& told : deliveries_of(log_.entity(), events[i], origin.cause))
      instructions.push_back(
          {.to = source_of(told.to),
           .told = std::get<instruction>(std::move(told.content)),
           .cause = {log_.entity(), first_version + i},
           .by = origin.by});
  return instructions;
}

std::map<sku_id, wait_change> order_actor::changes_for_waiting_lines(
    const order_state& before, const std::vector<event_body>& events,
    const grant* filled) const {
  std::map<sku_id, wait_change> changes;
  const auto change_by = [&](const line_id& line, const sku_id& sku,
                             quantity delta) {
    if (delta == quantity{0}) return;
    changes[sku].lines.push_back({line, *state_.line_index(line), delta});
  };
  if (filled != nullptr)
    for (const auto& units : filled->lines)
      change_by(units.line, units.sku, units.units);
  for (const auto& body : events) {
    if (const auto* gone = std::get_if<units_cancelled>(&body))
      for (const auto& units : gone->lines)
        change_by(units.line, units.sku, -units.from_backordered);
    if (const auto* taken = std::get_if<units_allocated>(&body))
      for (const auto& units : taken->lines)
        change_by(units.line, units.sku, -units.from_backordered);
  }
  const auto known = waiting_order_of(before);
  const auto now = waiting_order_of(state_);
  if (known.on_hold != now.on_hold || known.sources != now.sources ||
      known.rejections != now.rejections)
    for (const auto& line : state_.lines)
      if (line.buckets.backordered > quantity{0} ||
          (planning_ && planning_->entering &&
           line.buckets.unrouted > quantity{0}))
        changes[line.ordered.sku];
  for (auto& [sku, change] : changes) {
    change.order = now;
    change.sku = sku;
  }
  return changes;
}

std::uint64_t order_actor::receipts_at(const source_ref& source,
                                       const sku_id& sku) const {
  const auto* row = context_.board.find(sku);
  const auto column = context_.board.column_of(source);
  return row == nullptr || !column ? 0 : row->receipts(*column);
}

}  // namespace oms
