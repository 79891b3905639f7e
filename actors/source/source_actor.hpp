#pragma once

/// The actor around one location or supplier.
///
/// Purpose: the only one who promises its stock. Receives, decides, applies,
/// journals, and only then answers. What it decides stands in
/// source/decide.hpp. Owner: the network actor. Threads: an actor's.

#include <vector>

#include <caf/all.hpp>

#include "actors/caf_types.hpp"
#include "actors/context.hpp"
#include "actors/recording.hpp"
#include "actors/source/decide.hpp"

namespace oms {

/// What the network publishes of a source.
[[nodiscard]] network_source profile_of(const source_state& state,
                                        stock_board::column column);

/// What readers see of its settings, once these are on disk.
[[nodiscard]] settings_written settings_of(const source_state& state);

class source_actor : public caf::event_based_actor {
 public:
  source_actor(caf::actor_config& config, engine_context& context,
               source_state state, stock_board::column column, sequence head);

  caf::behavior make_behavior() override;
  const char* name() const override { return "source"; }

 private:
  void receive(client_command& given);
  void receive(reserve_requests& asked);
  void receive(const instruct& told);
  void receive(const offer_answered& answered);
  void receive(const offer_call& call);
  void resume_offers();

  /// Journals what `change` holds; `takers` says which orders come from the
  /// waiting line.
  void commit(source_change& change, const event_origin& origin,
              std::vector<release> answers,
              const std::vector<offer_taker>& takers = {},
              after_commit then = {});
  /// What the events say to others, to be sent behind them.
  struct news {
    std::vector<std::pair<sku_id, quantity>> offers;
    bool settings_changed = false;
    std::vector<order_delivery> to_orders;
  };
  [[nodiscard]] news news_of(const std::vector<event_body>& events,
                             std::uint64_t first_version,
                             const std::vector<offer_taker>& takers) const;
  void publish(const std::vector<event_body>& events);
  void publish(const sku_id& sku);
  void publish_load();
  void offer_to_line(const sku_id& sku, quantity units, bool called);

  engine_context& context_;
  source_state state_;
  stock_board::column column_;
  recording log_;
};

}  // namespace oms
