#pragma once

/// The actor around one location or supplier: the only one that promises its
/// stock.
///
/// It receives, decides (source/decide.hpp), applies, journals, and only then
/// answers. The network actor spawns it and holds its handle; routers and
/// backorder queues get the handle with the published network.

#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include <caf/all.hpp>

#include "actors/caf_types.hpp"
#include "actors/engine/context.hpp"
#include "actors/engine/recording.hpp"
#include "actors/source/decide.hpp"

namespace oms::source {

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
  void on_command(client_command& given);
  void on_reserve_requests(reserve_requests& asked);
  void on_instructions(const instructions& all);
  void on_instruct(const instruct& told);
  void on_offer_answered(const offer_answered& answered);
  void on_offer_call(const offer_call& call);
  void on_hold_request(const cart_hold& asked);
  void on_hold_release(const cart_release& told);
  /// Holds end by the clock: before anything is decided, those that are over
  /// are let go.
  void let_go_expired();
  void watch_hold(const reservation_id& reservation, timestamp deadline);
  void on_offer_settled(const offer_settled_on_disk& settled);
  void on_revoke_on(const revoke_on& more);
  void on_transfer_left(const transfer_left& sent);
  void on_deadline();
  /// Tells the backorder queue what is on its way.
  void tell_incoming(const sku_id& sku);
  /// Sets the deadline at which something awaited becomes overdue.
  void watch_overdue();
  /// What was under way when the engine went down goes on. And what is on offer
  /// is offered again to queues that know the source's settings now.
  void resume_work();

  /// What goes with a commit.
  struct commit_extras {
    std::vector<release> answers;
    /// Which orders come from the backorder queue.
    const std::vector<offer_taker>* takers = nullptr;
    after_commit then;
    /// What it puts on offer is kept until the network is published.
    bool keeps_offers = false;
  };
  /// What follows from events, to be sent after them.
  struct outgoing {
    /// More units of these are on offer.
    std::vector<sku_id> offers;
    bool settings_changed = false;
    /// It left it to this actor what to offer of everything.
    bool left_offers = false;
    /// By the number of the shard.
    std::map<std::size_t, order_deliveries> to_orders;
    /// What is on its way here has changed.
    std::set<sku_id> incoming;
    std::vector<transfer_left> left;
  };
  /// Journals what `change` holds, and tells others.
  void commit(source_change& change, const event_origin& origin,
              commit_extras with);
  /// The same, to be sent by `send_gathered`.
  void gather(source_change& change, const event_origin& origin,
              commit_extras with);
  void send_gathered();
  /// Shows on the stock board what the events have changed there, and gathers
  /// the rest.
  void publish_consequences(const std::vector<event_body>& events,
                            std::uint64_t first_version, const actor_name& by,
                            const commit_extras& with);
  void publish(const sku_id& sku);
  void publish(const reservation_id& reservation);
  /// Returns the SKUs that it has and that orders wait for. No order that
  /// begins to wait meanwhile is missed: see stock_board.hpp.
  std::vector<sku_id> publish_everything();
  /// Puts units of a source whose settings have changed on offer and makes no
  /// offer yet: a backorder queue that has yet to hear of the settings would
  /// let the units go to others.
  void put_on_offer(const std::vector<sku_id>& wanted);
  void publish_load();
  /// More units of it are on offer.
  void offer_grows(const sku_id& sku);
  void offer_to_line(const sku_id& sku);
  /// What begins it, to be called after a commit.
  [[nodiscard]] after_commit start_revoking(revocation of,
                                            const actor_name& by);
  /// Sends itself a message when what was journaled before is on disk. So one
  /// slice of work waits for the other, and for all messages that came
  /// meanwhile.
  template <class Message>
  [[nodiscard]] after_commit tell_myself(Message message);

  /// An offer of a SKU, from the first slice to the last.
  struct offering {
    /// A slice is with the backorder queue or on its way to disk.
    bool is_open = false;
    bool has_grown = false;
    /// The queue has called for it.
    bool called = false;
    /// The queue has no more takers of what it was offered.
    bool is_over = false;
  };
  struct revoking {
    revocation of;
    actor_name by;
  };

  /// The date at the place.
  [[nodiscard]] date today(timestamp now) const;

  engine_context& context_;
  source_state state_;
  /// Of the settings; none of a supplier.
  std::shared_ptr<const calendar::work_calendar> calendar_;
  stock_board::column column_;
  recording log_;
  /// What one message has led to so far.
  std::vector<journal_batch> to_journal_;
  outgoing to_others_;
  std::unordered_map<sku_id, offering> offerings_;
  std::unordered_map<sku_id, revoking> revocations_;
  /// Of holds; some of these may be gone by now.
  std::set<std::pair<timestamp, reservation_id>> deadlines_;
  /// The deadline that is set.
  std::optional<timestamp> overdue_at_;
};

}  // namespace oms::source
