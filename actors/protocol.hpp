#pragma once

/// Every message that actors send each other: the one list of the protocol.
///
/// Messages are plain structs named after what they say; the comment of each
/// names sender and receiver. They are moved from one actor to the next, so
/// only one thread has a message at a time; what several of them share is
/// constant, atomic or locked. Between two actors messages keep their order. A
/// send puts the message into the mailbox at once, so what an actor sends first
/// is there before anything that follows from its second message.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <caf/actor.hpp>

#include "actors/backorder/backorder_queue.hpp"
#include "actors/engine/reporting.hpp"
#include "actors/network.hpp"
#include "actors/order/consolidation.hpp"
#include "actors/outbox.hpp"
#include "actors/routing/planner.hpp"
#include "actors/source/decide.hpp"
#include "actors/source/source.hpp"
#include "messages/commands.hpp"
#include "messages/events.hpp"
#include "messages/views.hpp"
#include "messages/whatif.hpp"

namespace oms::checkpoint {
class checkpoint_delta;
class recent_deltas;
}  // namespace oms::checkpoint

namespace oms {

namespace persistence {
class checkpoint_reader;
struct encoded_snapshot;
}  // namespace persistence

/// The answers of one batch; the last one in calls back.
class answer_batch {
 public:
  answer_batch(std::size_t size, std::function<void(std::vector<answer>)> done)
      : answers_(size, answer{receipt{}}),
        open_(size),
        done_(std::move(done)) {}

  void set(std::size_t index, answer given) {
    answers_[index] = std::move(given);
    if (open_.fetch_sub(1, std::memory_order_acq_rel) == 1)
      done_(std::move(answers_));
  }

 private:
  std::vector<answer> answers_;
  std::atomic<std::size_t> open_;
  std::function<void(std::vector<answer>)> done_;
};

/// Where the answer to one command goes; without a batch nowhere.
struct reply_to {
  std::shared_ptr<answer_batch> batch;
  std::size_t index = 0;
};

/// The answer to a command that waits until every source concerned has said
/// what the command did to its stock. All of them report on the journal's
/// thread, after the commit of what they report, so it needs no lock.
class stock_report {
 public:
  explicit stock_report(reply_to to) : to_(std::move(to)) {}

  /// One more source will report. To be called before the command is recorded,
  /// so that the count can't reach 0 too early.
  void expect() { ++open_; }
  /// The command is on disk, or never will be.
  void recorded(const result<sequence>& written) {
    if (written)
      given_.at = *written;
    else
      failure_ = written.failure();
    settle();
  }
  void add(const result<sequence>& written,
           const std::vector<stock_change>& changes) {
    if (!written) failure_ = written.failure();
    given_.stock.insert(given_.stock.end(), changes.begin(), changes.end());
    settle();
  }

 private:
  void settle() {
    if (--open_ > 0) return;
    to_.batch->set(to_.index,
                   failure_ ? answer{*failure_} : answer{std::move(given_)});
  }

