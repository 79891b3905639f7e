#pragma once

/// The actor around one order.
///
/// It receives, asks a decider, applies and sends. order/decide.hpp says what
/// follows from a command, order/planning_round.hpp what planning does next;
/// here is only who is told. Its shard owns and runs it, and sends what it has
/// to say with what the other orders of the turn say: the order itself sends
/// nothing.

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
#include "actors/order/order_record.hpp"
#include "actors/order/outcome.hpp"
#include "actors/order/planning_round.hpp"
#include "actors/shard/turn_messages.hpp"

namespace oms::order {

class order_actor : public caf::event_based_actor {
 public:
  order_actor(caf::actor_config& config, const engine_context& context,
              turn_messages& turn);

  /// From here on it is the actor of this order. Before its first message.
  void take_on(order_record& order);
  /// Whether nothing is under way, so that the order needs no actor until the
  /// next message.
  [[nodiscard]] bool is_idle() const;
  /// Leaves the order to its record, which it returns, and may take on another.
  order_record& let_go();

  caf::behavior make_behavior() override;
  const char* name() const override { return "order"; }

 private:
  [[nodiscard]] order_state& state() { return order_->state; }
  [[nodiscard]] const order_state& state() const { return order_->state; }
  [[nodiscard]] recording& log() { return order_->log; }

  // Commands.
  void on_command(client_command& given);
  [[nodiscard]] order_decision decide_on(const client_command& given) const;
  /// As the rules of its brand say now.
  [[nodiscard]] plan_moment plan_on() const;
  void carry_out(client_command& given);
  void carry_out(client_command& given, order_decision decision);
  void edit(client_command& given, const personal_data& person);
  /// Whether it has to ask others first: a `ship` for its id, a `move` for the
  /// units, a new order that names others whether they exist, an edit for the
  /// personal data that it changes.
  [[nodiscard]] bool asks_first(const client_command& given) const;
  [[nodiscard]] bool needs_shipment_id(const client_command& given) const;
  /// For the first of those that wait; false when that is answered at once.
  [[nodiscard]] bool ask_first();
  void claim_shipment_id();
  /// Once all that the order has recorded is on disk.
  void read_person(client_command given);
  void on_shipment_claimed(const shipment_claimed& answered);
  void ask_for_relations();
  void on_order_known(const order_known& answered);
  [[nodiscard]] bool begin_move();
  void move_that_waited();
  void on_move_answered(const reserve_outcome& answered);
  void end_move(answer outcome);
  /// Those that waited, up to the next that has to.
  void carry_out_waiting();
  /// An order that was placed before is placed again with the same body.
  void compare_person(client_command& given);
  void on_personal_data_read(personal_data_read& read);

  // What other entities say.
  void on_plan(plan_made& plan);
  void on_reserved(reserve_outcome& answered);
  void on_delivery(const order_delivery& delivered);
  void on_queue_entered(const queue_entered& entered);
  void on_delay(const backorder_delay& late);
  void on_plan_again();
  void on_consolidate(consolidate_order& asked);
  void on_whatif(whatif_ask& asked);
  void on_deadline(const deadline_passed& passed);

  // Planning.
  void want_plan(plan_wish wish = {});
  void preview_plan(reply_to reply);
  void preview_edit(reply_to reply, order_outcome decided);
  [[nodiscard]] static plan_ask ask_with(const order_state& of,
                                         std::vector<line_units> lines,
                                         std::vector<fulfillment_units> held);
  [[nodiscard]] std::vector<open_parcel> parcels_to_ship() const;
  void report_consolidated(order_consolidated outcome, std::size_t times);
  /// Carries out what the round does next, until it waits.
  void go_on_planning();
  void carry_out(plan_question asked);
  void carry_out(const settlement& settled);
  void carry_out(const queue_entry& entry);
  void carry_out(round_end ended);
  void carry_out(const takeover_end& ended);
  /// Sets the deadline after which it is reported as stuck.
  void watch_if_stuck();
  /// Counts itself among those that are stuck, or no more.
  void count_if_stuck();

  // Writing down and telling.
  /// `decide` is given the time, changes the state and returns the events.
  /// `filled` is the reservation that led to it, if the queue made one.
  template <class Decide>
  void commit(Decide decide, const event_origin& origin,
              const reservation* filled = nullptr);
  /// One decision, or several that are recorded as one.
  struct recorded {
    journal_batch batch;
    std::vector<instruct> instructions;
    std::vector<order_delivery> relations;
    std::vector<std::map<std::size_t, queue_change>> changes;
    bool opens_demand = false;
  };
  template <class Decide>
  void change(recorded& into, Decide decide, const event_origin& origin,
              const reservation* filled = nullptr);
  /// What follows from a decision depends on what was true before it.
  struct known_before {
    /// What backorder queues knew of the order; none if none of its units
    /// waited.
    std::optional<backorder::queued_order> queued;
    bool unsecured = false;
    /// Its fulfillments were on hold.
    bool held = false;
    bool owes_for_edit = false;
  };
  [[nodiscard]] known_before known_to_others() const;
  void record(recorded& into, const known_before& before, order_events events,
              timestamp at, const event_origin& origin,
              const reservation* filled = nullptr);
  void tell(recorded told);
  /// Whether units of it are in a backorder queue, or on their way there.
  [[nodiscard]] bool waits(const order_line_state& line) const;
  [[nodiscard]] std::optional<backorder::queued_order> known_to_queues() const;
  /// By the number of the queue's actor; `by_line` is by how much more or less
  /// of each line waits.
  [[nodiscard]] std::map<std::size_t, queue_change> queue_changes_of(
      const std::optional<backorder::queued_order>& before,
      const std::map<std::size_t, quantity>& by_line) const;
  [[nodiscard]] std::uint64_t receipts_at(const source_ref& source,
                                          const sku_id& sku) const;

  const engine_context& context_;
  /// The shard's.
  turn_messages& turn_;
  /// None while it has no order.
  order_record* order_ = nullptr;
  /// Commands in their order: one that asks others first, and what came after
  /// it.
  std::list<client_command> waiting_;
  /// Ids of the order's own making that were taken, for that `ship`.
  std::size_t ids_tried_ = 0;
  /// For a new order that names others: those that exist, and how many have
  /// yet to answer.
  std::vector<order_id> related_;
  std::size_t relations_open_ = 0;
  std::optional<error> related_failure_;
  /// A `move` that has asked its target, and what it takes there.
  struct pending_move {
    std::uint64_t number = 0;
    std::vector<fulfillment_units> units;
  };
  std::optional<pending_move> move_;
  /// Orders placed again that wait for the personal data in the store.
  std::size_t reads_open_ = 0;
  planning_round planning_;
  bool counted_planning_ = false;
  /// For the callers of the plan: its sequence, known once it is on disk.
  /// Written and read on the journal's thread.
  std::shared_ptr<sequence> plan_sequence_;
};

}  // namespace oms::order
