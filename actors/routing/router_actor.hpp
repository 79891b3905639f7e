#pragma once

/// The actor that plans and carries messages between orders and sources.
///
/// Purpose: orders that are planned together share a message per source.
/// What an order tells a source travels the same way as what it asks of it,
/// so the source hears both in the order in which they were said. One per
/// directory shard. Owner: the engine. Threads: an actor's.

#include <memory>
#include <unordered_map>
#include <vector>

#include <caf/all.hpp>

#include "actors/caf_types.hpp"
#include "actors/context.hpp"

namespace oms {

class router_actor : public caf::event_based_actor {
 public:
  router_actor(caf::actor_config& config, const engine_context& context);

  caf::behavior make_behavior() override;
  /// Lets go of everybody it knows, so that they can end too.
  void on_exit() override;
  const char* name() const override { return "router"; }

 private:
  /// A SKU of an order with its row on the board, found once.
  struct wanted_sku {
    sku_id sku;
    const stock_board::row* row = nullptr;
  };
  /// A place on the board.
  struct cell {
    const stock_board::row* row = nullptr;
    stock_board::column column = 0;
    friend bool operator==(const cell&, const cell&) = default;
  };
  struct cell_hash {
    std::size_t operator()(const cell& of) const noexcept {
      return hash_combine(std::hash<const void*>{}(of.row), of.column);
    }
  };

  void plan_gathered();
  [[nodiscard]] routing::request request_of(const plan_ask& ask) const;
  [[nodiscard]] routing::candidate candidate_of(
      const plan_ask& ask, const network_source& source,
      const std::vector<wanted_sku>& skus) const;
  void carry(instruct& told);
  [[nodiscard]] const caf::actor* handle_of(const source_ref& source) const;

  const engine_context& context_;
  network_published network_;
  /// For sources that are not known here yet.
  std::vector<instruct> early_;
  std::vector<plan_ask> gathered_;
  /// Units that this batch of plans asks for already.
  std::unordered_map<cell, quantity, cell_hash> asked_now_;
};

}  // namespace oms