  reply_to to_;
  receipt given_;
  std::optional<error> failure_;
  /// The command's own record is one.
  std::size_t open_ = 1;
};

/// Facade to sources, backorder queues, the network actor.
struct client_command {
  command asked;
  /// Of a new order: its place among all orders.
  std::uint64_t number = 0;
  reply_to reply;
};

/// Facade to a shard: commands for its orders.
struct order_commands {
  std::vector<client_command> commands;
};

/// How far the log is with an entity. Written by the journal alone.
struct log_head {
  /// Its newest event that has a number; it may not be on disk yet.
  std::atomic<sequence> last{0};
  /// Its version on disk.
  std::atomic<std::uint64_t> written{0};
};

/// An answer that leaves after the commit of what it reflects.
struct release {
  reply_to to;
  answer given;
};

/// Gets the entity's newest event, or `storage_unavailable` when the store
/// refuses what the entity has changed.
using after_commit = std::function<void(const result<sequence>& head)>;

/// Any actor to the journal.
struct journal_batch {
  std::shared_ptr<log_head> head;
  /// Of the entity that has `head`, with these decisions.
  std::uint64_t version = 0;
  std::vector<decision> decisions;
  std::vector<release> answers;
  /// Called once: after the commit and before the answers leave, with the
  /// entity's newest event when this was sent. What it sends to an actor is
  /// there before whoever got an answer can ask that actor. Gets an error when
  /// this will never be written.
  after_commit then;
  /// `then` shows something: it gets an error as soon as the store refuses.
  bool is_read = false;
  /// Set by the journal, for `then`.
  sequence newest = 0;
};

/// A shard or a source to the journal: what it decided in one turn, in the
/// order in which it decided.
struct journal_batches {
  std::vector<journal_batch> batches;
};

/// The journal to itself: commit what has gathered.
struct journal_flush {};

/// The checkpointer, or a reader of the store, to the journal: the store does
/// not do what it should. The journal raises the alert `storage.refused`.
struct storage_trouble {
  std::string reason;
};

/// The journal to the checkpointer: what is on disk now.
struct committed {
  std::vector<decision> decisions;
};

/// A source, by way of the journal, to the checkpointer.
struct source_snapshot_taken {
  source_state state;
  /// Its last event then; 0: there is no snapshot, for the store refuses to
  /// write what it would show.
  sequence at = 0;
};

/// The engine to the checkpointer: write what is on disk by now.
struct checkpoint_now {
  std::function<void(const status&)> then;
};

/// The engine to the checkpointer, for a list: the same, unless the newest
/// checkpoint has all that was on disk at `since`.
struct checkpoint_since {
  std::chrono::steady_clock::time_point since;
  std::function<void(const status&)> then;
};

/// The checkpointer to the one who writes for it: everything in `changes`.
struct checkpoint_write {
  std::shared_ptr<const checkpoint::checkpoint_delta> changes;
  std::shared_ptr<const std::vector<persistence::encoded_snapshot>> snapshots;
};

/// An order that is over, as the newest checkpoint has it.
struct quiet_order {
  timestamp since;
  order_key order;
  std::uint64_t version = 0;
};

/// The answer to that.
struct checkpoint_written {
  status outcome;
  /// In no order.
  std::vector<quiet_order> over;
};

/// The checkpointer to a shard: orders that are over, with the version
/// that the checkpoint has of them.
struct passivate_orders {
  std::vector<std::pair<order_key, std::uint64_t>> orders;
};

/// A shard to itself: run the orders that have messages.
struct run_orders {};

/// A shard to the deadlines actor: these orders are passivated.
struct forget_deadlines {
  std::vector<order_key> orders;
};

/// An order, by way of its shard, to the registry of a shipment id: may its
/// next shipment have it?
struct shipment_claim {
  order_key order;
  shipment_id shipment;
};

/// The registry to the order, by way of its shard: it is the order's own until
/// it says how its shipment went; or `conflict` with the order that has it.
struct shipment_claimed {
  order_key order;
  shipment_id shipment;
  status granted;
};

/// An order, by way of its shard, to the registry, after its events went to the
/// journal: it shipped under the id, or it did not and gives the id back.
struct shipment_decided {
  order_key order;
  shipment_id shipment;
  bool shipped = false;
};

/// The checkpointer to a registry: the tables have these now.
struct shipments_stored {
  std::vector<shipment_key> ids;
};

/// The journal to an order, by way of its shard: the personal data that it was
/// placed with, for a command that places it once more.
struct personal_data_read {
  order_key order;
  client_command given;
  result<personal_data> stored;
};

/// An order to a source, by way of its shard and the shard's router.
struct instruct {
  source_ref to;
  instruction told;
  event_cause cause;
  actor_name by;
  /// Set when the answer to a command waits for the source.
  std::shared_ptr<stock_report> report = {};
};

/// A shard to its router, and a router to a source: in the order in which the
/// orders of the shard decided.
struct instructions {
  std::vector<instruct> told;
};

/// An order that is about to be placed, by way of its shard, to the shard of
/// one that it names: is there such an order?
struct order_named {
  order_key asks;
  order_key named;
};

/// The answer, to the shard of the order that asked.
struct order_known {
  order_key order;
  order_id named;
  bool exists = false;
  /// The store can't be read, so nobody knows.
  std::optional<error> failure;
};

/// The consolidator to a shard: the next orders that may gain, from this place
/// in the shard's table on.
struct consolidation_search {
  std::shared_ptr<const order::consolidation_choice> choice;
  std::shared_ptr<const network> net;
  std::size_t from = 0;
  /// The size of the table then: when it has changed, the search begins anew.
  std::size_t size = 0;
};

/// The shard to the consolidator.
struct consolidation_found {
  /// With their order sequences; some may be found twice.
  std::vector<std::pair<std::uint64_t, order_key>> orders;
  /// Where to go on; none when all were looked at.
  std::optional<std::size_t> next;
  std::size_t size = 0;
};

/// The consolidator to an order, by way of its shard: plan anew, and move what
/// is better elsewhere.
struct consolidate_order {
  order_key order;
  bool automatic = false;
  actor_name by;
  std::string command;
  /// Set for a preview: nothing changes.
  std::shared_ptr<order::trial_units> trial;
};

/// The order to the consolidator: what came of it, once that is on disk.
struct order_consolidated {
  order_key order = {};
  bool moved = false;
  std::int64_t before = 0;
  std::int64_t after = 0;
  std::optional<error> failure = {};
};

/// The deadlines actor to the consolidator: the time that it asked for.
struct consolidation_due {};

/// The consolidator to the deadlines actor: wake me then; none: never.
struct wake_consolidator {
  std::optional<timestamp> at;
};

/// The facade to an order, by way of its shard and the shard's router: how it
/// would ship under other circumstances.
struct whatif_ask {
  order_key order;
  whatif_question asked;
  std::function<void(result<whatif_view>)> reply;
  /// What the order knows by now is on disk.
  bool is_written = false;
};

/// A fulfillment that has yet to ship something.
struct open_parcel {
  fulfillment_id fulfillment;
  source_ref source;
  quantity units;
  bool joinable = false;
  std::optional<date> expected_ship = {};
  std::optional<date> expected_delivery = {};
};

/// An order to its router: units that need sources.
struct plan_ask {
  order_key order;
  std::uint64_t round = 0;
  destination ship_to;
  std::vector<line_units> lines;
  /// Promised units that may be planned anew, by source.
  std::vector<fulfillment_units> held;
  std::vector<rejection> rejections;
  std::vector<source_ref> unable;
  /// Sources that had less than the board said, in this planning.
  std::vector<std::pair<source_ref, sku_id>> lacking;
  std::vector<source_ref> joinable;
  /// Sources that the order has units from, beyond those that are held.
  std::vector<source_ref> sources;
  /// The shipping service, for expected dates.
  std::string service = {};
  /// Parcels that have not left, with the dates on which they are expected.
  std::vector<std::pair<source_ref, date>> parcels = {};
  /// Set: take over what this reservation holds, and plan nothing.
  reservation_id reservation = {};
  /// Those of the order, in place of those of the rules; empty: those.
  std::vector<objective> objectives = {};
  /// Set for a move by hand: this source alone is asked, for all of it.
  std::optional<source_ref> move_to = {};
  /// Set for a preview: the router answers with the plan, and that is all.
  std::optional<reply_to> preview = {};
  /// Of a preview of an edit: all but what is planned, which the router adds.
  std::optional<edit_preview> edited = {};
  /// Set for the preview of a consolidation: the same, to the consolidator.
  std::shared_ptr<order::trial_units> trial = {};
  /// Set for a what-if: the same, to the facade.
  std::shared_ptr<const whatif_ask> whatif = {};
  /// For these two.
  std::vector<open_parcel> open = {};
  /// Of a preview of an edit and a what-if: where it would wait.
  backorder::queue_rank rank = {};
};

/// A shard to its router: what its orders asked in one turn.
struct plan_asks {
  std::vector<plan_ask> asks;
};

/// A router to the order that asked.
struct plan_made {
  order_key order;
  std::uint64_t round = 0;
  routing_decision decision;
  /// How many sources were asked.
  std::size_t asked = 0;
  std::vector<line_units> awaiting_capacity;
  /// When the first place without capacity has some again; none if each has.
  std::optional<timestamp> capacity_at;
  /// Held units whose source may no longer serve the order: they leave now.
  std::vector<fulfillment_units> back;
  /// Held units that leave once every source has promised what it was asked
  /// for in their place.
  std::vector<fulfillment_units> moves;
  std::int64_t stuck_after_s = 0;
  /// No plan: sources were asked for what a reservation holds.
  bool takes_over = false;
};

/// A router to its shard: all plans that it made together.
struct plans_made {
  std::vector<plan_made> plans;
};

/// A router to a source: the demands of orders that are planned together.
struct reserve_requests {
  std::vector<source::reserve_request> requests;
};

/// A source to the order: the answer to a reserve.
struct reserve_outcome {
  order_key order;
  std::uint64_t round = 0;
  source_ref source;
  std::optional<reservation> promise;
  event_cause cause;
  /// SKUs of which it had less than asked.
  std::vector<sku_id> lacking;
};

/// A source to a shard: the answers to what its router asked in one message.
struct reserve_outcomes {
  std::vector<reserve_outcome> outcomes;
};

/// A source, or an order that names it, to an order, by way of its shard.
struct order_delivery {
  order_key order;
  std::variant<reservation, revoked_units, relation> content;
  event_cause cause;
  /// Of a relation: who placed the order that names this one.
  actor_name by = {};
};

/// A source to a shard: what it says to its orders in one turn.
struct order_deliveries {
  std::vector<order_delivery> deliveries;
};

/// Units of a line of an order that wait. In a change, how many more they are;
/// below 0, how many fewer.
struct queued_units {
  line_id line;
  /// Its place among the lines of the order.
  std::size_t index = 0;
  quantity units;
  /// When they come in, as the customer was last told in this wait.
  std::optional<date> told = {};
};

/// An order to a backorder queue: units that no source has, of all its SKUs
/// that this actor keeps.
struct queue_enter {
  backorder::queued_order order;
  std::map<sku_id, std::vector<queued_units>> by_sku;
};

/// A backorder queue to the order. By SKU.
struct queue_entered {
  order_key order;
  std::vector<line_units> accepted;
  std::vector<line_units> refused;
  /// Of the accepted lines whose day is known.
  std::vector<std::pair<line_id, date>> expected = {};
};

/// An order to a backorder queue: units leave, or come back; or, where a SKU
/// has no lines, what it must know of the order has changed.
struct queue_change {
  backorder::queued_order order;
  std::map<sku_id, std::vector<queued_units>> by_sku;
};

/// A shard to a backorder queue: what its orders told it in one turn, in that
/// order.
struct queue_messages {
  using one = std::variant<queue_enter, queue_change>;
  std::vector<one> told;
};

/// A backorder queue to a shard: its answers to one message.
struct queue_answers {
  std::vector<queue_entered> answers;
};

/// A source to a backorder queue: all that it has on offer. It makes one offer
/// of a SKU at a time and repeats it, less what was taken, until the queue has
/// no more takers. So a long queue is served in slices, and other messages get
/// their turn between them.
struct offer_made {
  source_ref from;
  caf::actor source;
  sku_id sku;
  quantity units;
  std::uint64_t receipts = 0;
  /// More units came onto the offer since it was last made: entries that were
  /// passed over then may be served now.
  bool has_grown = false;
};

/// A backorder queue to a source: the next who take units of the offer.
struct offer_answered {
  source::offer_answer given;
};

/// A source to itself, when a slice is on disk.
struct offer_settled_on_disk {
  sku_id sku;
  std::vector<source::offer_taker> refused;
};

/// A source to a backorder queue: the slice is on disk, and which of its takers
/// could not be served.
struct offer_done {
  source_ref from;
  sku_id sku;
  std::vector<source::offer_taker> refused;
  /// The offer is over: nothing is on offer any more.
  bool is_over = false;
  /// It answers the queue's call.
  bool called = false;
};

/// A source to a backorder queue: all that is on its way to the source. It
/// comes after the offer of what a receipt brought, so that who gets those
/// units does not seem to wait for the next receipt.
struct incoming_known {
  source_ref from;
  sku_id sku;
  std::vector<source::incoming_supply> supplies;
  /// After a restart: it has units on offer, and will say so.
  bool is_offering = false;
};

/// A backorder queue to itself: say on when entries may expect their units.
struct date_on {
  sku_id sku;
};

/// A backorder queue to an order, by way of its shard: units that wait come in
/// on a later day than the customer was told.
struct backorder_delay {
  order_key order;
  line_id line;
  date expected{};
};

/// A backorder queue to a shard: a slice of those.
struct backorder_delays {
  std::vector<backorder_delay> delays;
};

/// A location to the network actor, which hands it on: units have left for
/// another location.
struct transfer_left {
  source_ref to;
  transferred_units units;
  event_cause cause;
  actor_name by;
};

/// A location to the network actor: nothing has left for this transfer.
struct transfer_refused {
  transfer_id transfer;
};

/// A backorder queue to itself: search on for an entry that can be served.
struct seek_on {
  sku_id sku;
};

/// A source to itself, when a slice is on disk: revoke more of what is promised
/// and not there.
struct revoke_on {
  sku_id sku;
};

/// A backorder queue to a source: offer what you have.
struct offer_call {
  sku_id sku;
};

/// The network actor to routers and backorder queues.
struct network_published {
  std::shared_ptr<const network> net;
  /// Handles of the sources, in the order of `net->sources`.
  std::vector<caf::actor> sources;
};

/// A source to the network actor: its settings have changed.
struct source_changed {
  network_source profile;
};

/// A backorder queue to an order, by way of its shard: what could not be filled
/// may be by now.
struct plan_again {
  order_key order;
};

/// The keeper of a reservation to a location: hold these units.
struct cart_hold {
  reservation_id reservation;
  std::uint64_t round = 0;
  std::vector<sku_quantity> lines;
  /// Of a SKU all units or none.
  bool whole_lines = false;
  timestamp deadline;
  actor_name by;
  std::string command;
};

/// A location to the keeper: the answer to that.
struct cart_held {
  reservation_id reservation;
  std::uint64_t round = 0;
  source_ref source;
  std::vector<sku_quantity> held;
  /// SKUs of which it had less than asked.
  std::vector<sku_id> lacking;
};

/// The keeper to a location: let units of a reservation go.
struct cart_release {
  reservation_id reservation;
  /// None: all that it holds there.
  std::optional<std::vector<sku_quantity>> lines;
  actor_name by;
  std::string command;
  /// For the answer to a caller: gets the sequence of what is recorded. Written
  /// and read on the journal's thread.
  std::shared_ptr<sequence> recorded = {};
};

/// A location to the keeper: its events are on their way to the journal.
struct cart_released {
  reservation_id reservation;
};

/// A location to the deadlines actor: wake me then.
struct hold_deadline {
  timestamp at;
  caf::actor source;
};

/// The deadlines actor to a location: the deadline of a hold has passed.
struct holds_expire {};

enum class deadline_kind : std::uint8_t { plan, stuck };

/// An order to the deadlines actor: wake me then.
struct schedule {
  timestamp at;
  order_key order;
  deadline_kind kind = deadline_kind::plan;
};

/// A shard to the deadlines actor: what its orders wished in one turn.
struct schedules {
  std::vector<schedule> wishes;
};

/// The deadlines actor to an order, by way of its shard.
struct deadline_passed {
  order_key order;
  deadline_kind kind = deadline_kind::plan;
  timestamp at;
};

/// The deadlines actor to a shard: all that have passed.
struct deadlines_passed {
  std::vector<deadline_passed> passed;
};

/// A source to the deadlines actor: wake me then, and no more at the time that
/// I named before. Without a time: not at all.
struct source_schedule {
  source_ref source;
  std::optional<timestamp> at;
};

/// The deadlines actor to the source, by way of the network actor.
struct source_deadline_passed {
  source_ref source;
};

/// The network actor to the deadlines actor: the calendars of all places whose
/// days begin with new capacity.
struct calendars_published {
  std::vector<std::shared_ptr<const calendar::work_calendar>> calendars;
};

/// The clock to the deadlines actor.
struct clock_tick {};
/// The deadlines actor to backorder queues: a new day at some place, with new
/// capacity, or in UTC.
struct day_began {};

/// The engine to an order or backorder queue after recovery: go on.
struct go_on {};

/// A router to itself: plan what has gathered.
struct plan_flush {};

/// What a reader wants of all actors, filled in by each. Only for questions
/// that are asked at rest.
class collection;
struct collect {
  std::shared_ptr<collection> into;
};

/// What a reader makes of a state, inside its actor; what it returns is called
/// when everything that it saw is on disk, or with an error when that can't be
/// written. The state is none when there is no such entity.
template <class State>
using look = std::function<after_commit(const State*)>;

/// A reader to an order, by way of its shard.
struct read_order {
  order_key order;
  look<order_state> reader;
};

/// A reader to a source, by way of the network actor.
struct read_source {
  source_ref source;
  look<source_state> reader;
};

/// The network as far as it is on disk.
struct network_shown {
  std::map<std::string, location_settings> locations;
  std::map<std::string, std::shared_ptr<const supplier_settings>> suppliers;
  std::map<brand_id, versioned_rules> rules;
};

/// A reader to the network actor. It answers at once, whatever waits for the
/// disk.
struct read_network {
  std::function<void(const network_shown&)> reader;
};

/// The journal to the network actor: these settings are on disk.
struct settings_written {
  std::variant<location_settings, std::shared_ptr<const supplier_settings>,
               versioned_rules>
      settings;
};

/// A reader to the checkpointer: what it makes of the newest checkpoint and
/// of what is on disk since.
struct read_indexes {
  std::function<void(const checkpoint::recent_deltas&,
                     const persistence::checkpoint_reader&)>
      reader;
};

/// A reader to a backorder queue.
struct read_waiting {
  sku_id sku;
  look<backorder::backorder_queue> reader;
};

}  // namespace oms
