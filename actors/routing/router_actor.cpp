#include "actors/routing/router_actor.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "actors/checker.hpp"
#include "actors/engine/recording.hpp"
#include "actors/expected_dates.hpp"
#include "actors/faults.hpp"
#include "actors/order/edit.hpp"
#include "actors/routing/arriving.hpp"
#include "actors/routing/candidates.hpp"

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
std::vector<line_units> to_ask(std::vector<line_units> lines,
                               const source_ref& source,
                               const held_units& held) {
  if (held.empty()) return lines;
  std::vector<line_units> asked;
  for (auto& units : lines) {
    if (const auto there = held.find({source, units.line}); there != held.end())
      for (auto* line : there->second) {
        const auto kept = std::min(units.units, line->from_allocated);
        units.units -= kept;
        line->from_allocated -= kept;
      }
    if (units.units > quantity{0}) asked.push_back(std::move(units));
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
  if (more.empty()) return;
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

void add_expected_to(std::vector<waiting_units>& waiting,
                     const std::vector<dated_parcel>& parcels,
                     const plan_ask& ask, const routing_rules& rules,
                     const network& net, const engine_context& context) {
  routing::arriving_for whom{
      .net = net,
      .context = context,
      .rules = rules,
      .ship_to = ask.ship_to,
      .service = ask.service,
      .who = {.rank = ask.rank,
              .brand = ask.order.brand,
              .country = ask.ship_to.country,
              .unable = ask.unable,
              .sources = {ask.sources.begin(), ask.sources.end()}}};
  for (const auto& parcel : parcels) whom.who.sources.insert(parcel.source);
  for (auto& each : waiting) routing::add_expected(each, whom);
}

// All parcels that are left, those of the plan included, with their dates: what
// is in a parcel already has some, unless it is planned anew.
edit_preview with_plan(edit_preview shown, const plan_ask& ask,
                       routing::plan best, const network& net,
                       const engine_context& context) {
  const auto now = context.now();
  const auto& rules = net.rules_of(ask.order.brand).rules;
  const auto add_dates = [&](dated_parcel& parcel) {
    if (const auto* from = net.find(parcel.source); from != nullptr) {
      const auto dates = dates_of_parcel(*from, rules, ask.ship_to, ask.service,
                                         parcel.lines, now);
      parcel.expected_ship = dates.ship;
      parcel.expected_delivery = dates.delivery;
    }
  };
  for (auto& part : best.parts) {
    const bool joins = std::find(ask.joinable.begin(), ask.joinable.end(),
                                 part.source) != ask.joinable.end();
    dated_parcel parcel{.source = std::move(part.source),
                        .lines = std::move(part.lines)};
    add_dates(parcel);
    order::add_parcel(shown, std::move(parcel), joins);
  }
  for (auto& parcel : shown.parcels)
    if (!parcel.expected_ship && !parcel.expected_delivery) add_dates(parcel);
  for (const auto& each : best.uncovered)
    order::add_waiting(shown, each.sku, each.units);
  order::drop_empty_parcels(shown);
  add_expected_to(shown.backordered, shown.parcels, ask, rules, net, context);
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

bool is_among(const std::vector<std::string>& ids, const std::string& id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

// The parcels of the order once these units have left and those have come.
std::int64_t parcels_after(std::vector<open_parcel> parcels,
                           const std::vector<fulfillment_units>& left,
                           const std::set<source_ref>& came_to) {
  for (const auto& part : left)
    for (auto& each : parcels)
      if (each.fulfillment == part.fulfillment)
        for (const auto& line : part.lines) each.units -= line.from_allocated;
  std::erase_if(parcels, [](const open_parcel& each) {
    return each.units == quantity{0};
  });
  auto count = static_cast<std::int64_t>(parcels.size());
  for (const auto& source : came_to)
    if (std::none_of(parcels.begin(), parcels.end(),
                     [&source](const open_parcel& each) {
                       return each.joinable && each.source == source;
                     }))
      ++count;
  return count;
}

candidate_outcome objection(const plan_ask& ask, const network_source& source) {
  if (ask.whatif && is_among(ask.whatif->asked.without, source.ref.id))
    return candidate_outcome::inactive;
  const auto general =
      routing::objection(source, ask.order.brand, ask.ship_to.country);
  if (general != candidate_outcome::not_needed) return general;
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
  renew_candidates();
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
        renew_candidates();
        // Before anything is planned: an acknowledgement must reach its source
        // ahead of a request of the same order.
        carry(std::exchange(early_, {}));
        plan_gathered();
      },
  };
}

void router_actor::renew_candidates() {
  request_ = {};
  rules_ = nullptr;
  if (!network_.net) return;
  request_.candidates.reserve(network_.net->sources.size());
  for (const auto& source : network_.net->sources)
    request_.candidates.push_back(routing::candidate_of(source));
}

void router_actor::prepare_candidate(const plan_ask& ask,
                                     const network_source& source,
                                     routing::candidate& out) const {
  out.excluded = objection(ask, source);
  out.at_capacity = routing::is_at_capacity(source, context_, now_);
  const auto names = [&source](const std::vector<source_ref>& list) {
    return std::find(list.begin(), list.end(), source.ref) != list.end();
  };
  out.joins = names(ask.joinable);
  out.on_order = names(ask.sources);
  out.offers.clear();
  out.offers.reserve(skus_.size());
  for (const auto& [sku, row, asked] : skus_) {
    routing::offer offer{.free = {}, .unit_cost = source.unit_cost(*sku)};
    if (row != nullptr) {
      offer.free = row->available(source.column);
      // The board does not show yet what earlier orders of this batch are going
      // to ask for.
      if (asked != nullptr)
        for (const auto& [column, units] : *asked)
          if (column == source.column)
            offer.free = std::max(quantity{0}, offer.free - units);
    }
    out.offers.push_back(offer);
  }
  if (wants_days_) add_days(ask, source, out);
  if (!ask.lacking.empty() || !ask.rejections.empty())
    except_refused(ask, source, out);
}

// Units that join a parcel are expected on the later of the two days.
void router_actor::add_days(const plan_ask& ask, const network_source& source,
                            routing::candidate& out) const {
  const auto first = day_of(now_) - std::chrono::days(routing::day_of_planning);
  const auto number_of = [first](const std::optional<date>& expected) {
    if (!expected) return routing::unknown_day;
    return std::clamp<std::int64_t>((*expected - first).count(), 0,
                                    routing::unknown_day - 1);
  };
  out.parcel_day = routing::unknown_day;
  std::int64_t joined = 0;
  for (const auto& [at, expected] : ask.parcels) {
    if (at != source.ref) continue;
    out.parcel_day = number_of(expected);
    if (out.joins) joined = out.parcel_day;
  }
  if (source.ref.kind == source_kind::location) {
    const auto dates = dates_from_stock(source, request_.rules, ask.ship_to,
                                        ask.service, now_);
    const auto day = std::max(joined, number_of(dates.delivery));
    for (auto& offer : out.offers) offer.day = day;
    return;
  }
  for (std::size_t i = 0; i < skus_.size(); ++i) {
    supplier_dates of(source);
    of.add(*skus_[i].sku);
    out.offers[i].day = std::max(joined, number_of(of.at(now_).delivery));
  }
}

// A source that had less than the board said gives nothing more of this SKU in
// this planning, whatever the board says by now. So each further round excludes
// at least one more pair, and the rounds end. And it gives nothing of a SKU
// that it rejected, until units have come in there since. Where it lacked only
// capacity, the order waits for that: it is not asked in any case.
void router_actor::except_refused(const plan_ask& ask,
                                  const network_source& source,
                                  routing::candidate& out) const {
  std::unordered_set<std::string_view> lacking;
  for (const auto& [ref, sku] : ask.lacking)
    if (ref == source.ref) lacking.insert(sku.value);
  std::unordered_map<std::string_view, std::uint64_t> rejected;
  for (const auto& each : ask.rejections)
    if (each.source == source.ref) {
      auto& receipts = rejected[each.sku.value];
      receipts = std::max(receipts, each.receipts);
    }
  for (std::size_t i = 0; i < skus_.size(); ++i) {
    const auto& [sku, row, asked] = skus_[i];
    const bool lacks_capacity = out.at_capacity && !out.joins;
    if (lacking.contains(sku->value) && !lacks_capacity)
      out.offers[i].free = quantity{0};
    const auto refused = rejected.find(sku->value);
    if (refused != rejected.end() && row != nullptr &&
        refused->second >= row->receipts(source.column))
      out.offers[i].rejected_before = true;
  }
}

std::vector<fulfillment_units> router_actor::take_leaving(
    plan_ask& ask, const routing_rules& rules) const {
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

void router_actor::prepare_request(plan_ask& ask) {
  const auto& rules = network_.net->rules_of(ask.order.brand);
  const bool had_others = std::exchange(
      has_other_rules_,
      !ask.objectives.empty() || (ask.whatif && ask.whatif->asked.routing));
  if (rules_ != &rules || had_others || has_other_rules_) {
    rules_ = &rules;
    request_.rules = rules.rules;
    request_.rules_version = rules.version;
    if (ask.whatif && ask.whatif->asked.routing)
      request_.rules = *ask.whatif->asked.routing;
    if (!ask.objectives.empty()) request_.rules.objectives = ask.objectives;
    const auto& wanted = request_.rules.objectives;
    wants_days_ = std::find(wanted.begin(), wanted.end(), objective::soonest) !=
                  wanted.end();
  }
  request_.ship_to = ask.ship_to.position;
  request_.sources_on_order = static_cast<std::int64_t>(ask.sources.size());
  want(ask.lines, ask.held);
  request_.held = parts_of(ask.held);
  request_.lines.clear();
  request_.lines.reserve(ask.lines.size());
  for (auto& line : ask.lines)
    request_.lines.push_back(
        {std::move(line.line), std::move(line.sku), line.units});
  routing::index_demand(request_.lines, index_);
  skus_.clear();
  for (const auto line : index_.first_line) {
    const auto& sku = request_.lines[line].sku;
    const auto* row = context_.board.find(sku);
    const auto asked = asked_now_.find(row);
    skus_.push_back(
        {&sku, row, asked == asked_now_.end() ? nullptr : &asked->second});
  }
  for (std::size_t i = 0; i < request_.candidates.size(); ++i)
    prepare_candidate(ask, network_.net->sources[i], request_.candidates[i]);
}

plan_made router_actor::take_over(const plan_ask& ask,
                                  std::vector<reserve_requests>& by_source) {
  plan_made made{.order = ask.order,
                 .round = ask.round,
                 .decision = {},
                 .awaiting_capacity = {},
                 .back = {},
                 .moves = {},
                 .takes_over = true};
  auto held = context_.held.find(ask.reservation, context_.now());
  if (!held) return made;
  auto lines = ask.lines;
  const auto& sources = network_.net->sources;
  for (std::size_t place = 0; place < sources.size(); ++place) {
    const auto part = std::find_if(
        held->parts.begin(), held->parts.end(), [&](const held_part& each) {
          return each.column == sources[place].column;
        });
    if (part == held->parts.end() ||
        objection(ask, sources[place]) != candidate_outcome::not_needed)
      continue;
    source::reserve_request asked{
        .order = ask.order, .round = ask.round, .lines = {}};
    asked.reservation = ask.reservation;
    for (auto& line : lines) {
      const auto there = part->units.find(line.sku);
      if (there == part->units.end()) continue;
      const auto units = std::min(line.units, there->second);
      if (units <= quantity{0}) continue;
      line.units -= units;
      there->second -= units;
      asked.lines.push_back({line.line, line.sku, units});
    }
    if (asked.lines.empty()) continue;
    by_source[place].requests.push_back(std::move(asked));
    ++made.asked;
  }
  return made;
}

void router_actor::plan_gathered() {
  // Without a network every order would seem to have no candidates.
  if (!network_.net) return;
  plans_made plans;
  std::vector<journal_batch> previews;
  // In the order of the network, so that the sends follow from the seed.
  std::vector<reserve_requests> by_source(network_.sources.size());
  plans.plans.reserve(gathered_.size());
  now_ = context_.now();
  for (auto& ask : std::exchange(gathered_, {})) {
    if (!ask.reservation.empty()) {
      plans.plans.push_back(take_over(ask, by_source));
      continue;
    }
    if (ask.move_to) {
      if (!ask_target(ask, by_source))
        plans.plans.push_back({.order = ask.order, .round = ask.round});
      continue;
    }
    if (ask.trial) {
      send(context_.consolidator, tried(ask));
      continue;
    }
    if (ask.whatif) {
      ask.whatif->reply(whatif_of(ask));
      continue;
    }
    auto leaving =
        take_leaving(ask, network_.net->rules_of(ask.order.brand).rules);
    prepare_request(ask);
    auto best = planner_.make(request_);
    if (ask.preview) {
      receipt shown;
      if (ask.edited)
        shown.edit = with_plan(std::move(*ask.edited), ask, std::move(best),
                               *network_.net, context_);
      else
        shown.plan = preview_of(std::move(best));
      answer_after_commit(previews, std::move(*ask.preview), std::move(shown));
      continue;
    }
    plan_made made{.order = ask.order,
                   .round = ask.round,
                   .decision = std::move(best.decision),
                   .asked = 0,
                   .awaiting_capacity = std::move(best.awaiting_capacity),
                   .capacity_at = {},
                   .back = std::move(leaving),
                   .moves = {},
                   .stuck_after_s = request_.rules.stuck_after_s};
    if (!made.awaiting_capacity.empty()) made.capacity_at = capacity_at();
    // What a plan leaves where it is keeps its promise. Only the difference is
    // asked for, and what remains in `held` has to leave its source.
    auto held = std::move(ask.held);
    const auto there = by_line(held);
    for (auto& part : best.parts) {
      auto lines = to_ask(std::move(part.lines), part.source, there);
      if (lines.empty()) continue;
      const auto place = *network_.net->place_of(part.source);
      for (const auto& line : lines)
        note_asked(line.sku, network_.net->sources[place].column, line.units);
      by_source[place].requests.push_back(
          {.order = ask.order,
           .round = ask.round,
           .lines = std::move(lines),
           .whole_lines = !request_.rules.split_lines});
      ++made.asked;
    }
    drop_kept(held);
    made.moves = std::move(held);
    plans.plans.push_back(std::move(made));
    if (request_.candidates.size() * skus_.size() > routing::max_kept_cells)
      renew_candidates();
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
  for (std::size_t i = 0; i < by_source.size(); ++i)
    if (!by_source[i].requests.empty())
      send(network_.sources[i], std::move(by_source[i]));
}

// What the source has is for itself to say; what the order may not have from it
// is known here.
bool router_actor::ask_target(plan_ask& ask,
                              std::vector<reserve_requests>& by_source) {
  const auto place = network_.net->place_of(*ask.move_to);
  if (!place) return false;
  const auto& source = network_.net->sources[*place];
  if (!source.settings.active || !source.serves_brand(ask.order.brand) ||
      !source.serves_country(ask.ship_to.country))
    return false;
  for (const auto& line : ask.lines)
    note_asked(line.sku, source.column, line.units);
  by_source[*place].requests.push_back({.order = ask.order,
                                        .round = ask.round,
                                        .lines = std::move(ask.lines),
                                        .whole_lines = false,
                                        .by_hand = true});
  return true;
}

// Planned as it would be, on the stock that the orders tried before leave. What
// they give back is free unless orders wait for it.
order_consolidated router_actor::tried(plan_ask& ask) {
  auto& taken = *ask.trial;
  const auto before = static_cast<std::int64_t>(ask.open.size());
  auto leaving =
      take_leaving(ask, network_.net->rules_of(ask.order.brand).rules);
  prepare_request(ask);
  for (auto& each : request_.candidates)
    for (std::size_t i = 0; i < skus_.size(); ++i)
      if (const auto found = taken.find({each.source, *skus_[i].sku});
          found != taken.end())
        each.offers[i].free =
            std::max(quantity{0}, each.offers[i].free - found->second);
  auto best = planner_.make(request_);
  auto held = std::move(ask.held);
  const auto there = by_line(held);
  std::set<source_ref> came_to;
  for (auto& part : best.parts)
    for (const auto& line : to_ask(std::move(part.lines), part.source, there)) {
      came_to.insert(part.source);
      taken[{part.source, line.sku}] += line.units;
    }
  drop_kept(held);
  std::move(leaving.begin(), leaving.end(), std::back_inserter(held));
  for (const auto& part : held)
    for (const auto& line : part.lines) {
      const auto* row = context_.board.find(line.sku);
      if (row != nullptr && !row->is_waited_for())
        taken[{part.source, line.sku}] -= line.from_allocated;
    }
  if (held.empty()) return {.order = ask.order};
  return {.order = ask.order,
          .moved = true,
          .before = before,
          .after = parcels_after(std::move(ask.open), held, came_to)};
}

// As `preview`, with what is asked in the place of what is.
result<whatif_view> router_actor::whatif_of(plan_ask& ask) {
  const auto& asked = ask.whatif->asked;
  const auto& net = *network_.net;
  for (std::size_t i = 0; i < asked.without.size(); ++i)
    if (net.find({source_kind::location, asked.without[i]}) == nullptr &&
        net.find({source_kind::supplier, asked.without[i]}) == nullptr)
      return refuse(error_code::not_found,
                    "there is no source " + asked.without[i],
                    list_position{"without", i}.path());
  for (std::size_t i = 0; i < asked.receipts.size(); ++i)
    if (const auto& id = asked.receipts[i].location;
        net.find({source_kind::location, id}) == nullptr)
      return refuse(error_code::not_found, "there is no location " + id,
                    list_position{"receipts", i, "location"}.path());
  whatif_view view;
  view.today = shown(ask, parts_of(ask.held), ask.lines);
  const auto& rules =
      asked.routing ? *asked.routing : net.rules_of(ask.order.brand).rules;
  // Planned like units that have no source.
  static_cast<void>(take_leaving(ask, rules));
  prepare_request(ask);
  for (const auto& receipt : asked.receipts)
    for (auto& each : request_.candidates)
      for (std::size_t i = 0; i < skus_.size(); ++i)
        if (each.source.kind == source_kind::location &&
            each.source.id == receipt.location &&
            *skus_[i].sku == receipt.sku) {
          each.offers[i].free += receipt.units;
          each.offers[i].rejected_before = false;
        }
  auto best = planner_.make(request_);
  auto waiting = std::move(best.uncovered);
  std::move(best.awaiting_capacity.begin(), best.awaiting_capacity.end(),
            std::back_inserter(waiting));
  view.planned = shown(ask, best.parts, waiting);
  add_dates(ask, rules, view);
  add_expected_to(view.today.backordered, view.today.parcels, ask,
                  net.rules_of(ask.order.brand).rules, net, context_);
  add_expected_to(view.planned.backordered, view.planned.parcels, ask, rules,
                  net, context_);
  return view;
}

void router_actor::add_dates(const plan_ask& ask, const routing_rules& rules,
                             whatif_view& view) const {
  for (auto& parcel : view.today.parcels)
    for (const auto& each : ask.open)
      if (each.source == parcel.source) {
        parcel.expected_ship = each.expected_ship;
        parcel.expected_delivery = each.expected_delivery;
      }
  for (auto& parcel : view.planned.parcels) {
    const auto same = std::find_if(
        view.today.parcels.begin(), view.today.parcels.end(),
        [&parcel](const dated_parcel& each) {
          return each.source == parcel.source && each.lines == parcel.lines;
        });
    if (same != view.today.parcels.end()) {
      parcel = *same;
      continue;
    }
    const auto* source = network_.net->find(parcel.source);
    if (source == nullptr) continue;
    const auto dates = dates_of_parcel(*source, rules, ask.ship_to, ask.service,
                                       parcel.lines, now_);
    parcel.expected_ship = dates.ship;
    parcel.expected_delivery = dates.delivery;
  }
}

whatif_plan router_actor::shown(const plan_ask& ask,
                                const std::vector<routing::part>& parts,
                                const std::vector<line_units>& waiting) const {
  whatif_plan plan;
  for (const auto& part : parts) {
    plan.parcels.push_back({.source = part.source,
                            .lines = part.lines,
                            .expected_ship = {},
                            .expected_delivery = {}});
    const auto* source = network_.net->find(part.source);
    if (source == nullptr) continue;
    const auto& settings = source->settings;
    const bool is_new = std::find(ask.sources.begin(), ask.sources.end(),
                                  part.source) == ask.sources.end();
    if (is_new) plan.cost += settings.shipment_cost;
    if (is_new && settings.position && ask.ship_to.position)
      plan.cost += money{std::llround(
          routing::distance_km(*ask.ship_to.position, *settings.position) *
          static_cast<double>(settings.cost_per_km.value))};
    for (const auto& line : part.lines)
      plan.cost += money{source->unit_cost(line.sku).value * line.units.value};
  }
  std::map<sku_id, quantity> missing;
  for (const auto& line : waiting) missing[line.sku] += line.units;
  for (const auto& [sku, units] : missing)
    if (units > quantity{0})
      plan.backordered.push_back({.sku = sku,
                                  .units = units,
                                  .expected = {},
                                  .expected_delivery = {}});
  return plan;
}

// Some of them may have none of what is missing. Their day only makes the order
// plan once more.
std::optional<timestamp> router_actor::capacity_at() const {
  std::optional<timestamp> first;
  for (std::size_t i = 0; i < request_.candidates.size(); ++i) {
    if (!request_.candidates[i].at_capacity) continue;
    const auto next = network_.net->sources[i].calendar->next_day_after(now_);
    if (!first || next < *first) first = next;
  }
  return first;
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

void router_actor::carry(std::vector<instruct> told) {
  // Sorted, so that the sends follow from the seed.
  std::map<source_ref, instructions> by_source;
  for (auto& each : told) by_source[each.to].told.push_back(std::move(each));
  for (auto& [ref, some] : by_source)
    if (const auto place =
            network_.net ? network_.net->place_of(ref) : std::nullopt)
      send(network_.sources[*place], std::move(some));
    else
      // The network may be younger than the source: after a restart messages
      // are sent again while the network is published, and a return may name a
      // location that was just defined. The next publication has the source.
      early_.insert(early_.end(), std::make_move_iterator(some.told.begin()),
                    std::make_move_iterator(some.told.end()));
}

}  // namespace oms
