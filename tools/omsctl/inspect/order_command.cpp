#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "actors/history/history.hpp"
#include "actors/history/sku_history.hpp"
#include "actors/order/order.hpp"
#include "actors/order/personal_data.hpp"
#include "tools/json/events.hpp"
#include "tools/json/fields.hpp"
#include "tools/omsctl/inspect/inspect_command.hpp"
#include "tools/omsctl/inspect/store_command.hpp"
#include "tools/store/find_order.hpp"
#include "tools/text/order_text.hpp"
#include "tools/text/timeline_text.hpp"

namespace oms::omsctl {

namespace {

// When the product is expected again; none if it was never defined, which is
// not an error.
result<std::optional<timestamp>> restock_of(const store_command& from,
                                            const sku_id& sku) {
  using date = std::optional<timestamp>;
  const auto events = history::timeline_of(
      from.store(), {entity_kind::product, sku.value}, from.view().at);
  if (!events)
    return events.failure().code == error_code::not_found
               ? result<date>{date{}}
               : result<date>{events.failure()};
  return std::get<product_defined>(events->back().body).settings.restock_date;
}

// Adds the order's positions in backorder queues; returns what could not be
// read. If a part of a queue is missing, a position would be too small, so then
// none is shown.
std::vector<std::string> add_places_in_line(const store_command& from,
                                            std::vector<queue_view> lines,
                                            order_view& order) {
  std::vector<std::string> unreadable;
  std::map<sku_id, history::sku_history> known;
  for (auto& line : lines) {
    const auto& sku = line.sku;
    // Several lines may have one SKU; its queue is read once.
    if (!known.contains(sku)) {
      auto found = history::sku_at(from.store(), sku, from.view().at);
      for (const auto& part : found.unreadable)
        unreadable.push_back(fmt::format(
            "the backorder queue of {} is unknown: {}{}", sku.value,
            part.of.empty() ? "" : part.of + ": ", part.why.message));
      known.emplace(sku, std::move(found));
    }
    if (!known.at(sku).unreadable.empty()) continue;
    const auto& waiting = known.at(sku).waiting;
    const auto place = std::find_if(
        waiting.begin(), waiting.end(), [&](const waiting_view& each) {
          return each.order == order.key && each.line == line.line;
        });
    if (place == waiting.end()) continue;
    // Without the date the position is still worth showing.
    const auto restock = restock_of(from, sku);
    if (!restock)
      unreadable.push_back(fmt::format("the restock date of {} is unknown: {}",
                                       sku.value, restock.failure().message));
    line.position = place - waiting.begin() + 1;
    if (restock && *restock)
      line.expected = std::chrono::floor<std::chrono::days>(**restock);
    order.queue.push_back(std::move(line));
  }
  return unreadable;
}

json::value json_of(const order_view& order,
                    const store::readable_timeline& trail,
                    const std::vector<std::string>& unreadable,
                    std::size_t folded, const viewpoint& view) {
  auto out = json::write(order);
  out["asOf"] = view.at;
  out["timeline"] = json::write_list(
      trail.events, [](const event& e) { return json::write(e); });
  // The key is absent in a healthy store, so a script can look for it.
  if (unreadable.empty()) return out;
  auto& parts = out["unreadable"] = json::value::array();
  for (const auto& part : unreadable) parts.push_back(part);
  if (trail.damaged.empty()) return out;
  // The order is shown as of the last event before the gap.
  out["asOf"] = folded == 0 ? 0 : trail.events[folded - 1].at;
  return out;
}

}  // namespace

int order_command(const order_options& options, const text::console& to) {
  store_command from("omsctl order", to);
  if (!from.open(options.store, options.at)) return text::exit_usage;
  const auto key = store::find_order(from.store(), options.id, options.brand);
  if (!key) {
    // Words it with the moment: an order may exist now and not then.
    if (key.failure().code == error_code::not_found)
      return from.not_found("order " + options.id);
    from.say(key.failure().message);
    return text::exit_wrong;
  }
  const auto trail =
      store::read_timeline(from.store(), entity_of(*key), from.view().at);
  // An event changes the state that the events before it have made. After a gap
  // that state is unknown, though each event still tells something.
  const auto folded = trail.before_gap();
  std::vector<std::string> unreadable;
  for (const auto& range : trail.damaged)
    unreadable.push_back(store::text_of(range));
  if (trail.events.empty() && trail.damaged.empty())
    return from.not_found("order " + store::text_of(*key));

  // Folded here, and not read by `history::order_at`, which has no answer for a
  // timeline with a gap.
  order_state state;
  state.key = *key;
  for (std::size_t i = 0; i < folded; ++i)
    order::apply(state, trail.events[i].body, trail.events[i].time);
  auto order = order::view_of(state);
  // The person as of then, unless it was erased since.
  if (auto personal = history::personal_of(
          from.store(), *key, state.has_personal, state.personal_version))
    order::add_personal(order, std::move(*personal));
  else
    unreadable.push_back(personal.failure().message);
  if (trail.damaged.empty())
    // Positions as of the moment that was asked for would not fit an order as
    // of before the gap.
    for (auto& part :
         add_places_in_line(from, order::waiting_lines(state), order))
      unreadable.push_back(std::move(part));
  // To standard error, also with --json: the exit code alone would not say what
  // is missing.
  for (const auto& part : unreadable) from.say(part);

  if (options.json) {
    fmt::print(
        to.out, "{}\n",
        json::one_line(json_of(order, trail, unreadable, folded, from.view())));
  } else {
    const text::palette colours(to.out);
    if (folded > 0)
      fmt::print(to.out, "{}\n", text::order_text(order, from.when(), colours));
    fmt::print(to.out, "Timeline (sequence, time in UTC)\n{}",
               text::timeline_text(
                   trail.events,
                   {.sequences = true, .who = true, .colours = colours}));
  }
  if (folded < trail.events.size())
    from.say(folded == 0
                 ? "the order's first events can't be read, so only "
                   "the timeline is shown"
                 : "the order is shown as of the last event before the gap");
  return from.ended(unreadable.empty());
}

}  // namespace oms::omsctl
