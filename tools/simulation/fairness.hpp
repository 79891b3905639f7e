#pragma once

/// Finds orders that were served out of turn.
///
/// Reads the events of a simulated engine as an outsider, and finds units that
/// the backorder queue gave to one order although another one was ahead of it,
/// could have had them, and got none. The events tell less than the queue
/// knows, so only clear cases count: the order that was passed waited before
/// the source had anything, for the same brand and country; nothing about it
/// changed since; no other source had units for the queue meanwhile; and
/// neither rules nor capacity nor a rejection nor revoked units could have been
/// a reason. The rules are those of docs/DOMAIN.md, "Backorders".

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

  /// What was found since the last call; to be called when the engine is at
  /// rest. The number of the invariant stays 0, that of the ledger.
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
    /// When it was edited last, and may have got another place.
    sequence edited = 0;
    std::set<hold_id> holds;
    std::set<std::pair<source_ref, sku_id>> rejected;
    /// Sources that can ship it nothing until it is planned by a command.
    std::set<source_ref> unable;
    std::map<line_id, waiting> lines;
    /// Messages of sources that it has not received yet.
    std::set<std::pair<entity_ref, std::uint64_t>> untold;
  };
  /// What a source has on offer to the backorder queue of a SKU.
  struct offers {
    struct open_offer {
      sequence at = 0;
      quantity units;
    };
    std::deque<open_offer> open;
    /// The oldest offer of the last settlement; 0 if that is not clear.
    sequence settling = 0;
    /// Units returned in another way, so it is not clear which offer is
    /// settled.
    bool unclear = false;
    /// Units that it settled and promised to no order since the engine was last
    /// at rest. Some may be those of a taker that it refused: until the queue
    /// hears of that, the taker does not wait there.
    quantity returned;
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
  /// Brands that have had rules by which more counts than the place in the
  /// queue.
  std::set<brand_id> strict_;
  std::set<source_ref> with_capacity_;
  /// Revocations that the order has not acknowledged to the source yet. Until
  /// then the source promises it nothing.
  std::map<std::pair<source_ref, order_key>, std::int64_t> unheard_;
  std::vector<violation> found_;
};

}  // namespace oms::simulation
