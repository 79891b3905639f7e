#pragma once

/// Who is served before his turn.
///
/// Purpose: reads the events of a simulated engine as a bystander does, and
/// finds units that the backorder queue gave to one order although another one
/// stood before it, could have had them, and got none. What can be known from
/// outside is less than what the line knows, so only clear cases count: the
/// one passed by waited before the source had anything, for the same brand and
/// country; nothing about him changed since; no other source had units for the
/// line meanwhile; and neither rules nor capacity nor a rejection nor units
/// taken back could have been a reason. Owner: one simulation. Threads: one.
/// Source of the rules: docs/DOMAIN.md, "Backorders".

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "actors/backorder/backorder_queue.hpp"
#include "messages/events.hpp"
#include "messages/views.hpp"

namespace oms::simulation {

class fairness {
 public:
  /// To be called for every committed event, in order.
  void saw(const event& happened);

  /// What was found since the last call; the invariant is left open.
  [[nodiscard]] std::vector<violation> take_found();

 private:
  struct waiting {
    backorder::queue_rank rank;
    sku_id sku;
    quantity units;
  };
  struct order_in_line {
    order_placed placed;
    timestamp placed_at;
    /// Its newest event.
    sequence changed = 0;
    std::set<hold_id> holds;
    std::set<std::pair<source_ref, sku_id>> rejected;
    /// They can ship it nothing until it is planned by command.
    std::set<source_ref> unable;
    std::map<line_id, waiting> lines;
    /// What sources told it that it has not heard yet.
    std::set<std::pair<entity_ref, std::uint64_t>> untold;
  };
  /// Units that a source has on offer to the line of a SKU.
  struct offers {
    struct open_offer {
      sequence at = 0;
      quantity units;
    };
    std::deque<open_offer> open;
    /// The oldest of what was settled last: 0 when that is not clear.
    sequence settling = 0;
    /// Units went back otherwise: which offer is settled is not clear.
    bool unclear = false;
  };
  struct line_of_sku {
    std::map<source_ref, offers> from;
    /// The newest settlement and the one before.
    sequence settled = 0;
    sequence settled_before = 0;
  };

  void saw_order(const event& happened);
  void saw_source(const event& happened);
  void settle(line_of_sku& line, offers& of, const event& happened,
              const offer_settled& settled);
  void judge(const source_ref& source, sequence at,
             const stock_committed& promised);
  [[nodiscard]] bool was_passed_by(const order_in_line& order,
                                   const waiting& entry,
                                   const order_in_line& taker,
                                   const backorder::queue_rank& taken,
                                   const source_ref& source,
                                   sequence offered) const;
  [[nodiscard]] bool is_simple(const brand_id& brand) const;

  std::map<order_key, order_in_line> orders_;
  std::map<sku_id, line_of_sku> lines_;
  /// Brands that have had rules by which a place in line is not all.
  std::set<brand_id> strict_;
  std::set<source_ref> with_capacity_;
  /// Units taken back of which the source knows that the order has not heard
  /// yet; until then it promises the order nothing.
  std::map<std::pair<source_ref, order_key>, std::int64_t> unheard_;
  std::vector<violation> found_;
};

}  // namespace oms::simulation
