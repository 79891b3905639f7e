#pragma once

/// The engine: the public facade. docs/EMBEDDING.md shows how to use it.
///
/// Commands go in by batches. Answers come back by callbacks, once what they
/// reflect is on disk. The embedder opens the engine on a store, which must
/// outlive it, as must everything that callbacks use. Destroying the engine
/// closes it; no other thread may be inside one of its functions then.
///
/// Any thread may call `submit` and the queries, at the same time. Callbacks
/// run on the journal's thread, or inside `submit` if the batch is empty or
/// refused as a whole; those of a simulated engine run on the caller's thread.
/// Nothing is committed while a callback runs, so it must be quick. It must not
/// throw. It may call `submit` and `stats`, but not `execute` or a query, which
/// would wait for the thread that it is on.
///
/// A command that is refused answers an `error` and has changed nothing. Only
/// if the store is lost, its error says that the outcome is not known. Sizes
/// are limited by messages/limits.hpp. When more than
/// `engine_options::max_commands_in_flight` commands wait for their answers,
/// further batches are refused with `overloaded`. So are batches with new
/// orders while that many orders (at least 100,000) are being planned, and all
/// batches while more events than eight checkpoints hold wait for a checkpoint.
///
/// A simulated engine (`engine_options::seed` is set) has no threads: nothing
/// happens outside of calls to it, and the seed alone decides in which order
/// the actors take their turns, so that one seed is one interleaving.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/engine/activity.hpp"
#include "messages/commands.hpp"
#include "messages/decision.hpp"
#include "messages/done_command.hpp"
#include "messages/errors.hpp"
#include "messages/events.hpp"
#include "messages/network_views.hpp"
#include "messages/open_alerts.hpp"
#include "messages/order_list.hpp"
#include "messages/views.hpp"
#include "messages/whatif.hpp"

namespace oms {

namespace persistence {
class log_store;
}

/// When checkpoints are written and orders passivated.
struct checkpoint_policy {
  /// A checkpoint after so many events, or when this time has passed.
  std::size_t events = 250'000;
  std::chrono::milliseconds interval{30'000};
  /// A source's snapshot after so many events of its own, at least.
  std::size_t snapshot_events = 1'000;
  /// How long an order that is over must be quiet before it leaves memory.
  duration sleep_after = std::chrono::seconds(60);
};

struct engine_options {
  /// Set: simulated, in one thread, with this interleaving.
  std::optional<std::uint64_t> seed;
  /// The simulated clock begins here.
  timestamp start{};
  /// The next three must be at least 1.
  std::size_t worker_threads = 2;
  std::size_t directory_shards = 4;
  std::size_t backorder_queues = 4;
  std::size_t max_commands_in_flight = 200'000;
  checkpoint_policy checkpoints;
  /// Sees every event after its commit, in order, on the journal's thread.
  std::function<void(const event&)> observer;
  /// Called on the journal's thread when the store begins to refuse writes, and
  /// when it is lost, with the reason; when it writes again, with nothing.
  std::function<void(const std::string& problem)> storage_changed;
};

class engine {
 public:
  using answers_callback = std::function<void(std::vector<answer>)>;

  /// Rebuilds everything from the store's log and starts. `invalid` for
  /// options that no engine can have; `faults` names them.
  static result<std::unique_ptr<engine>> open(persistence::log_store& store,
                                              engine_options options);

  engine(const engine&) = delete;
  engine& operator=(const engine&) = delete;
  /// Waits for the answers that are under way, also while the store refuses to
  /// write; then writes a checkpoint and stops. A simulated engine stops at
  /// once: what is not on disk is gone, as in a crash.
  ~engine();

  /// Calls back once, when every command of the batch has its answer; answers
  /// are in the order of the commands. Commands of one order are carried out in
  /// that order, and those of different orders in any. A batch is not a
  /// transaction: each command is taken or refused alone.
  void submit(std::vector<command> batch, answers_callback done);

  /// Submits and waits (runs, when simulated).
  std::vector<answer> execute(std::vector<command> batch);
  answer execute(command one);

