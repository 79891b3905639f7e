#pragma once

/// The keeper of reservations: holds units for carts, and remembers the answer.
///
/// Each reservation has one keeper, which its hash names, and its keeper does
/// one thing at a time for it. A request is planned like an order, over own
/// locations alone; the locations hold what they have (`stock_reserved`), and
/// when all have answered the keeper records the reservation with its answer.
/// That is the moment from which it exists: what locations hold for an attempt
/// that was not recorded, because something was short or the engine went down,
/// they are told to let go. What a reservation still holds only its locations
/// know, and they end it by the clock.
///
/// Its memory grows with the reservations that were ever made: the same id must
/// get the same answer.

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include <caf/all.hpp>

#include "actors/caf_types.hpp"
#include "actors/engine/context.hpp"
#include "actors/routing/planner.hpp"

namespace oms {

/// What a location holds for an attempt that was never recorded.
struct hold_leftover {
  source_ref location;
  reservation_id reservation;
};

class reservation_keeper : public caf::event_based_actor {
 public:
  reservation_keeper(caf::actor_config& config, engine_context& context,
                     std::vector<reservation_made> made,
                     std::vector<hold_leftover> leftovers);

  caf::behavior make_behavior() override;
  /// Drops its handles of locations, which end when the last is gone.
  void on_exit() override;
  const char* name() const override { return "reservation keeper"; }

 private:
  /// What is under way for a reservation.
  struct operation {
    client_command given;
    timestamp expires;
    /// What is wanted, by SKU, in the order of the request.
    std::vector<sku_quantity> wanted;
    std::vector<std::pair<source_ref, sku_quantity>> held;
    /// Locations that had less than the board said, in this attempt.
    std::vector<std::pair<source_ref, sku_id>> lacking;
    std::uint64_t round = 0;
    std::size_t answers_open = 0;
    /// The last round was short of something.
    bool had_less = false;
    /// What a caller is told when all locations have let go: the refusal of an
    /// attempt, or that a release is done.
    std::optional<answer> outcome;
    /// Of a release.
    std::shared_ptr<sequence> recorded;
    /// Commands for the same reservation, in the order in which they came.
    std::vector<client_command> waiting;
  };

  void on_command(client_command& given);
  void begin(client_command& given);
  void reserve(client_command& given);
  void release(client_command& given);
  void on_held(const cart_held& told);
  void on_released(const cart_released& told);

  /// Asks locations for what is missing; if that is in vain, it is the end.
  void ask_locations(const reservation_id& id, operation& of);
  [[nodiscard]] std::vector<sku_quantity> missing_of(const operation& of) const;
  [[nodiscard]] routing::plan plan_of(const operation& of,
                                      std::vector<sku_quantity> missing) const;
  void conclude(const reservation_id& id, operation& of);
  void record(const reservation_id& id, operation& of);
  void give_up(const reservation_id& id, operation& of, answer outcome);
  /// The next command for this reservation, if any.
  void finish(const reservation_id& id);
  bool tell(const source_ref& location, cart_release told);
  void answer_to(client_command& given, answer outcome);

  engine_context& context_;
  network_published network_;
  std::unordered_map<reservation_id, reservation_made> made_;
  std::unordered_map<reservation_id, operation> operations_;
  std::vector<hold_leftover> leftovers_;
  /// Commands that came before the network.
  std::vector<client_command> early_;
};

/// What callers are told of a reservation.
[[nodiscard]] reservation_view view_of(const reservation_made& made);

}  // namespace oms
