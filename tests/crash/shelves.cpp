#include "tests/crash/shelves.hpp"

namespace oms::crash {

// One overload per event that moves units.
struct shelves::adding {
  shelves& all;
  const entity_ref& from;

  [[nodiscard]] shelf& of(const sku_id& sku) const {
    return all.shelves_[{from, sku}];
  }
  [[nodiscard]] quantity& unshipped(const source_ref& source) const {
    return all.unshipped_[{from, source}];
  }
  void take(const source_ref& source,
            const std::vector<work_units>& lines) const {
    for (const auto& line : lines)
      unshipped(source) -= line.from_allocated + line.from_picked;
  }
  void take(const std::vector<fulfillment_units>& parts) const {
    for (const auto& part : parts) take(part.source, part.lines);
  }

  // A new definition says what the supplier offers beyond what it has promised.
  void operator()(const supplier_defined& e) const {
    for (const auto& product : e.settings.products)
      of(product.sku).on_hand =
          of(product.sku).promised + product.available.value_or(quantity{});
  }
  void operator()(const stock_received& e) const {
    of(e.sku).on_hand += e.units;
  }
  void operator()(const stock_counted& e) const {
    of(e.sku).on_hand = e.on_hand;
  }
  void operator()(const stock_transferred& e) const {
    for (const auto& line : e.lines) of(line.sku).on_hand -= line.units;
  }
  void operator()(const stock_offered& e) const {
    of(e.sku).on_offer += e.units;
  }
  void operator()(const offer_settled& e) const {
    of(e.sku).on_offer -= e.units;
  }
  void operator()(const stock_committed& e) const {
    for (const auto& line : e.lines) of(line.sku).promised += line.units;
  }
  void operator()(const stock_decommitted& e) const {
    for (const auto& line : e.lines) of(line.sku).promised -= line.units;
  }
  void operator()(const stock_taken_back& e) const {
    of(e.sku).promised -= e.units;
  }
  void operator()(const stock_shipped& e) const {
    for (const auto& line : e.lines) {
      of(line.sku).promised -= line.units - line.counted_out;
      of(line.sku).on_hand -= line.units - line.counted_out;
    }
  }

  void operator()(const units_allocated& e) const {
    for (const auto& line : e.lines)
      unshipped(e.source) += line.from_unrouted + line.from_backordered;
  }
  void operator()(const shipment_shipped& e) const { take(e.source, e.lines); }
  void operator()(const units_cancelled& e) const { take(e.promised); }
  void operator()(const units_released& e) const { take(e.promised); }
  void operator()(const units_taken_back& e) const { take(e.promised); }

  template <class Other>
  void operator()(const Other&) const {}
};

std::optional<std::string> shelves::add(const event& happened) {
  std::visit(adding{*this, happened.entity}, happened.body);
  // Only the shelves of the event's own entity can have changed.
  for (auto at = shelves_.lower_bound({happened.entity, sku_id{}});
       at != shelves_.end() && at->first.first == happened.entity; ++at)
    if (const auto& of = at->second; of.promised + of.on_offer > of.on_hand)
      return "event " + std::to_string(happened.at) + ": " +
             happened.entity.key + " has promised more of " +
             at->first.second.value + " than it has";
  return std::nullopt;
}

std::vector<shelves::queued_units> shelves::unshipped() const {
  std::vector<queued_units> all;
  for (const auto& [at, units] : unshipped_)
    if (units > quantity{0}) all.push_back({order_of(at.first), at.second});
  return all;
}

}  // namespace oms::crash
