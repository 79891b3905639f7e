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
  for (const auto& source : network_.net->sources) {
    const auto& settings = source.settings;
    request_.candidates.push_back({.source = source.ref,
                                   .kind = settings.kind,
                                   .priority = settings.priority,
                                   .shipment_cost = settings.shipment_cost,
                                   .cost_per_km = settings.cost_per_km,
                                   .position = settings.position,
                                   .offers = {}});
  }
}

void router_actor::prepare_candidate(const plan_ask& ask,
                                     const network_source& source,
                                     routing::candidate& out) const {
  out.excluded = objection(ask, source);
  // Hints, like all of the board. The source itself refuses what exceeds its
  // capacity.
  out.at_capacity = false;
  if (const auto capacity = source.settings.daily_capacity; capacity > 0) {
    const auto& load = context_.board.load_of(source.column);
    const auto today = std::chrono::floor<std::chrono::days>(context_.now());
    out.at_capacity = load.day.load(std::memory_order_acquire) ==
                          today.time_since_epoch().count() &&
                      load.opened.load(std::memory_order_acquire) >= capacity;
  }
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
  if (!ask.lacking.empty() || !ask.rejections.empty())
    except_refused(ask, source, out);
}

// A source that had less than the board said gives nothing more of this SKU in
// this planning, whatever the board says by now. So each further round excludes
// at least one more pair, and the rounds end. And it gives nothing of a SKU
// that it rejected, until units have come in there since.
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
    if (lacking.contains(sku->value)) out.offers[i].free = quantity{0};
    const auto refused = rejected.find(sku->value);
    if (refused != rejected.end() && row != nullptr &&
        refused->second >= row->receipts(source.column))
      out.offers[i].rejected_before = true;
  }
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

void router_actor::prepare_request(plan_ask& ask) {
  if (const auto& rules = network_.net->rules_of(ask.order.brand);
      rules_ != &rules) {
    rules_ = &rules;
    request_.rules = rules.rules;
    request_.rules_version = rules.version;
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

void router_actor::plan_gathered() {
  // Without a network every order would seem to have no candidates.
  if (!network_.net) return;
  plans_made plans;
  std::vector<journal_batch> previews;
  // In the order of the network, so that the sends follow from the seed.
  std::vector<reserve_requests> by_source(network_.sources.size());
  plans.plans.reserve(gathered_.size());
  for (auto& ask : std::exchange(gathered_, {})) {
    auto leaving = take_leaving(ask);
    prepare_request(ask);
    auto best = planner_.make(request_);
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
                   .stuck_after_s = request_.rules.stuck_after_s};
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
