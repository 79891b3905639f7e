#pragma once

/// Where the orders of a simulated engine went.
///
/// Folds the engine's events into the orders, and prices each fulfillment with
/// the settings that its source had when it was opened. One object per run; it
/// must see all events from the first on, in their sequence. Not synchronized:
/// the simulated engine calls it on the caller's thread.

#include <map>
#include <memory>
#include <unordered_map>
#include <utility>

#include "messages/events.hpp"
#include "messages/order_state.hpp"
#include "tools/omsctl/whatif/replanning.hpp"

namespace oms::omsctl {

class plan_totals {
 public:
  void add(const event& e);
  [[nodiscard]] planned_window sum() const;

 private:
  /// What units and parcels of a source cost.
  struct prices {
    location_settings settings;
    std::unordered_map<sku_id, money> unit_costs;
  };
  struct followed_order {
    order_state state;
    bool planned = false;
    /// By the place of the fulfillment.
    std::vector<std::shared_ptr<const prices>> prices_then;
  };

  void add_to_order(const event& e);
  [[nodiscard]] static money cost_of(const followed_order& order,
                                     std::size_t parcel);

  std::map<source_ref, std::shared_ptr<const prices>> sources_;
  std::map<order_key, followed_order> orders_;
  quantity backordered_;
};

}  // namespace oms::omsctl
