#pragma once

/// A routing decision with its explanation, as the order's log keeps it.
///
/// It answers at any later time why an order ships from where it does: the
/// candidates, what each could give, why each was taken or not, the values of
/// the objectives and the version of the rules. Quantities are units of stock.
/// An objective's value is in the objective's own unit: sources
/// (`fewest_shipments`), minor units (`lowest_cost`), km x units (`nearest`),
/// priority x units (`priority`), units squared (`balance_stock`), and days
/// from the day of planning, in UTC, to the last expected delivery (`soonest`;
/// left out where one is not known).

#include <cstdint>
#include <string>
#include <vector>

#include "messages/fields/fields.hpp"
#include "messages/ids.hpp"
#include "messages/network.hpp"
#include "messages/shared_value.hpp"

namespace oms {

/// Why a candidate was taken or not.
enum class candidate_outcome : std::uint8_t {
  taken,
  not_needed,       ///< could give, but a better plan exists without it
  nothing_to_give,  ///< has none of what is asked for
  inactive,
  other_brand,
  other_country,
  rejected_before,    ///< rejected units of each SKU that is asked for
  no_capacity,        ///< no new fulfillment left today
  over_max_shipments  ///< the order has all the sources it may have
};
OMS_WORDS(candidate_outcome, over_max_shipments, "taken", "notNeeded",
          "nothingToGive", "inactive", "otherBrand", "otherCountry",
          "rejectedBefore", "noCapacity", "overMaxShipments");

struct sku_quantity {
  sku_id sku;
  quantity units;

  friend bool operator==(const sku_quantity&, const sku_quantity&) = default;
};
OMS_FIELDS(sku_quantity, "SkuUnits", "", OMS_FIELD(sku, 0),
           OMS_FIELD(units, 1, .json = "quantity"));

struct candidate_view {
  source_ref source;
  /// Index into the tiers of the rules, from 0; -1: in no tier.
  std::int32_t tier = 0;
  candidate_outcome outcome = candidate_outcome::not_needed;
  /// What it could give, at most what is asked for. Mostly that is all of it,
  /// and then it is the list of the decision.
  shared_value<std::vector<sku_quantity>> could_give;
  std::vector<sku_quantity> taken;

  friend bool operator==(const candidate_view&,
                         const candidate_view&) = default;
};
OMS_FIELDS(candidate_view, "CandidateView", "", OMS_FIELD(source, 0),
           OMS_FIELD(tier, 1), OMS_FIELD(outcome, 2), OMS_FIELD(could_give, 3),
           OMS_FIELD(taken, 4));

struct objective_value {
  objective kind = objective::fewest_shipments;
  double value = 0;

  friend bool operator==(const objective_value&,
                         const objective_value&) = default;
};
OMS_FIELDS(objective_value, "ObjectiveView", "",
           OMS_FIELD(kind, 0, .json = "objective"), OMS_FIELD(value, 1));

struct routing_decision {
  /// How often the rules that applied had been set; 0: the built-in rules,
  /// because neither the brand nor the default brand has any.
  std::uint64_t rules_version = 0;
  /// The units that were to be planned.
  shared_value<std::vector<sku_quantity>> asked;
  std::vector<candidate_view> candidates;
  /// Over all tiers together, in the order of the rules.
  std::vector<objective_value> objectives;
  /// Asked for, and given by no source.
  std::vector<sku_quantity> uncovered;
  /// False when the search was cut short, as it is for large orders; then
  /// there may be a better plan.
  bool exact = true;

  friend bool operator==(const routing_decision&,
                         const routing_decision&) = default;
};
OMS_FIELDS(routing_decision, "DecisionView", "", OMS_FIELD(rules_version, 0),
           OMS_FIELD(asked, 1), OMS_FIELD(candidates, 2),
           OMS_FIELD(objectives, 3), OMS_FIELD(uncovered, 4),
           OMS_FIELD(exact, 5));

}  // namespace oms