  // Queries wait for the answer (and run, when simulated, until nothing is
  // left to do). They show nothing that could still be lost: what has a change
  // that waits for the disk is shown after its commit, and is refused with
  // `storage_unavailable` at once while the store can't be written. Everything
  // else can be read meanwhile.
  result<order_view> order(const order_key& key);
  /// The events of an order, oldest first.
  result<std::vector<event>> order_timeline(const order_key& key);
  result<std::vector<routing_decision>> decisions(const order_key& key);
  /// The key of every order, asked of all of them; for tests and checks of an
  /// engine at rest.
  std::vector<order_key> gather_all_orders();
  /// How the units of an order that are not picked would ship under other
  /// circumstances, next to how they ship now; of an order that is not paid as
  /// well. Errors: `invalid`, `not_found` for the order, a source or a
  /// location.
  result<whatif_view> whatif(const order_key& key, whatif_question asked);
  /// A page of orders, the newest first; `cursor` is empty or from the page
  /// before. `invalid` for a cursor that no page has given. A page may have
  /// fewer rows than `limit` and still be followed by another. It shows all
  /// that was answered up to a second before the call, for which it may wait
  /// until a checkpoint is written; while none can be written it is older, and
  /// `upto` says how old.
  result<order_page> list(const order_filter& filter, const std::string& cursor,
                          std::size_t limit);
  /// The order that has a shipment of this id. `conflict` when no brand is
  /// given and several have one, and when several orders of a brand have one,
  /// as in a log of an earlier version; the message names them. Like the two
  /// below it finds whatever was answered before the call.
  result<order_key> order_of_shipment(const std::optional<brand_id>& brand,
                                      const shipment_id& id);
  /// What the command with this id was answered, if it caused events, its id
  /// begins with `idempotency_prefix`, and that is not longer ago than
  /// `limits::command_kept_h`; later it may be `not_found`, which it is as
  /// well for one that was refused or changed nothing. Of several with the
  /// same id, the last.
  result<receipt> command_done(const std::string& id);
  /// All such commands whose ids begin with `prefix`, by id; the first
  /// `limits::max_commands_shown` of them.
  result<std::vector<done_command>> commands_done(const std::string& prefix);
  /// Removes name, address and e-mail of a customer from every order of the
  /// brand, or of all brands; how many had any. Writes a checkpoint first, so
  /// that no order is missed.
  result<std::size_t> erase_customer(const customer_id& customer,
                                     const std::optional<brand_id>& brand,
                                     const actor_name& by);
  /// Whether a location or supplier has this id. Never waits, and sees all that
  /// were answered.
  [[nodiscard]] bool has_source(const std::string& id) const;
  /// By id. `supplier` shows what is left of its offer.
  std::vector<location_settings> locations();
  std::vector<supplier_settings> suppliers();
  result<location_settings> location(const std::string& id);
  result<supplier_settings> supplier(const std::string& id);
  /// The rules of a brand; a brand without rules of its own has the default.
  routing_view routing(const brand_id& brand);
  result<std::vector<event>> timeline(const entity_ref& entity);
  /// The open alerts of an order, a source or the engine. Asks one actor and,
  /// except for the engine's own, reads no events.
  result<std::vector<open_alert>> open_alerts(const entity_ref& entity);
  /// A SKU that was never there has all-zero stock.
  result<stock_view> stock(const std::string& location, const sku_id& sku);
  result<std::vector<stock_view>> location_stock(const std::string& location);
  result<supplier_stock_view> supplier_stock(const std::string& supplier,
                                             const sku_id& sku);
  /// Of every SKU that the supplier offers, in the order of its settings.
  result<std::vector<supplier_stock_view>> supplier_stock(
      const std::string& supplier);
  /// What is on its way to locations and has not arrived, by location,
  /// reference and SKU.
  result<std::vector<incoming_view>> incoming(
      const std::optional<std::string>& location = {},
      const std::optional<sku_id>& sku = {});
  /// Asks the sources that have the SKU and its backorder queue; with `only`
  /// no other source than this.
  result<sku_stock> stock_of(const sku_id& sku,
                             const std::optional<std::string>& only = {});
  /// What would ship for a cart from where, as the stock board and the network
  /// are now, and what else could; `invalid` for a cart with faults. Asks no
  /// actor and changes nothing, so it never waits.
  [[nodiscard]] result<quote_view> quote(const cart& wanted) const;
  /// Reservations that hold something, with what they hold now, by id; those
  /// after `after`, at most `limit`. Never waits.
  [[nodiscard]] std::vector<reservation_view> reservations(
      const reservation_id& after, std::size_t limit) const;
  /// The backorder queue of a SKU, in the order in which it is served.
  result<std::vector<waiting_view>> backorders(const sku_id& sku);
  engine_stats stats();
  /// What its actors do, with the `lines` longest backorder queues. An actor
  /// that does not answer within a second is reported as it is then.
  engine_activity activity(std::size_t lines = 10);

  /// Checks every invariant of docs/DOMAIN.md; call it at rest.
  std::vector<violation> check_invariants();
  /// A digest of all state, the same for equal states; call it at rest.
  std::string state_hash();
  /// Waits until nothing is left to do now (runs, when simulated).
  void settle();
  /// Writes a checkpoint now; otherwise that is done in the background.
  status checkpoint();

  // Only for a simulated engine.
  /// Takes at most `max_turns` turns; false when nothing was left to do.
  bool run(std::size_t max_turns);
  /// How many turns were taken so far. A turn is one message, so the turns of a
  /// call are its cost, whatever the machine.
  [[nodiscard]] std::uint64_t turns() const;
  /// Moves the clock, stopping at each deadline on the way and running until
  /// nothing is left to do there. For a real engine: only fires deadlines.
  void advance_to(timestamp time);
  [[nodiscard]] timestamp now() const;

 private:
  struct implementation;
  explicit engine(std::unique_ptr<implementation> made);
  std::unique_ptr<implementation> implementation_;
};

}  // namespace oms
