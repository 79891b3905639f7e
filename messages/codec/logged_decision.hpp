#pragma once

/// Internal to the codec: a routing decision as the log keeps it.
///
/// A decision names every SKU once for each candidate, which makes it the
/// largest event of most orders. The log has units by their place in `asked`
/// instead, and one bit for a candidate that could give all of it. It says the
/// same: `from_logged` gives back what `to_logged` was given.

#include <string>
#include <vector>

#include "messages/decision.hpp"
#include "messages/fields/fields.hpp"

namespace oms::codec {

struct logged_candidate {
  source_ref source;
  std::int32_t tier = 0;
  candidate_outcome outcome = candidate_outcome::not_needed;
  /// It could give what is asked for.
  bool gives_all = false;
  /// Of each SKU asked for.
  std::vector<quantity> could_give;
  std::vector<quantity> taken;
  /// Instead of these, lists in another order, or with other SKUs.
  std::vector<sku_quantity> could_give_listed;
  std::vector<sku_quantity> taken_listed;
};
OMS_FIELDS(logged_candidate, "Candidate", "", OMS_FIELD(source.id, 0),
           OMS_FIELD(source.kind, 1), OMS_FIELD(outcome, 2), OMS_FIELD(tier, 3),
           OMS_FIELD(gives_all, 4), OMS_FIELD(could_give, 5),
           OMS_FIELD(taken, 6), OMS_FIELD(could_give_listed, 7),
           OMS_FIELD(taken_listed, 8));

struct logged_decision {
  std::uint64_t rules_version = 0;
  std::vector<sku_quantity> asked;
  std::vector<logged_candidate> candidates;
  std::vector<objective_value> objectives;
  std::vector<sku_quantity> uncovered;
  bool exact = true;
};
OMS_FIELDS(logged_decision, "RoutingDecision", "", OMS_FIELD(rules_version, 0),
           OMS_FIELD(asked, 1), OMS_FIELD(candidates, 2),
           OMS_FIELD(objectives, 3), OMS_FIELD(uncovered, 4),
           OMS_FIELD(exact, 5));

/// `stored` may be of another decision before; it keeps its memory.
void to_logged(const routing_decision& decision, logged_decision& stored);
[[nodiscard]] routing_decision from_logged(logged_decision stored);

}  // namespace oms::codec
