#pragma once

/// Which orders a consolidation plans anew, and what of them.
///
/// The consolidator (actors/consolidator_actor.hpp) goes through the orders
/// that `may_gain`; each is planned as by the command `plan`, and moved only
/// where the plan is better. Source of the rules: docs/DOMAIN.md, "Changing an
/// order". Pure functions over values; any thread may call them.

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "actors/network.hpp"
#include "actors/stock_board.hpp"
#include "messages/events.hpp"
#include "messages/order_state.hpp"

namespace oms::order {

/// Which orders a consolidation is for.
struct consolidation_choice {
  /// Without one: all but those of `other_brands`.
  std::optional<brand_id> brand;
  std::set<brand_id> other_brands;
  /// Empty: all.
  sku_id sku;
  /// Nobody asked for it: it leaves what was moved by hand.
  bool automatic = false;
};

/// Units that a consolidation may move: those that `plan` may move, without
/// those at sources that were unable to ship them, which stay until `plan`.
[[nodiscard]] std::vector<fulfillment_units> consolidable_units(
    const order_state& state, bool automatic);

/// Its fulfillments that have yet to ship something.
[[nodiscard]] std::int64_t open_parcels(const order_state& state);

/// Whether planning it anew may move something: it is in several parcels, or
/// another source has units for it, or its source may no longer serve it. A
/// look at the stock board, not a plan.
[[nodiscard]] bool may_gain(const order_state& state,
                            const consolidation_choice& choice,
                            const network& net, const stock_board& board);

/// Of a preview: what the orders looked at so far would take (below 0: free) at
/// each source. One router at a time uses it.
using trial_units = std::map<std::pair<source_ref, sku_id>, quantity>;

}  // namespace oms::order
