#include "actors/routing/router_actor.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "actors/engine/recording.hpp"

namespace oms {

namespace {

// Units that an order has allocated, by source and line.
using held_units =
    std::map<std::pair<source_ref, line_id>, std::vector<work_units*>>;

held_units by_line(std::vector<fulfillment_units>& held) {
  held_units all;
  for (auto& part : held)
    for (auto& line : part.lines)
      all[{part.source, line.line}].push_back(&line);
  return all;
}

// Splits a plan's part into what the order has there already and what must
// be asked for; what it has there and does not keep is left in `held`.
std::vector<line_units> to_ask(const routing::part& part,
                               const held_units& held) {
  std::vector<line_units> asked;
  for (auto units : part.lines) {
    if (const auto there = held.find({part.source, units.line});
        there != held.end())
      for (auto* line : there->second) {
        const auto kept = std::min(units.units, line->from_allocated);
        units.units -= kept;
        line->from_allocated -= kept;
      }
    if (units.units > quantity{0}) asked.push_back(units);
  }
  return asked;
}

std::vector<routing::part> parts_of(const std::vector<fulfillment_units>& all) {
  std::map<source_ref, std::map<line_id, line_units>> units;
  for (const auto& part : all)
    for (const auto& line : part.lines) {
      auto& of = units[part.source][line.line];
      of = {line.line, line.sku, of.units + line.from_allocated};
    }
  std::vector<routing::part> parts;
  for (auto& [source, lines] : units) {
    parts.push_back({source, {}});
    for (auto& [id, line] : lines) parts.back().lines.push_back(line);
  }
  return parts;
}

// Adds units to what is wanted of their lines.
void want(std::vector<line_units>& wanted,
          const std::vector<fulfillment_units>& more) {
  std::unordered_map<line_id, std::size_t> known;
  for (const auto& line : wanted) known.emplace(line.line, known.size());
  for (const auto& part : more)
    for (const auto& line : part.lines) {
      const auto [at, is_new] = known.emplace(line.line, wanted.size());
      if (is_new)
        wanted.push_back({line.line, line.sku, line.from_allocated});
      else
        wanted[at->second].units += line.from_allocated;
    }
}

plan_preview preview_of(routing::plan best) {
  plan_preview shown;
  for (auto& part : best.parts)
    shown.parcels.push_back({std::move(part.source), std::move(part.lines)});
  shown.backordered = std::move(best.uncovered);
  shown.awaiting_capacity = std::move(best.awaiting_capacity);
  return shown;
}

void drop_kept(std::vector<fulfillment_units>& held) {
  for (auto& part : held)
    std::erase_if(part.lines, [](const work_units& line) {
      return line.from_allocated == quantity{0};
    });
  std::erase_if(
      held, [](const fulfillment_units& part) { return part.lines.empty(); });
}

candidate_outcome objection(const plan_ask& ask, const network_source& source) {
  if (!source.settings.active) return candidate_outcome::inactive;
  if (!source.serves_brand(ask.order.brand))
    return candidate_outcome::other_brand;
  if (!source.serves_country(ask.ship_to.country))
    return candidate_outcome::other_country;
  if (std::find(ask.unable.begin(), ask.unable.end(), source.ref) !=
      ask.unable.end())
    return candidate_outcome::rejected_before;
  return candidate_outcome::not_needed;
}

}  // namespace

router_actor::router_actor(caf::actor_config& config,
                           const engine_context& context)
    : caf::event_based_actor(config), context_(context) {}

void router_actor::on_exit() {
  network_ = {};
  gathered_.clear();
}

caf::behavior router_actor::make_behavior() {
  return {
      [this](plan_asks& some) {
        // After the asks that are in the mailbox by now, so these are planned
        // together. No timer is needed: a busy router gathers more by itself.
        if (gathered_.empty()) send(this, plan_flush{});
        for (auto& ask : some.asks) gathered_.push_back(std::move(ask));
      },
      [this](const plan_flush&) { plan_gathered(); },
      [this](instructions& some) { carry(std::move(some.told)); },
      [this](const report_ask& asked) {
        answer_report(*this, asked, gathered_.size());
      },
      [this](const network_published& published) {
        network_ = published;
        // Before anything is planned: an acknowledgement must reach its source
        // ahead of a request of the same order.
        carry(std::exchange(early_, {}));
        plan_gathered();
      },
  };
}

routing::candidate router_actor::candidate_of(
    const plan_ask& ask, const network_source& source,
    const std::vector<wanted_sku>& skus) const {
  const auto& settings = source.settings;
  routing::candidate some{.source = source.ref,
                          .kind = settings.kind,
                          .priority = settings.priority,
                          .shipment_cost = settings.shipment_cost,
                          .cost_per_km = settings.cost_per_km,
                          .position = settings.position,
                          .offers = {},
                          .excluded = objection(ask, source)};
  // Hints, like all of the board. The source itself refuses what exceeds its
  // capacity.
  const auto& load = context_.board.load_of(source.column);
  const auto today = std::chrono::floor<std::chrono::days>(context_.now());
  some.at_capacity =
      settings.daily_capacity > 0 &&
      load.day.load(std::memory_order_acquire) ==
          today.time_since_epoch().count() &&
      load.opened.load(std::memory_order_acquire) >= settings.daily_capacity;
  const auto names = [&source](const std::vector<source_ref>& list) {
    return std::find(list.begin(), list.end(), source.ref) != list.end();
  };
  some.joins = names(ask.joinable);
  some.on_order = names(ask.sources);
  // A source that had less than the board said gives nothing more of this SKU
  // in this planning, whatever the board says by now. So each further round
  // excludes at least one more pair, and the rounds end.
  std::unordered_set<std::string_view> lacking;
  for (const auto& [ref, sku] : ask.lacking)
    if (ref == source.ref) lacking.insert(sku.value);
  std::unordered_map<std::string_view, std::uint64_t> rejected;
  for (const auto& each : ask.rejections)
    if (each.source == source.ref) {
      auto& receipts = rejected[each.sku.value];
      receipts = std::max(receipts, each.receipts);
    }
  some.offers.reserve(skus.size());
  for (const auto& [sku, row, asked] : skus) {
    routing::offer offer{.free = {}, .unit_cost = source.unit_cost(sku)};
    if (row != nullptr && !lacking.contains(sku.value)) {
      offer.free = row->available(source.column);
      // The board does not show yet what earlier orders of this batch are going
      // to ask for.
      if (asked != nullptr)
        for (const auto& [column, units] : *asked)
          if (column == source.column)
            offer.free = std::max(quantity{0}, offer.free - units);
    }
    const auto refused = rejected.find(sku.value);
    // Until units have come in there since the rejection.
    if (refused != rejected.end() && row != nullptr &&
        refused->second >= row->receipts(source.column))
      offer.rejected_before = true;
    some.offers.push_back(offer);
  }
  return some;
}

std::vector<fulfillment_units> router_actor::take_leaving(plan_ask& ask) const {
  const auto& rules = network_.net->rules_of(ask.order.brand).rules;
  std::vector<fulfillment_units> leaving;
  for (auto& part : std::exchange(ask.held, {})) {
    const auto* source = network_.net->find(part.source);
    const bool may_serve =
        source != nullptr &&
        objection(ask, *source) == candidate_outcome::not_needed &&
        network::tier_of(rules, source->settings.kind) >= 0;
    (may_serve ? ask.held : leaving).push_back(std::move(part));
  }
  // Planned like units that were never there, so they go elsewhere or wait.
  want(ask.lines, leaving);
  return leaving;
}

routing::request router_actor::request_of(const plan_ask& ask) const {
  const auto& rules = network_.net->rules_of(ask.order.brand);
  routing::request request{.lines = {},
                           .ship_to = ask.ship_to.position,
                           .candidates = {},
                           .rules = rules.rules,
                           .rules_version = rules.version};
  request.sources_on_order = static_cast<std::int64_t>(ask.sources.size());
  std::vector<line_units> wanted = ask.lines;
  want(wanted, ask.held);
  request.held = parts_of(ask.held);
  for (auto& line : wanted)
    request.lines.push_back({line.line, line.sku, line.units});
  std::vector<wanted_sku> skus;
  for (auto& sku : request.skus()) {
    const auto* row = context_.board.find(sku);
    const auto asked = asked_now_.find(row);
    skus.push_back({std::move(sku), row,
                    asked == asked_now_.end() ? nullptr : &asked->second});
  }
  for (const auto& source : network_.net->sources)
    request.candidates.push_back(candidate_of(ask, source, skus));
  return request;
}

void router_actor::plan_gathered() {
  // Without a network every order would seem to have no candidates.
  if (!network_.net) return;
  plans_made plans;
  std::vector<journal_batch> previews;
  // Sorted, so that the sends follow from the seed.
  std::map<source_ref, reserve_requests> by_source;
  for (auto& ask : std::exchange(gathered_, {})) {
    auto leaving = take_leaving(ask);
    const auto request = request_of(ask);
    auto best = routing::make_plan(request);
    if (ask.preview) {
      receipt shown;
      shown.plan = preview_of(std::move(best));
      answer_after_commit(previews, std::move(*ask.preview), std::move(shown));
      continue;
    }
    plan_made made{.order = ask.order,
                   .round = ask.round,
                   .decision = std::move(best.decision),
                   .asked = 0,
                   .awaiting_capacity = std::move(best.awaiting_capacity),
                   .back = std::move(leaving),
                   .moves = {},
                   .stuck_after_s = request.rules.stuck_after_s};
    // What a plan leaves where it is keeps its promise. Only the difference is
    // asked for, and what remains in `held` has to leave its source.
    auto held = std::move(ask.held);
    const auto there = by_line(held);
    std::vector<std::pair<source_ref, source::reserve_request>> asks;
    for (const auto& part : best.parts) {
      auto lines = to_ask(part, there);
      if (lines.empty()) continue;
      const auto* source = network_.net->find(part.source);
      for (const auto& line : lines)
        note_asked(line.sku, source->column, line.units);
      asks.emplace_back(
          part.source,
          source::reserve_request{.order = ask.order,
                                  .round = ask.round,
                                  .lines = std::move(lines),
                                  .whole_lines = !request.rules.split_lines});
    }
    drop_kept(held);
    made.moves = std::move(held);
    made.asked = asks.size();
    plans.plans.push_back(std::move(made));
    for (auto& [source, reserve] : asks)
      by_source[source].requests.push_back(std::move(reserve));
  }
  if (!previews.empty())
    send(context_.journal, journal_batches{std::move(previews)});
  // An order hears of its plan before any source can answer, for it counts the
  // answers that it waits for.
  if (!plans.plans.empty())
    send(context_.shard_of(plans.plans.front().order), std::move(plans));
  // From here on the sources know. What they have not answered yet is still
  // free on the board, so a later batch may ask for the same units; a source
  // then gives less, and the order plans again.
  asked_now_.clear();
  for (auto& [ref, requests] : by_source)
    send(*handle_of(ref), std::move(requests));
}

void router_actor::note_asked(const sku_id& sku, stock_board::column at,
                              quantity units) {
  auto& asked = asked_now_[context_.board.find(sku)];
  for (auto& [column, sum] : asked)
    if (column == at) {
      sum += units;
      return;
    }
  asked.emplace_back(at, units);
}

const caf::actor* router_actor::handle_of(const source_ref& source) const {
  if (!network_.net) return nullptr;
  for (std::size_t i = 0; i < network_.net->sources.size(); ++i)
    if (network_.net->sources[i].ref == source) return &network_.sources[i];
  return nullptr;
}

void router_actor::carry(std::vector<instruct> told) {
  // Sorted, so that the sends follow from the seed.
  std::map<source_ref, instructions> by_source;
  for (auto& each : told) by_source[each.to].told.push_back(std::move(each));
  for (auto& [ref, some] : by_source)
    if (const auto* to = handle_of(ref))
      send(*to, std::move(some));
    else
      // The network may be younger than the source: after a restart messages
      // are sent again while the network is published, and a return may name a
      // location that was just defined. The next publication has the source.
      early_.insert(early_.end(), std::make_move_iterator(some.told.begin()),
                    std::make_move_iterator(some.told.end()));
}

}  // namespace oms
