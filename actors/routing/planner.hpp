#pragma once

/// The routing planner: which sources give what for one order.
///
/// A pure choice by the rules of docs/DOMAIN.md, "Routing". `make_plan` reads
/// nothing but its argument, so it may be called from any thread. It does not
/// fail: an order that no source can serve has a plan without parts.
///
/// The order of the candidates decides nothing. Each source must be among them
/// only once, and costs must not be negative.
///
/// A tier with at most 10 lines (SKUs, where lines may be split) and 64
/// candidates (`max_exact_lines`, `max_exact_candidates`) has enough steps to
/// be searched to the end in practice. A larger one has the steps of some
/// milliseconds. Where the steps run out, the plan is the best one found, and
/// `decision.exact` is false.
///
/// The gap, measured by heuristic_gap_test on 20 SKUs over 40 candidates:
/// fewestShipments none; lowestCost 0.13 % in the mean, 1.2 % at most. With the
/// few steps of a thousand-line order: fewestShipments 5.1 % in the mean and at
/// most one parcel in three too many; lowestCost 0.14 % and 1.2 %. soonest has
/// none, alone or beside fewestShipments.

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "messages/decision.hpp"
#include "messages/events.hpp"
#include "messages/ids.hpp"
#include "messages/network.hpp"

namespace oms::routing {

inline constexpr std::size_t max_exact_lines = 10;
inline constexpr std::size_t max_exact_candidates = 64;

/// Days of expected delivery, for `soonest`: counted from two days before the
/// day of planning in UTC, so that none is below 1; a parcel that should have
/// arrived before has 0. A day that is not known is later than any other.
inline constexpr std::int64_t day_of_planning = 2;
inline constexpr std::int64_t unknown_day = 100'000;

/// Units of one order line that need a source.
struct demand {
  line_id line;
  sku_id sku;
  quantity units;
};

/// What a candidate has free of one SKU of the demand, and what a unit costs.
struct offer {
  quantity free;
  money unit_cost;
  /// The source rejected units of this SKU for this order before.
  bool rejected_before = false;
  /// For `soonest` alone: when a unit taken now is expected.
  std::int64_t day = unknown_day;
  /// Of `free`, the units that the order has here already, and when they are
  /// expected; the planner fills this in.
  quantity held;
  std::int64_t held_day = unknown_day;
};

struct candidate {
  source_ref source;
  source_type kind = source_type::warehouse;
  std::int64_t priority = 1;
  money shipment_cost;
  money cost_per_km;
  std::optional<coordinates> position;
  /// One offer per SKU of `request::skus()`, in that order.
  std::vector<offer> offers;
  /// Why it may not serve this order at all: inactive, other_brand,
  /// other_country, or rejected_before when it was `unable`. `not_needed` means
  /// "no objection".
  candidate_outcome excluded = candidate_outcome::not_needed;
  /// No new fulfillment left today; it still serves what `joins`.
  bool at_capacity = false;
  /// The order has an open fulfillment here that new units would join.
  bool joins = false;
  /// The order has units from here already: it counts as one of
  /// `max_shipments` in any case and is not a further shipment.
  bool on_order = false;
  /// For `soonest` alone: when the parcel is expected that the order has here.
  std::int64_t parcel_day = unknown_day;
};

/// What one source is asked for.
struct part {
  source_ref source;
  std::vector<line_units> lines;

  friend bool operator==(const part&, const part&) = default;
};

struct request {
  std::vector<demand> lines;
  std::optional<coordinates> ship_to;
  std::vector<candidate> candidates;
  routing_rules rules;
  std::uint64_t rules_version = 0;
  /// Sources that the order has units from already, for `max_shipments`.
  std::int64_t sources_on_order = 0;
  /// Of the units of `lines`, those that are allocated and may move, each
  /// source once; offers and `sources_on_order` don't count them. They move
  /// only if the plan then covers at least as many units of every line, is
  /// better by the rules and needs no unit that another line holds; otherwise
  /// they stay, and only the rest is planned.
  std::vector<part> held;

  /// The distinct SKUs of the lines, in order of first appearance.
  [[nodiscard]] std::vector<sku_id> skus() const;
};

struct plan {
  /// By source id, each source once; with the held units that stay.
  std::vector<part> parts;
  /// Units that no source can give now: they wait in the backorder queue.
  std::vector<line_units> uncovered;
  /// Units that only places without capacity left could give: they stay
  /// unrouted and are planned again at midnight UTC. The first lines have
  /// them. None from places that `max_shipments` rules out.
  std::vector<line_units> awaiting_capacity;
  /// `max_shipments` is used up: only sources on the order serve the rest.
  bool sources_used_up = false;
  routing_decision decision;
};

/// The best plan by the rules.
[[nodiscard]] plan make_plan(const request& asked);

/// For a plan of so many candidates times SKUs memory is kept: some megabytes.
inline constexpr std::size_t max_kept_cells = 100'000;

class planning;

/// Makes one plan after the other and keeps nothing of them but memory, which
/// the next plan uses again. Not for several threads at once.
class planner {
 public:
  planner();
  ~planner();

  /// As `make_plan`.
  [[nodiscard]] plan make(const request& asked);

 private:
  std::unique_ptr<planning> work_;
};

/// Great-circle distance in km on a sphere of radius 6371.0088 km (the mean
/// radius of the IUGG); the haversine formula.
[[nodiscard]] double distance_km(const coordinates& a, const coordinates& b);

}  // namespace oms::routing
