#pragma once

/// The actor around one order.
///
/// Purpose: receives, decides, applies, sends. What it decides stands in
/// order/decide.hpp; here is only who is told. Planning runs in rounds: ask
/// the router for a plan, ask the sources, and what nobody has enters the
/// backorder queue. Owner: its directory. Threads: an actor's.

#include <cstddef>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <caf/all.hpp>

#include "actors/caf_types.hpp"
#include "actors/engine/context.hpp"
#include "actors/engine/recording.hpp"
#include "actors/order/outcome.hpp"

namespace oms::order {

/// A command `plan` that is answered when its plan is carried out.
struct plan_caller {
  actor_name by;
  std::string command;
  reply_to reply;
};
/// What a planning is for.
struct plan_wish {
  /// By command: all that is not fixed is planned anew.
  bool by_command = false;
  /// What was found unfillable is tried again.
  bool unfillable_too = false;
  std::vector<plan_caller> callers;
};

class order_actor : public caf::event_based_actor {
 public:
  /// `state` is empty for a new order, except for its key.
  order_actor(caf::actor_config& config, const engine_context& context,
              order_state state, sequence head, duration stuck_after);

  caf::behavior make_behavior() override;
  const char* name() const override { return "order"; }

 private:
  /// What is under way between asking for a plan and its last answer.
  struct planning {
    std::uint64_t round = 0;
    std::size_t answers_open = 0;
    bool had_less = false;
    plan_wish wish;
    /// Allocated units may move in the next round.
    bool held_too = false;
    /// What came up meanwhile, to be planned next.
    std::optional<plan_wish> next;
    /// For the callers: the sequence of the plan, known once it is on disk.
    /// Written and read on the journal's thread.
    std::shared_ptr<sequence> at;
    /// Allocated units that the plan moves, and what the sources answered:
    /// nothing leaves before everything is promised.
    std::vector<fulfillment_units> moves;
    std::vector<reserve_outcome> answered;
    /// Its units are on their way into backorder queues, which must hear of
    /// what changes meanwhile.
    bool entering = false;
    std::vector<std::pair<source_ref, sku_id>> lacking;
    std::vector<line_units> awaiting_capacity;
    /// Who gave units for it.
    std::vector<source_ref> gave;
  };

  // Commands.
  void receive(client_command& given);
  [[nodiscard]] order_decision decide_on(const client_command& given) const;
  void carry_out(client_command& given);
  /// Whether it ships under an id that the order does not have yet.
  [[nodiscard]] bool needs_shipment_id(const client_command& given) const;
  /// For the first of those that wait.
  void claim_shipment_id();
  void receive(const shipment_claimed& answered);
  /// Those that waited, up to the next that has to.
  void carry_out_waiting();
  /// An order that was placed before is placed again with the same body.
  void compare_person(client_command& given);
  void receive(personal_data_read& read);

  // What other entities say.
  void receive(plan_made& plan);
  void receive(const reserve_outcome& done);
  void receive(const order_delivery& delivered);
  void receive(const queue_entered& entered);
  void receive(const plan_again& again);
  void receive(const deadline_passed& passed);

  // Planning.
  void want_plan(plan_wish wish = {});
  void preview_plan(reply_to reply);
  [[nodiscard]] std::vector<line_units> demand() const;
  [[nodiscard]] plan_ask ask_with(std::vector<line_units> lines,
                                  std::vector<fulfillment_units> held);
  void ask_for_plan();
  void take_answer();
  /// All sources have answered: records what they promised, and moves units or
  /// gives that up.
  void settle_moves(bool move);
  void enter_backorder_queues();
  void end_planning();
  /// Sets the deadline after which it is reported as stuck.
  void watch_if_stuck();
  /// Counts itself among those that are stuck, or no more.
  void count_if_stuck();

  // Writing down and telling.
  /// What a decider makes of the state that it is given, where it can't fail.
  using sure_decider = std::function<order_outcome(order_state given)>;
  /// `filled` is the reservation that led to it, if the queue made one.
  void commit(const sure_decider& decide, const event_origin& origin,
              const reservation* filled = nullptr);
  /// One decision, or several that are recorded as one.
  struct recorded {
    journal_batch batch;
    std::vector<instruct> instructions;
    std::vector<std::map<std::size_t, queue_change>> changes;
    bool opens_demand = false;
  };
  void record(recorded& into, const sure_decider& decide,
              const event_origin& origin, const reservation* filled = nullptr);
  /// `before` is what backorder queues knew of the order until now.
  void record(recorded& into, const backorder::queued_order& before,
              order_outcome outcome, const event_origin& origin,
              const reservation* filled = nullptr);
  void tell(recorded told);
  /// By the number of the queue's actor; `by_line` is by how much more or less
  /// of each line waits.
  [[nodiscard]] std::map<std::size_t, queue_change> queue_changes_of(
      const backorder::queued_order& before,
      const std::map<std::size_t, quantity>& by_line) const;
  [[nodiscard]] std::uint64_t receipts_at(const source_ref& source,
                                          const sku_id& sku) const;

  const engine_context& context_;
  order_state state_;
  /// Commands in their order: a `ship` that waits for its id, and what came
  /// after it.
  std::list<client_command> waiting_;
  /// Ids of the order's own making that were taken, for that `ship`.
  std::size_t ids_tried_ = 0;
  /// Commands that wait for the personal data in the store.
  std::size_t reads_open_ = 0;
  recording log_;
  std::uint64_t rounds_ = 0;
  std::unique_ptr<planning> planning_;
  /// The rule as it was when it began to await fulfillment; 0 before.
  /// None until the order is planned for the first time; `never_stuck` where
  /// the rules say so.
  std::optional<duration> stuck_after_;
  bool counted_stuck_ = false;
};

}  // namespace oms::order
