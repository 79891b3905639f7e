#pragma once

/// Which payment begins the planning of orders, by brand.
///
/// What the routing rules that are on disk say. The journal's thread sets it,
/// ahead of the answer to whoever set the rules, and orders read it on any
/// thread at their payment events. While no rules plan on authorizations, that
/// is one load. An order records what it read, so recovery needs none of this.

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>

#include "messages/ids.hpp"
#include "messages/network.hpp"

namespace oms {

class plan_moments {
 public:
  void set(const routing_rules& rules) {
    const std::lock_guard guard(mutex_);
    by_brand_[rules.brand] = rules.plan_on;
    any_authorized_ =
        std::any_of(by_brand_.begin(), by_brand_.end(), [](const auto& each) {
          return each.second == plan_moment::authorized;
        });
  }

  /// A brand without rules of its own has those without a brand.
  [[nodiscard]] plan_moment of(const brand_id& brand) const {
    if (!any_authorized_) return plan_moment::captured;
    const std::lock_guard guard(mutex_);
    auto found = by_brand_.find(brand);
    if (found == by_brand_.end()) found = by_brand_.find(brand_id{});
    return found == by_brand_.end() ? plan_moment::captured : found->second;
  }

 private:
  std::atomic<bool> any_authorized_{false};
  mutable std::mutex mutex_;
  std::map<brand_id, plan_moment> by_brand_;
};

}  // namespace oms
