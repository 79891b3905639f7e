#include "actors/outbox.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace oms {

namespace {

using deliveries = std::vector<delivery>;

/// Adds up units of the same SKU; an event may name thousands.
class line_sums {
 public:
  explicit line_sums(std::vector<instructed_line>& lines) : lines_(lines) {
    for (std::size_t i = 0; i < lines.size(); ++i)
      places_.emplace(lines[i].sku.value, i);
  }

  void add(const sku_id& sku, quantity units, quantity picked) {
    const auto [place, is_new] = places_.try_emplace(sku.value, lines_.size());
    if (is_new) {
      lines_.push_back({sku, units, picked});
      return;
    }
    auto& known = lines_[place->second];
    known.units += units;
    known.picked += picked;
  }

 private:
  std::vector<instructed_line>& lines_;
  /// The texts are those of the event.
  std::unordered_map<std::string_view, std::size_t> places_;
};

/// One overload per event that tells somebody something.
struct teller {
  const entity_ref& sender;
  const std::optional<event_cause>& cause;

  [[nodiscard]] instruction from_order(instruction_kind kind) const {
    return {.order = order_of(sender), .kind = kind};
  }

  template <class Units>
  [[nodiscard]] deliveries of_units(const Units& e, instruction_kind kind,
                                    reject_reason reason = {}) const {
    auto told = from_order(kind);
    told.reason = reason;
    line_sums sums(told.lines);
    for (const auto& units : e.lines)
      sums.add(units.sku, units.from_allocated + units.from_picked,
               units.from_picked);
    return {{entity_of(e.source), std::move(told)}};
  }

  template <class Event>
  [[nodiscard]] deliveries of_lines(const Event& e,
                                    instruction_kind kind) const {
    auto told = from_order(kind);
    line_sums sums(told.lines);
    for (const auto& units : e.lines)
      sums.add(units.sku, units.units, quantity{0});
    return {{entity_of(e.source), std::move(told)}};
  }

  template <class Event>
  [[nodiscard]] deliveries of_picks(const Event& e,
                                    instruction_kind kind) const {
    auto told = from_order(kind);
    line_sums sums(told.lines);
    for (const auto& units : e.lines)
      sums.add(units.sku, units.units, units.units);
    return {{entity_of(e.source), std::move(told)}};
  }

  /// One instruction per source, although an order may have several
  /// fulfillments there: a cause names a receiver once.
  [[nodiscard]] deliveries of_promised(
      const std::vector<fulfillment_units>& promised) const {
    deliveries all;
    for (const auto& part : promised) {
      const auto to = entity_of(part.source);
      auto known =
          std::find_if(all.begin(), all.end(),
                       [&to](const auto& each) { return each.to == to; });
      if (known == all.end()) {
        all.push_back({to, from_order(instruction_kind::decommit)});
        known = std::prev(all.end());
      }
      auto& told = std::get<instruction>(known->content);
      line_sums sums(told.lines);
      for (const auto& units : part.lines)
        sums.add(units.sku, units.from_allocated + units.from_picked,
                 units.from_picked);
    }
    return all;
  }

  deliveries operator()(const grant_declined& e) const {
    return of_lines(e, instruction_kind::decommit);
  }
  deliveries operator()(const fulfillment_accepted& e) const {
    return {{entity_of(e.source), from_order(instruction_kind::accept)}};
  }
  deliveries operator()(const units_picked& e) const {
    return of_picks(e, instruction_kind::pick);
  }
  deliveries operator()(const units_unpicked& e) const {
    return of_picks(e, instruction_kind::unpick);
  }
  deliveries operator()(const units_rejected& e) const {
    return e.reason == reject_reason::unable
               ? of_units(e, instruction_kind::decommit)
               : of_units(e, instruction_kind::reject, e.reason);
  }
  deliveries operator()(const shipment_shipped& e) const {
    return of_units(e, instruction_kind::ship);
  }
  deliveries operator()(const units_cancelled& e) const {
    return of_promised(e.promised);
  }
  deliveries operator()(const units_released& e) const {
    return of_promised(e.promised);
  }
  /// Units that could not be found any more, for they have shipped or gone,
  /// were told before: with this the source knows all.
  deliveries operator()(const units_taken_back& e) const {
    if (!cause) return {};
    auto told = from_order(instruction_kind::heard);
    line_sums sums(told.lines);
    for (const auto& part : e.promised)
      for (const auto& units : part.lines)
        sums.add(units.sku, units.from_allocated + units.from_picked,
                 units.from_picked);
    return {{cause->entity, std::move(told)}};
  }
  deliveries operator()(const return_received& e) const {
    auto told = from_order(instruction_kind::restock);
    for (const auto& units : e.lines) {
      const auto came = units.from_delivered + units.from_shipped;
      const bool sellable = units.condition == return_condition::sellable;
      told.restocked.push_back({units.sku, sellable ? came : quantity{0},
                                sellable ? quantity{0} : came});
    }
    return {{entity_of(e.location), std::move(told)}};
  }

  deliveries operator()(const stock_committed& e) const {
    return {{entity_of(e.order), reservation{.source = source_of(sender),
                                             .lines = e.lines,
                                             .opens = e.opens,
                                             .round = e.round}}};
  }
  deliveries operator()(const stock_taken_back& e) const {
    return {{entity_of(e.order),
             revoked_units{source_of(sender), e.sku, e.units, e.picked}}};
  }

  template <class Other>
  deliveries operator()(const Other&) const {
    return {};
  }
};

}  // namespace

std::vector<delivery> deliveries_of(const entity_ref& sender,
                                    const event_body& body,
                                    const std::optional<event_cause>& cause) {
  return std::visit(teller{sender, cause}, body);
}

std::vector<delivery> deliveries_of(const event& sent) {
  return deliveries_of(sent.entity, sent.body, sent.cause);
}

std::vector<entity_ref> receivers_of(const event& sent) {
  return std::visit(
      [&sent](const auto& e) -> std::vector<entity_ref> {
        using body = std::decay_t<decltype(e)>;
        if constexpr (std::is_same_v<body, units_cancelled> ||
                      std::is_same_v<body, units_released>) {
          std::vector<entity_ref> all;
          for (const auto& part : e.promised) {
            auto to = entity_of(part.source);
            if (std::find(all.begin(), all.end(), to) == all.end())
              all.push_back(std::move(to));
          }
          return all;
        } else if constexpr (std::is_same_v<body, units_taken_back>) {
          if (!sent.cause) return {};
          return {sent.cause->entity};
        } else if constexpr (std::is_same_v<body, return_received>) {
          return {entity_of(e.location)};
        } else if constexpr (std::is_same_v<body, stock_committed> ||
                             std::is_same_v<body, stock_taken_back>) {
          return {entity_of(e.order)};
        } else if constexpr (std::is_same_v<body, grant_declined> ||
                             std::is_same_v<body, fulfillment_accepted> ||
                             std::is_same_v<body, units_picked> ||
                             std::is_same_v<body, units_unpicked> ||
                             std::is_same_v<body, units_rejected> ||
                             std::is_same_v<body, shipment_shipped>) {
          return {entity_of(e.source)};
        } else {
          return {};
        }
      },
      sent.body);
}

}  // namespace oms
