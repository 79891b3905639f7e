#pragma once

/// The planning of one order: what it waits for, and what it does next.
///
/// The order asks the router for a plan and waits until every source in the
/// plan has answered. If a source had less than the stock board said, or units
/// could not move, it asks again; what no source has goes to the backorder
/// queues. A round lasts from the wish for a plan until the last queue has
/// answered; a wish that comes up meanwhile starts the next round.
///
/// The order actor says what arrived and carries out what `next` returns until
/// that is nothing. The round itself sends nothing, reads no clock and knows no
/// actor, so any order of arrivals is a unit test. One per order, owned by its
/// actor. Rules: docs/DOMAIN.md, "Routing" and "Backorders".

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "actors/outbox.hpp"
#include "messages/commands.hpp"
#include "messages/events.hpp"
#include "messages/order_state.hpp"

namespace oms::order {

/// A command `plan`, answered when its plan is carried out.
struct plan_caller {
  actor_name by;
  std::string command;
  std::function<void(const answer&)> reply;
};

/// A consolidation that waits for what comes of the order.
struct consolidation_caller {
  actor_name by;
  std::string command;
};

/// What a plan is wanted for.
struct plan_wish {
  /// By command: everything that may still move is planned anew.
  bool by_command = false;
  /// Units found unfillable are tried again.
  bool unfillable_too = false;
  std::vector<plan_caller> callers;
  /// Everything that may still move is planned anew, and nothing is recorded
  /// unless something moves.
  std::vector<consolidation_caller> consolidations = {};
  /// Nobody asked for the consolidation.
  bool automatic = false;
};

/// Next: ask the router.
struct plan_question {
  /// Answers to earlier questions are recognized by it.
  std::uint64_t number = 0;
  std::vector<line_units> lines;
  /// Allocated units that may be planned anew.
  std::vector<fulfillment_units> held;
  /// Sources that had less of a SKU than the board said, in this round.
  std::vector<std::pair<source_ref, sku_id>> lacking;
  /// Sources that were unable to serve the order get another chance.
  bool lifts_exclusions = false;
  /// Ask for what the order's reservation holds, and plan nothing.
  bool takes_over = false;
};

/// Next: record that the order has what its reservation held for it.
struct takeover_end {};

struct caused_reservation {
  reservation given;
  event_cause cause;
};

/// Next: record the reservations that were kept back, after the `moves`.
struct settlement {
  /// Allocated units that leave their sources; none when the move is given up.
  std::vector<fulfillment_units> moves;
  /// The version of the edit for which they move; 0: none.
  std::uint64_t for_edit = 0;
  std::vector<caused_reservation> reservations;
};

/// Next: record that the plan is complete, send `units` to the backorder
/// queues, and say how many queues were asked (`wait_for_queues`).
struct queue_entry {
  /// The sources that reserved units in this round.
  std::vector<source_ref> sources;
  std::vector<line_units> units;
};

/// Next: answer the callers.
struct round_end {
  std::vector<plan_caller> callers;
  std::size_t consolidations = 0;
  /// Units have left their sources for others, or because their source may no
  /// longer serve the order; and the order's parcels before that.
  bool moved = false;
  std::int64_t parcels_before = 0;
  /// Some units wait for a source's capacity; plan again when its day begins.
  std::optional<timestamp> capacity_at = {};
};

using planning_step = std::variant<plan_question, settlement, queue_entry,
                                   round_end, takeover_end>;

class planning_round {
 public:
  /// `questions`: how many the order has asked before.
  explicit planning_round(std::uint64_t questions = 0) : number_(questions) {}

  /// Starts a round, or joins the wish for the next one.
  void want(plan_wish wish);

  /// What to do now; nothing while the round waits or none is under way.
  [[nodiscard]] std::optional<planning_step> next(const order_state& state);

  // --- what arrived -------------------------------------------------------

  /// Whether this is the plan that the round waits for.
  [[nodiscard]] bool awaits_plan(std::uint64_t number) const;
  /// The router's plan, once it is recorded: it asked `sources_asked`. `moves`
  /// leave once every source has reserved what takes their place.
  /// `gave_back`: units have left their sources already.
  void plan_arrived(std::size_t sources_asked,
                    std::vector<fulfillment_units> moves,
                    std::vector<line_units> awaiting_capacity,
                    std::optional<timestamp> capacity_at = {},
                    bool gave_back = false);
  /// The question that it answers offered nothing but units that have a source.
  [[nodiscard]] bool asked_for_held_alone() const { return held_alone_; }

  /// Whether the reservation in an answer to this question is recorded later,
  /// by a `settlement`, since units may move for it.
  [[nodiscard]] bool keeps_back(std::uint64_t number) const;
  /// A source reserved units, or had less than it was asked for. Ignored when
  /// it answers an earlier question.
  void source_answered(std::uint64_t number, const source_ref& source,
                       std::optional<caused_reservation> reserved,
                       const std::vector<sku_id>& lacking);
  /// Before a source's message that may be about a reservation which is kept
  /// back: what to record ahead of it, if any.
  [[nodiscard]] std::optional<settlement> give_up_moves();

  void wait_for_queues(std::size_t queues);
  void queue_answered();

  // --- questions ----------------------------------------------------------

  [[nodiscard]] bool is_idle() const { return phase_ == phase::idle; }
  /// A number for something that is asked outside of a round.
  [[nodiscard]] std::uint64_t take_number() { return ++number_; }
  /// How many questions the order has asked so far.
  [[nodiscard]] std::uint64_t questions() const { return number_; }
  /// Units are on their way into the backorder queues, which must hear of what
  /// changes meanwhile.
  [[nodiscard]] bool is_entering_queues() const {
    return phase_ == phase::entering_queues;
  }
  /// What the round under way is for.
  [[nodiscard]] const plan_wish& wish() const { return wish_; }
  /// The version of the edit for which the question under way offers allocated
  /// units; 0: none.
  [[nodiscard]] std::uint64_t for_edit() const { return for_edit_; }

 private:
  enum class phase : std::uint8_t {
    idle,
    asking,
    awaiting_plan,
    awaiting_sources,
    completing,
    entering_queues
  };

  void start(plan_wish wish);
  [[nodiscard]] std::vector<line_units> demand(const order_state& state) const;
  [[nodiscard]] std::optional<plan_question> question(const order_state& state);
  [[nodiscard]] planning_step take_over(const order_state& state);
  [[nodiscard]] settlement settle(bool moves);
  [[nodiscard]] queue_entry complete(const order_state& state);
  [[nodiscard]] round_end end();

  phase phase_ = phase::idle;
  /// Of the newest question; never reused, so that a late answer is known.
  std::uint64_t number_ = 0;
  std::size_t answers_open_ = 0;
  plan_wish wish_;
  std::optional<plan_wish> next_wish_;
  /// The next question offers allocated units too.
  bool replans_held_ = false;
  std::uint64_t for_edit_ = 0;
  /// The last question was for what the reservation holds.
  bool takes_over_ = false;
  /// In this round.
  bool took_over_ = false;
  /// A source had less than the last question assumed.
  bool had_less_ = false;
  bool held_alone_ = false;
  bool moved_ = false;
  std::int64_t parcels_before_ = 0;
  std::vector<fulfillment_units> moves_;
  std::vector<caused_reservation> kept_back_;
  std::vector<std::pair<source_ref, sku_id>> lacking_;
  std::vector<line_units> awaiting_capacity_;
  std::optional<timestamp> capacity_at_;
  std::vector<source_ref> sources_;
};

}  // namespace oms::order
