#include "actors/order/order_actor.hpp"

#include <algorithm>
#include <iterator>
#include <map>

#include "actors/faults.hpp"
#include "actors/order/consolidation.hpp"
#include "actors/order/decide.hpp"
#include "actors/order/delivery.hpp"
#include "actors/order/price.hpp"
#include "actors/order/queue_answer.hpp"
#include "actors/order/status.hpp"
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

/// Whether an edit sends parcels to another address or in another way. Who gets
/// them there changes no date.
bool redirects(const order_events& events) {
  const auto is_way = [](const value_change& each) {
    const auto& field = each.field;
    if (field == "shipping.service") return true;
    return field.starts_with("shipTo.") && field != "shipTo.name" &&
           field != "shipTo.company" && field != "shipTo.phone";
  };
  return std::any_of(events.begin(), events.end(), [&](const auto& each) {
    const auto* edited = std::get_if<order_edited>(&each);
    return edited != nullptr &&
           std::any_of(edited->changes.begin(), edited->changes.end(), is_way);
  });
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
      [this](const backorder_delay& late) { on_delay(late); },
      [this](const plan_again&) { on_plan_again(); },
      [this](const order_known& answered) { on_order_known(answered); },
      [this](consolidate_order& asked) { on_consolidate(asked); },
      [this](whatif_ask& asked) { on_whatif(asked); },
      [this](const deadline_passed& passed) { on_deadline(passed); },
      [this](const go_on&) {
        watch_if_stuck();
        count_if_stuck();
        if (wants_plan(state())) want_plan();
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
            return decide(state(), command, given.number, plan_on(), now,
                          related_);
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
  if (waiting_.empty() && !asks_first(given)) {
    carry_out(given);
    return;
  }
  waiting_.push_back(std::move(given));
  if (waiting_.size() == 1) carry_out_waiting();
}

void order_actor::carry_out_waiting() {
  while (!waiting_.empty()) {
    if (!asks_first(waiting_.front()))
      carry_out(waiting_.front());
    else if (ask_first())
      return;
    waiting_.pop_front();
  }
}

bool order_actor::asks_first(const client_command& given) const {
  if (const auto* placed = std::get_if<place_order>(&given.asked.body))
    return !placed->body.relates_to.empty() && !state().exists();
  if (const auto* edit = std::get_if<edit_order>(&given.asked.body))
    return needs_person(state(), *edit);
  const auto* work = std::get_if<work_fulfillment>(&given.asked.body);
  return work != nullptr &&
         (work->action == fulfillment_action::move || needs_shipment_id(given));
}

bool order_actor::ask_first() {
  const auto& body = waiting_.front().asked.body;
  const auto* work = std::get_if<work_fulfillment>(&body);
  if (work != nullptr && work->action == fulfillment_action::move)
    return begin_move();
  // It leaves an empty command in its place, and comes back with the answer.
  if (std::holds_alternative<edit_order>(body))
    read_person(std::move(waiting_.front()));
  else if (work == nullptr)
    ask_for_relations();
  else
    claim_shipment_id();
  return true;
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

// Asked before the order is placed, so that its event names only orders that
// are there: those will record the relation, and nothing stays under way.
void order_actor::ask_for_relations() {
  const auto& placed = std::get<place_order>(waiting_.front().asked.body);
  related_.clear();
  relations_open_ = placed.body.relates_to.size();
  for (const auto& each : placed.body.relates_to)
    turn_.questions.push_back(
        {.asks = state().key, .named = {state().key.brand, each.order}});
}

void order_actor::on_order_known(const order_known& answered) {
  if (answered.exists) related_.push_back(answered.named);
  if (answered.failure) related_failure_ = answered.failure;
  if (--relations_open_ > 0) return;
  if (const auto failure = std::exchange(related_failure_, std::nullopt))
    answer_after_commit(turn_.to_journal, std::move(waiting_.front().reply),
                        *failure);
  else
    carry_out(waiting_.front());
  related_.clear();
  waiting_.pop_front();
  carry_out_waiting();
}

// The new source promises first. Until it has answered no command changes the
// order, since those that follow wait, and no round of planning begins.
bool order_actor::begin_move() {
  if (move_ || !planning_.is_idle()) return true;
  const auto& move = std::get<work_fulfillment>(waiting_.front().asked.body);
  std::optional<source_ref> to;
  for (const auto kind : {source_kind::location, source_kind::supplier})
    if (!to && context_.board.column_of({kind, move.to}))
      to = source_ref{kind, move.to};
  auto leaving = units_to_move(state(), move, to.has_value());
  if (!leaving) {
    answer_after_commit(turn_.to_journal, std::move(waiting_.front().reply),
                        leaving.failure());
    return false;
  }
  std::vector<line_units> wanted;
  for (const auto& part : *leaving)
    for (const auto& line : part.lines) {
      // Several fulfillments may have units of one line.
      const auto same = std::find_if(
          wanted.begin(), wanted.end(),
          [&line](const line_units& each) { return each.line == line.line; });
      if (same == wanted.end())
        wanted.push_back({line.line, line.sku, line.from_allocated});
      else
        same->units += line.from_allocated;
    }
  auto ask = ask_with(state(), std::move(wanted), {});
  move_ = {planning_.take_number(), std::move(*leaving)};
  ask.round = move_->number;
  ask.move_to = std::move(to);
  turn_.asks.push_back(std::move(ask));
  return true;
}

void order_actor::on_move_answered(const reserve_outcome& answered) {
  const auto& move = std::get<work_fulfillment>(waiting_.front().asked.body);
  if (!answered.promise)
    return end_move(refuse(error_code::insufficient_stock,
                           move.to + " does not have the units for this order",
                           "to"));
  event_origin source{actor_name{answered.source.id}, {}, answered.cause};
  const auto& promise = *answered.promise;
  // Sources may have revoked some of the units meanwhile.
  if (still_promised(state(), move_->units) != move_->units) {
    commit([&](timestamp now) { return declined(state(), promise, now); },
           source);
    return end_move(refuse(error_code::quantity_too_great,
                           "units have left the fulfillment meanwhile"));
  }
  const auto& asked = waiting_.front().asked;
  // The newest event is what the caller is answered with.
  source.command = asked.id;
  recorded told;
  change(told,
         [&](timestamp now) {
           return moved_by_hand(state(), move_->units, move.text, move.to, now);
         },
         {asked.by, asked.id, {}});
  change(
      told,
      [&](timestamp now) {
        return granted(state(), promise, *context_.net.get(), now, true);
      },
      source);
  if (waiting_.front().reply.batch)
    told.batch.answers.push_back(
        {std::move(waiting_.front().reply), answer{receipt{}}});
  tell(std::move(told));
  end_move(receipt{});
}

// The answer of a move that was made has left with its events.
void order_actor::end_move(answer outcome) {
  move_.reset();
  answer_after_commit(turn_.to_journal, std::move(waiting_.front().reply),
                      std::move(outcome));
  waiting_.pop_front();
  go_on_planning();
  carry_out_waiting();
}

void order_actor::compare_person(client_command& given) {
  ++reads_open_;
  read_person(std::move(given));
}

// An order that is placed again is compared with what it was placed with.
void order_actor::read_person(client_command given) {
  const auto version = std::holds_alternative<edit_order>(given.asked.body)
                           ? state().personal_version
                           : 0;
  call_when_written(
      turn_.to_journal, context_, log().head(), log().version(), "this order",
      [&context = context_, key = state().key, version,
       asked = std::make_shared<client_command>(std::move(given))](
          const result<sequence>& written) {
        caf::anon_send(context.shard_of(key),
                       personal_data_read{
                           key, std::move(*asked),
                           written ? context.store->personal(key, version)
                                   : result<personal_data>(written.failure())});
      });
}

void order_actor::on_personal_data_read(personal_data_read& read) {
  if (std::holds_alternative<edit_order>(read.given.asked.body)) {
    if (read.stored)
      edit(read.given, *read.stored);
    else
      answer_after_commit(turn_.to_journal, std::move(read.given.reply),
                          read.stored.failure());
    waiting_.pop_front();
    carry_out_waiting();
    return;
  }
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
  if (std::holds_alternative<edit_order>(given.asked.body))
    edit(given, {});
  else
    carry_out(given, decide_on(given));
}

void order_actor::edit(client_command& given, const personal_data& person) {
  const auto& command = std::get<edit_order>(given.asked.body);
  auto decision = decide(state(), command, person, context_.now());
  if (decision && command.preview)
    preview_edit(std::move(given.reply), std::move(*decision));
  else
    carry_out(given, std::move(decision));
}

void order_actor::carry_out(client_command& given, order_decision decision) {
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
  if (move_ && move_->number == plan.round) {
    reserve_outcome nothing;
    return on_move_answered(nothing);
  }
  if (!planning_.awaits_plan(plan.round)) return;
  if (plan.takes_over) {
    planning_.plan_arrived(plan.asked, {}, {});
    go_on_planning();
    return;
  }
  const auto& wish = planning_.wish();
  const auto& callers = wish.callers;
  event_origin origin{actor_name{reserved::router}, {}, {}};
  if (!callers.empty())
    origin = {callers[0].by, callers[0].command, {}};
  else if (!wish.consolidations.empty())
    origin = {wish.consolidations[0].by, wish.consolidations[0].command, {}};
  // On hold or unsecured meanwhile, it keeps its allocations.
  const bool may_move = state().holds.empty() && !is_unsecured(state());
  if (!may_move) plan.back.clear();
  // A consolidation for which nothing moves leaves no trace.
  if (!wish.consolidations.empty() && callers.empty() &&
      planning_.for_edit() == 0 && planning_.asked_for_held_alone() &&
      plan.moves.empty() && plan.back.empty()) {
    planning_.plan_arrived(0, {}, {});
    return go_on_planning();
  }
  const bool gives_back = !plan.back.empty();
  // With moves it is complete once these are settled. An edit since then needs
  // a plan of its own.
  const bool completes_edit = planning_.for_edit() != 0 && may_move &&
                              plan.moves.empty() &&
                              planning_.for_edit() == state().replan_since;
  recorded told;
  change(
      told,
      [&](timestamp now) {
        return planned(state(), std::move(plan.decision), plan.back,
                       {planning_.wish().by_command, completes_edit}, now);
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
                         std::move(plan.awaiting_capacity), plan.capacity_at,
                         gives_back);
  go_on_planning();
}

void order_actor::on_reserved(reserve_outcome& answered) {
  if (move_ && move_->number == answered.round)
    return on_move_answered(answered);
  std::optional<caused_reservation> reserved;
  if (answered.promise)
    reserved = {std::move(*answered.promise), answered.cause};
  if (reserved && !planning_.keeps_back(answered.round))
    commit(
        [&](timestamp now) {
          return granted(state(), reserved->given, *context_.net.get(), now);
        },
        {actor_name{answered.source.id}, {}, answered.cause});
  planning_.source_answered(answered.round, answered.source,
                            std::move(reserved), answered.lacking);
  go_on_planning();
}

void order_actor::on_delivery(const order_delivery& delivered) {
  // A source may revoke what it has just reserved: the reservation is recorded
  // first, and nothing moves for it.
  if (!std::holds_alternative<relation>(delivered.content))
    if (const auto given_up = planning_.give_up_moves()) carry_out(*given_up);
  const event_origin origin{
      actor_name{delivered.cause.entity.key}, {}, delivered.cause};
  std::visit(
      overloaded{
          [&](const reservation& promise) {
            commit(
                [&](timestamp now) {
                  return granted(state(), promise, *context_.net.get(), now);
                },
                origin, promise.round == 0 ? &promise : nullptr);
          },
          [&](const revoked_units& loss) {
            commit(
                [&](timestamp now) { return taken_back(state(), loss, now); },
                origin);
          },
          [&](const relation& told) {
            commit(
                [&](timestamp now) {
                  return related(state(), told.from, told.kind, now);
                },
                {delivered.by, {}, delivered.cause});
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
                                         now, entered.expected);
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

void order_actor::on_delay(const backorder_delay& late) {
  commit(
      [&](timestamp now) {
        return delayed(state(), late.line, late.expected, now);
      },
      {actor_name{reserved::backorder_queue}, {}, {}});
}

void order_actor::on_plan_again() {
  want_plan({.by_command = false, .unfillable_too = true, .callers = {}});
}

void order_actor::on_consolidate(consolidate_order& asked) {
  if (!asked.trial)
    return want_plan({.by_command = false,
                      .unfillable_too = false,
                      .callers = {},
                      .consolidations = {{asked.by, asked.command}},
                      .automatic = asked.automatic});
  auto held = consolidable_units(state(), asked.automatic);
  if (held.empty()) return report_consolidated({.order = state().key}, 1);
  auto ask = ask_with(state(), {}, std::move(held));
  ask.trial = std::move(asked.trial);
  ask.open = parcels_to_ship();
  turn_.asks.push_back(std::move(ask));
}

std::vector<open_parcel> order_actor::parcels_to_ship() const {
  std::vector<open_parcel> open;
  for (const auto& work : state().fulfillments)
    if (work.remaining() > quantity{0})
      open.push_back({work.id, work.source, work.remaining(), work.joinable(),
                      work.expected_ship, work.expected_delivery});
  return open;
}

// Also an order that is not paid, or on hold: the question is how it would
// ship.
void order_actor::on_whatif(whatif_ask& asked) {
  if (!std::exchange(asked.is_written, true))
    return call_when_written(
        turn_.to_journal, context_, log().head(), log().version(), "this order",
        [&context = context_, kept = std::make_shared<whatif_ask>(asked)](
            const result<sequence>& written) {
          if (!written) return kept->reply(written.failure());
          caf::anon_send(context.shard_of(kept->order), *kept);
        });
  auto ask =
      ask_with(state(), units_without_source(state()), unpicked_units(state()));
  ask.unable.clear();
  ask.whatif = std::make_shared<const whatif_ask>(std::move(asked));
  ask.rank = {-state().body->priority, state().placed_at, state().number, 0};
  ask.open = parcels_to_ship();
  turn_.asks.push_back(std::move(ask));
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
  auto ask =
      ask_with(state(), units_to_replan(state()), movable_units(state()));
  ask.unable.clear();
  ask.preview = std::move(reply);
  turn_.asks.push_back(std::move(ask));
}

void order_actor::preview_edit(reply_to reply, order_outcome decided) {
  auto outlook = outlook_of(std::move(decided));
  auto ask =
      ask_with(outlook.next, std::move(outlook.lines), std::move(outlook.held));
  ask.rank = {-outlook.next.body->priority, outlook.next.placed_at,
              outlook.next.number, 0};
  ask.preview = std::move(reply);
  ask.edited = std::move(outlook.shown);
  turn_.asks.push_back(std::move(ask));
}

plan_ask order_actor::ask_with(const order_state& of,
                               std::vector<line_units> lines,
                               std::vector<fulfillment_units> held) {
  plan_ask ask{.order = of.key,
               .round = 0,
               .ship_to = of.body->ship_to,
               .lines = std::move(lines),
               .held = std::move(held),
               .rejections = of.rejections,
               .unable = of.unable,
               .lacking = {},
               .joinable = {},
               .sources = {},
               .service = of.body->shipping.service};
  ask.sources = sources_of(of, ask.held);
  for (const auto& work : of.fulfillments) {
    if (work.joinable()) ask.joinable.push_back(work.source);
    if (work.expected_delivery && work.remaining() > quantity{0})
      ask.parcels.emplace_back(work.source, *work.expected_delivery);
  }
  ask.objectives = of.body->objectives;
  return ask;
}

void order_actor::go_on_planning() {
  if (move_) return;
  while (auto step = planning_.next(state()))
    std::visit([this](auto& todo) { carry_out(std::move(todo)); }, *step);
  const bool is_planning = !planning_.is_idle();
  if (is_planning == counted_planning_) return;
  counted_planning_ = is_planning;
  context_.orders_planning += is_planning ? 1 : -1;
  if (!is_planning) move_that_waited();
}

// A move that came while a plan was under way.
void order_actor::move_that_waited() {
  if (waiting_.empty()) return;
  const auto* work =
      std::get_if<work_fulfillment>(&waiting_.front().asked.body);
  if (work == nullptr || work->action != fulfillment_action::move) return;
  if (begin_move()) return;
  waiting_.pop_front();
  carry_out_waiting();
}

void order_actor::carry_out(plan_question asked) {
  auto ask = ask_with(state(), std::move(asked.lines), std::move(asked.held));
  ask.round = asked.number;
  ask.lacking = std::move(asked.lacking);
  if (asked.lifts_exclusions) ask.unable.clear();
  if (asked.takes_over) ask.reservation = state().body->reservation;
  turn_.asks.push_back(std::move(ask));
}

void order_actor::carry_out(const settlement& settled) {
  recorded told;
  if (!settled.moves.empty())
    change(told,
           [&](timestamp now) {
             const bool completes_edit =
                 settled.for_edit != 0 &&
                 settled.for_edit == state().replan_since;
             return moved(state(), settled.moves, completes_edit, now);
           },
           {actor_name{reserved::router}, {}, {}});
  for (const auto& each : settled.reservations)
    change(told,
           [&](timestamp now) {
             return granted(state(), each.given, *context_.net.get(), now);
           },
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
  for (const auto& units : entry.units) {
    const auto index = *state().line_index(units.line);
    entering[context_.backorder_queue_number_of(units.sku)]
        .by_sku[units.sku]
        .push_back({units.line, index, units.units, state().lines[index].told});
  }
  planning_.wait_for_queues(entering.size());
  for (auto& [number, enter] : entering) {
    enter.order = backorder::queued_order_of(state());
    turn_.to_queues[number].emplace_back(std::move(enter));
  }
}

void order_actor::carry_out(round_end ended) {
  if (ended.capacity_at)
    turn_.schedules.push_back(
        {*ended.capacity_at, state().key, deadline_kind::plan});
  if (ended.consolidations > 0)
    report_consolidated({.order = state().key,
                         .moved = ended.moved,
                         .before = ended.parcels_before,
                         .after = open_parcels(state())},
                        ended.consolidations);
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

void order_actor::carry_out(const takeover_end& /*ended*/) {
  commit([&](timestamp now) { return claimed(state(), now); },
         {actor_name{reserved::router}, {}, {}});
}

// By way of the journal, like the answer to the command `plan`.
void order_actor::report_consolidated(order_consolidated outcome,
                                      std::size_t times) {
  for (std::size_t i = 0; i < times; ++i) {
    journal_batch batch;
    batch.then = [&context = context_,
                  outcome](const result<sequence>& written) mutable {
      if (!written) outcome.failure = written.failure();
      caf::anon_send(context.consolidator, outcome);
    };
    turn_.to_journal.push_back(std::move(batch));
  }
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
  if ((before.held && !is_on_hold(state())) || redirects(events)) {
    auto dates = expected_anew(state(), *context_.net.get(), at);
    events.insert(events.end(), std::make_move_iterator(dates.begin()),
                  std::make_move_iterator(dates.end()));
  }
  const auto first_version = log().version() + 1;
  // By line. What a line gave and the order took adds up to nothing.
  std::map<std::size_t, quantity> waiting_changes;
  if (filled != nullptr)
    for (const auto& units : filled->lines)
      waiting_changes[*state().line_index(units.line)] += units.units;
  for (std::size_t i = 0; i < events.size(); ++i) {
    auto follows = consequences_of(log().entity(), events[i], origin.cause);
    for (auto& message : follows.messages) {
      const event_cause cause{log().entity(), first_version + i};
      if (auto* told = std::get_if<instruction>(&message.content))
        into.instructions.push_back({.to = source_of(message.to),
                                     .told = std::move(*told),
                                     .cause = cause,
                                     .by = origin.by});
      else
        into.relations.push_back(
            {.order = order_of(message.to),
             .content = std::get<relation>(message.content),
             .cause = cause,
             .by = origin.by});
    }
    for (const auto& change : follows.queue_changes)
      waiting_changes[*state().line_index(change.line)] += change.units;
    into.opens_demand = into.opens_demand || follows.wants_plan;
  }
  // What is secured again is planned again, and units that an edit added once
  // it is paid.
  into.opens_demand = into.opens_demand ||
                      (before.unsecured && !is_unsecured(state())) ||
                      (before.owes_for_edit && state().edit_due == money{});
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
  for (auto& each : told.relations) turn_.to_orders.push_back(std::move(each));
  for (auto& changes : told.changes)
    for (auto& [number, change] : changes)
      turn_.to_queues[number].emplace_back(std::move(change));
  if (told.opens_demand && wants_plan(state())) want_plan();
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
  return {known_to_queues(), is_unsecured(state()), is_on_hold(state()),
          state().edit_due > money{}};
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
    const auto& line = state().lines[index];
    lines_of(line.ordered.sku)
        .push_back({line.ordered.line, index, units, line.told});
  }
  const auto known = known_to_queues();
  if (changes.empty() && !known) return changes;
  const auto now = known ? *known : backorder::queued_order_of(state());
  if (!before || before->on_hold != now.on_hold ||
      before->priority != now.priority || before->country != now.country ||
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
