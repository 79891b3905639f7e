#include "actors/reservation_keeper.hpp"

#include <algorithm>
#include <chrono>
#include <string>

#include "actors/engine/collection.hpp"
#include "actors/engine/recording.hpp"
#include "actors/faults.hpp"
#include "actors/routing/cart_request.hpp"
#include "messages/reserved_names.hpp"

namespace oms {

namespace {

const reservation_id& reservation_of(const client_command& given) {
  const auto* wanted = std::get_if<reserve_stock>(&given.asked.body);
  return wanted != nullptr
             ? wanted->reservation
             : std::get<release_reservation>(given.asked.body).reservation;
}

void add_units(std::vector<sku_quantity>& sums, const sku_id& sku,
               quantity units) {
  const auto known =
      std::find_if(sums.begin(), sums.end(),
                   [&sku](const auto& each) { return each.sku == sku; });
  if (known == sums.end())
    sums.push_back({sku, units});
  else
    known->units += units;
}

std::vector<sku_quantity> by_sku(const std::vector<stock_line>& lines) {
  std::vector<sku_quantity> sums;
  for (const auto& line : lines) add_units(sums, line.sku, line.units);
  return sums;
}

}  // namespace

reservation_view view_of(const reservation_made& made) {
  return {made.request.reservation, made.expires, made.lines, made.missing};
}

reservation_keeper::reservation_keeper(caf::actor_config& config,
                                       engine_context& context,
                                       std::vector<reservation_made> made,
                                       std::vector<hold_leftover> leftovers)
    : caf::event_based_actor(config),
      context_(context),
      leftovers_(std::move(leftovers)) {
  for (auto& each : made) {
    const auto id = each.request.reservation;
    context_.held.confirm(id);
    made_.emplace(id, std::move(each));
  }
}

void reservation_keeper::on_exit() { network_ = {}; }

caf::behavior reservation_keeper::make_behavior() {
  return {
      [this](client_command& given) { on_command(given); },
      [this](const cart_held& told) { on_held(told); },
      [this](const cart_released& told) { on_released(told); },
      [this](const network_published& published) {
        network_ = published;
        for (const auto& each : std::exchange(leftovers_, {}))
          tell(each.location, {.reservation = each.reservation,
                               .lines = {},
                               .by = actor_name{reserved::router},
                               .command = {}});
        for (auto& given : std::exchange(early_, {})) on_command(given);
      },
      [this](const report_ask& asked) {
        answer_report(*this, asked, made_.size());
      },
      [this](const collect& asked) {
        for (const auto& [id, each] : made_) asked.into->add(each);
      },
  };
}

void reservation_keeper::answer_to(client_command& given, answer outcome) {
  answer_after_commit(*this, context_, std::move(given.reply),
                      std::move(outcome));
}

void reservation_keeper::on_command(client_command& given) {
  if (auto faults = faults_of(given.asked.body); !faults.empty()) {
    answer_to(given, invalid(std::move(faults)));
    return;
  }
  if (!network_.net) {
    early_.push_back(std::move(given));
    return;
  }
  const auto busy = operations_.find(reservation_of(given));
  if (busy != operations_.end())
    busy->second.waiting.push_back(std::move(given));
  else
    begin(given);
}

void reservation_keeper::begin(client_command& given) {
  if (std::holds_alternative<reserve_stock>(given.asked.body))
    reserve(given);
  else
    release(given);
}

void reservation_keeper::reserve(client_command& given) {
  auto& request = std::get<reserve_stock>(given.asked.body);
  // It may be about a person, and the log keeps what it has.
  request.wanted.address = {};
  const auto id = request.reservation;
  if (const auto known = made_.find(id); known != made_.end()) {
    if (known->second.request == request) {
      receipt same;
      same.reservation = view_of(known->second);
      answer_to(given, std::move(same));
    } else {
      answer_to(given, refuse(error_code::conflict,
                              "another reservation has the id " + id.value));
    }
    return;
  }
  auto& of = operations_[id];
  of.expires = context_.now() + std::chrono::seconds(request.expires_in_s);
  of.wanted = by_sku(request.wanted.lines);
  of.given = std::move(given);
  ask_locations(id, of);
}

std::vector<sku_quantity> reservation_keeper::missing_of(
    const operation& of) const {
  auto missing = of.wanted;
  for (const auto& [location, units] : of.held)
    add_units(missing, units.sku, -units.units);
  std::erase_if(missing,
                [](const auto& each) { return each.units <= quantity{0}; });
  return missing;
}

routing::plan reservation_keeper::plan_of(
    const operation& of, std::vector<sku_quantity> missing) const {
  auto wanted = std::get<reserve_stock>(of.given.asked.body).wanted;
  wanted.lines.clear();
  wanted.reservation = {};
  for (auto& each : missing)
    wanted.lines.push_back({std::move(each.sku), each.units});
  auto asked = routing::request_of(wanted, *network_.net, context_);
  for (auto& tier : asked.rules.tiers) std::erase(tier, source_type::dropship);
  for (auto& candidate : asked.candidates) {
    const auto is_here = [&candidate](const auto& each) {
      return each.first == candidate.source;
    };
    if (std::any_of(of.held.begin(), of.held.end(), is_here)) {
      candidate.on_order = true;
      ++asked.sources_on_order;
    }
    for (const auto& each : of.lacking)
      if (is_here(each))
        for (std::size_t i = 0; i < candidate.offers.size(); ++i)
          // Each SKU is on one line.
          if (asked.lines[i].sku == each.second)
            candidate.offers[i].free = quantity{0};
  }
  return routing::make_plan(asked);
}

void reservation_keeper::ask_locations(const reservation_id& id,
                                       operation& of) {
  const auto& request = std::get<reserve_stock>(of.given.asked.body);
  of.had_less = false;
  const auto missing = missing_of(of);
  if (missing.empty()) return conclude(id, of);
  const auto best = plan_of(of, missing);
  const bool is_short =
      !best.uncovered.empty() || !best.awaiting_capacity.empty();
  if (best.parts.empty() || (is_short && !request.partial))
    return conclude(id, of);
  ++of.round;
  const auto& rules = network_.net->rules_of(request.wanted.brand).rules;
  for (const auto& part : best.parts) {
    const auto place = network_.net->place_of(part.source);
    cart_hold asked{.reservation = id,
                    .round = of.round,
                    .lines = {},
                    .whole_lines = !rules.split_lines,
                    .deadline = of.expires,
                    .by = of.given.asked.by,
                    .command = {}};
    for (const auto& line : part.lines)
      asked.lines.push_back({line.sku, line.units});
    ++of.answers_open;
    send(network_.sources[*place], std::move(asked));
  }
}

void reservation_keeper::on_held(const cart_held& told) {
  auto& of = operations_.at(told.reservation);
  for (const auto& units : told.held) of.held.emplace_back(told.source, units);
  for (const auto& sku : told.lacking)
    of.lacking.emplace_back(told.source, sku);
  of.had_less = of.had_less || !told.lacking.empty();
  if (--of.answers_open > 0) return;
  // What a location had less of is planned again without it: each round
  // excludes at least one more pair, so the rounds end.
  if (of.had_less)
    ask_locations(told.reservation, of);
  else
    conclude(told.reservation, of);
}

void reservation_keeper::conclude(const reservation_id& id, operation& of) {
  const auto& request = std::get<reserve_stock>(of.given.asked.body);
  const auto missing = missing_of(of);
  if (missing.empty() || request.partial) return record(id, of);
  std::vector<fault> faults;
  for (const auto& each : missing)
    faults.push_back({each.sku.value, std::to_string(each.units.value) +
                                          " units are not available"});
  give_up(id, of,
          error{error_code::insufficient_stock, "not all units are available",
                std::move(faults)});
}

void reservation_keeper::record(const reservation_id& id, operation& of) {
  const auto& request = std::get<reserve_stock>(of.given.asked.body);
  reservation_made event{.request = request, .expires = of.expires};
  for (const auto& [location, units] : of.held) {
    const auto same = std::find_if(
        event.lines.begin(), event.lines.end(), [&](const auto& each) {
          return each.location == location.id && each.sku == units.sku;
        });
    if (same != event.lines.end())
      same->units += units.units;
    else
      event.lines.push_back({units.sku, units.units, location.id});
  }
  for (const auto& each : missing_of(of))
    event.missing.push_back({each.sku, each.units});
  receipt told;
  told.reservation = view_of(event);
  made_.emplace(id, event);
  // It has one event, so nobody needs its recording again.
  recording log({entity_kind::reservation, id.value}, 0, 0);
  journal_batch batch;
  log.add(batch, {std::move(event)}, {of.given.asked.by, of.given.asked.id, {}},
          context_.now());
  if (of.given.reply.batch)
    batch.answers.push_back({std::move(of.given.reply), std::move(told)});
  send(context_.journal, std::move(batch));
  // From here on orders may take it over; their events follow in the log.
  context_.held.confirm(id);
  finish(id);
}

// The answer waits until all units are back, so that whoever gets it finds the
// stock as it was.
void reservation_keeper::give_up(const reservation_id& id, operation& of,
                                 answer outcome) {
  of.outcome = std::move(outcome);
  std::vector<source_ref> locations;
  for (const auto& [location, units] : of.held)
    if (std::find(locations.begin(), locations.end(), location) ==
        locations.end())
      locations.push_back(location);
  if (locations.empty()) {
    answer_to(of.given, std::move(*of.outcome));
    finish(id);
    return;
  }
  for (const auto& location : locations)
    if (tell(location, {.reservation = id,
                        .lines = {},
                        .by = of.given.asked.by,
                        .command = {}}))
      ++of.answers_open;
}

void reservation_keeper::release(client_command& given) {
  const auto& asked = std::get<release_reservation>(given.asked.body);
  const auto id = asked.reservation;
  const auto known = made_.find(id);
  if (known == made_.end()) {
    answer_to(given, refuse(error_code::not_found,
                            "there is no reservation " + id.value));
    return;
  }
  // The locations have written down here what they hold by now.
  const auto now = context_.held.find(id, context_.now());
  std::vector<std::pair<source_ref, std::vector<sku_quantity>>> parts;
  auto wanted = by_sku(asked.lines.value_or(std::vector<stock_line>{}));
  if (now)
    for (const auto& part : now->parts)
      for (const auto& source : network_.net->sources) {
        if (source.column != part.column) continue;
        std::vector<sku_quantity> lines;
        for (const auto& [sku, held] : part.units) {
          auto units = held;
          if (asked.lines) {
            const auto of_sku =
                std::find_if(wanted.begin(), wanted.end(),
                             [&](const auto& each) { return each.sku == sku; });
            units = of_sku == wanted.end() ? quantity{0}
                                           : std::min(held, of_sku->units);
            if (of_sku != wanted.end()) of_sku->units -= units;
          }
          if (units > quantity{0}) lines.push_back({sku, units});
        }
        if (!lines.empty()) parts.emplace_back(source.ref, std::move(lines));
      }
  if (std::any_of(wanted.begin(), wanted.end(),
                  [](const auto& each) { return each.units > quantity{0}; })) {
    answer_to(given, refuse(error_code::quantity_too_great,
                            "more units than the reservation holds", "lines"));
    return;
  }
  if (parts.empty()) {
    answer_to(given, receipt{});
    return;
  }
  auto& of = operations_[id];
  of.outcome = receipt{};
  of.recorded = std::make_shared<sequence>(0);
  of.given = std::move(given);
  for (auto& [location, lines] : parts)
    if (tell(location, {.reservation = id,
                        .lines = std::move(lines),
                        .by = of.given.asked.by,
                        .command = of.given.asked.id,
                        .recorded = of.recorded}))
      ++of.answers_open;
}

bool reservation_keeper::tell(const source_ref& location, cart_release told) {
  const auto place = network_.net->place_of(location);
  if (!place) return false;
  send(network_.sources[*place], std::move(told));
  return true;
}

void reservation_keeper::on_released(const cart_released& told) {
  const auto found = operations_.find(told.reservation);
  // Of a leftover nobody waits for it.
  if (found == operations_.end() || !found->second.outcome) return;
  auto& of = found->second;
  if (--of.answers_open > 0) return;
  if (of.recorded) {
    journal_batch batch;
    batch.then = [to = std::move(of.given.reply),
                  at = of.recorded](const result<sequence>& written) {
      if (!to.batch) return;
      to.batch->set(to.index, written ? answer{receipt{.at = *at}}
                                      : answer{written.failure()});
    };
    send(context_.journal, std::move(batch));
  } else {
    answer_to(of.given, std::move(*of.outcome));
  }
  finish(told.reservation);
}

void reservation_keeper::finish(const reservation_id& id) {
  const auto found = operations_.find(id);
  auto waiting = std::move(found->second.waiting);
  operations_.erase(found);
  for (auto& given : waiting) on_command(given);
}

}  // namespace oms
