#pragma once

/// How an order would ship under other circumstances, next to how it ships now.
/// A question changes nothing.

#include <optional>
#include <string>
#include <vector>

#include "messages/commands.hpp"
#include "messages/fields/fields.hpp"
#include "messages/ids.hpp"
#include "messages/limits.hpp"
#include "messages/network.hpp"

namespace oms {

/// Stock that would have come in.
struct whatif_receipt {
  std::string location;
  sku_id sku;
  quantity units;

  friend bool operator==(const whatif_receipt&,
                         const whatif_receipt&) = default;
};
OMS_FIELDS(whatif_receipt, "WhatIfReceipt", "",
           OMS_FIELD(location, 0, .is = required | identifier),
           OMS_FIELD(sku, 1, .is = required),
           OMS_FIELD(units, 2, .json = "quantity", .is = required, .least = 1));

struct whatif_question {
  /// In place of those of the order's brand; none: those.
  std::optional<routing_rules> routing;
  /// Locations and suppliers that would not be there.
  std::vector<std::string> without;
  std::vector<whatif_receipt> receipts;
};
OMS_FIELDS(whatif_question, "WhatIf", "",
           OMS_FIELD(routing, 0,
                     .doc = "Rules in place of those of the brand; what they "
                            "leave out takes its default."),
           OMS_FIELD(without, 1, .is = identifier,
                     .most = limits::max_list_entries,
                     .doc = "Locations and suppliers that would not be there."),
           OMS_FIELD(receipts, 2, .most = limits::max_stock_lines,
                     .doc = "Stock that would have come in."));

/// How the units of an order that are not picked ship.
struct whatif_plan {
  std::vector<dated_parcel> parcels;
  std::vector<waiting_units> backordered;
  /// Of these parcels: shipping and units, by the rules of `lowestCost`.
  money cost;

  friend bool operator==(const whatif_plan&, const whatif_plan&) = default;
};
OMS_FIELDS(whatif_plan, "WhatIfPlan", "", OMS_FIELD(parcels, 0),
           OMS_FIELD(backordered, 1),
           OMS_FIELD(cost, 2,
                     .doc = "Of these parcels, as lowestCost counts it."));

struct whatif_view {
  whatif_plan today;
  whatif_plan planned;

  friend bool operator==(const whatif_view&, const whatif_view&) = default;
};
OMS_FIELDS(whatif_view, "WhatIfView", "",
           OMS_FIELD(today, 0, .doc = "As the order is allocated now."),
           OMS_FIELD(planned, 1,
                     .doc = "As it would be planned under the circumstances "
                            "asked for."));

}  // namespace oms
