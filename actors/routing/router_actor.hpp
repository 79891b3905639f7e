#pragma once

/// The actor that plans, and that carries messages from orders to sources; one
/// per shard, which alone asks it.
///
/// Orders that are planned together share one message per source. What an order
/// tells a source travels the same way as what it asks for, so an instruction
/// reaches the source ahead of a request that was sent after it. That matters
/// for acknowledgements: a source promises nothing to an order that has not
/// acknowledged a revocation.

#include <cstddef>
#include <unordered_map>
#include <vector>

#include <caf/all.hpp>

#include "actors/caf_types.hpp"
#include "actors/engine/context.hpp"
#include "actors/routing/demand_index.hpp"
#include "actors/routing/planner.hpp"

namespace oms {

class router_actor : public caf::event_based_actor {
 public:
  router_actor(caf::actor_config& config, const engine_context& context);

  caf::behavior make_behavior() override;
  /// Drops its handles of sources and orders, which end when the last handle is
  /// gone.
  void on_exit() override;
  const char* name() const override { return "router"; }

 private:
  /// Units by the column of their source, each source once.
  using asked_units = std::vector<std::pair<stock_board::column, quantity>>;
  /// A SKU of an order with its row on the board, looked up once for all
  /// candidates.
  struct wanted_sku {
    const sku_id* sku = nullptr;
    const stock_board::row* row = nullptr;
    /// Of the row, what was asked for in this round.
    const asked_units* asked = nullptr;
  };

  void plan_gathered();
  /// Asks for what the order's reservation holds where it may be served from,
  /// and returns what the order is told.
  [[nodiscard]] plan_made take_over(const plan_ask& ask,
                                    std::vector<reserve_requests>& by_source);
  /// Held units whose source may no longer serve the order: they are planned
  /// as if they were nowhere.
  [[nodiscard]] std::vector<fulfillment_units> take_leaving(
      plan_ask& ask, const routing_rules& rules) const;
  /// Of a move by hand; false when the target may not serve the order.
  [[nodiscard]] bool ask_target(plan_ask& ask,
                                std::vector<reserve_requests>& by_source);
  [[nodiscard]] order_consolidated tried(plan_ask& ask);
  [[nodiscard]] result<whatif_view> whatif_of(plan_ask& ask);
  [[nodiscard]] whatif_plan shown(const plan_ask& ask,
                                  const std::vector<routing::part>& parts,
                                  const std::vector<line_units>& waiting) const;
  /// A parcel that stays as it is keeps its dates; the others are made now.
  void add_dates(const plan_ask& ask, const routing_rules& rules,
                 whatif_view& view) const;
  /// Of each source, what no order changes.
  void renew_candidates();
  /// Fills `request_`.
  void prepare_request(plan_ask& ask);
  void prepare_candidate(const plan_ask& ask, const network_source& source,
                         routing::candidate& out) const;
  /// For the objective `soonest`.
  void add_days(const plan_ask& ask, const network_source& source,
                routing::candidate& out) const;
  void except_refused(const plan_ask& ask, const network_source& source,
                      routing::candidate& out) const;
  /// When the next day begins at one of the candidates without capacity.
  [[nodiscard]] std::optional<timestamp> capacity_at() const;
  void note_asked(const sku_id& sku, stock_board::column at, quantity units);
  /// One message per source.
  void carry(std::vector<instruct> told);

  const engine_context& context_;
  network_published network_;
  /// For sources that are not known here yet.
  std::vector<instruct> early_;
  std::vector<plan_ask> gathered_;
  routing::planner planner_;
  /// Of the ask that is planned. Nearly all of it is the same for the next one:
  /// the candidates are those of the network, in its order, and the rules those
  /// that `rules_` points to.
  routing::request request_;
  const versioned_rules* rules_ = nullptr;
  /// Something of them was replaced for one ask.
  bool has_other_rules_ = false;
  /// They have the objective `soonest`.
  bool wants_days_ = false;
  /// When it plans.
  timestamp now_;
  routing::demand_index index_;
  std::vector<wanted_sku> skus_;
  /// Units that this batch of plans asks for already, which the board does not
  /// show yet.
  std::unordered_map<const stock_board::row*, asked_units> asked_now_;
};

}  // namespace oms
