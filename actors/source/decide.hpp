#pragma once

/// What may happen at a source: pure deciders over the stock of a location or
/// supplier.
///
/// Each applies its events to a state as it goes and returns them to be
/// recorded. Units that become free are put on offer to the backorder queue
/// before they are available to others. Errors are those of docs/DOMAIN.md; a
/// refused command has applied no event.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "actors/outbox.hpp"
#include "actors/source/source.hpp"
#include "messages/commands.hpp"
#include "messages/errors.hpp"

namespace oms::source {

/// One order's demand of a source, by line.
struct reserve_request {
  order_key order;
  std::uint64_t round = 0;
  std::vector<line_units> lines;
  /// A line is given whole or not at all.
  bool whole_lines = false;
  /// Set: of the units that this reservation holds, and no others.
  reservation_id reservation = {};
  /// A move by hand: all of it or nothing, whatever the capacity.
  bool by_hand = false;
};

struct reserve_response {
  /// What was promised, by line; lines with nothing are left out.
  std::vector<line_units> promised;
  bool opens = false;
  /// No new fulfillment is left today.
  bool no_capacity = false;
};

/// An order that the backorder queue chose for units on offer.
struct offer_taker {
  order_key order;
  line_units line;
  std::int64_t max_sources = 0;
  /// In a refusal: the source opens no further fulfillment today.
  bool no_capacity = false;
  /// In a refusal: the source gives nothing at all.
  bool nothing = false;
};

/// The backorder queue's answer to an offer, or to a part of it.
struct offer_answer {
  sku_id sku;
  /// What this is the answer to: the units of the takers, or, when it is over,
  /// all that was offered.
  quantity offered;
  std::vector<offer_taker> takers;
  /// No entry of the queue is left that could take more.
  bool is_over = true;
};

/// The number of orders whose promises one message may change, so that other
/// messages wait for little. The rest is done in further slices, each after the
/// commit of the one before.
inline constexpr std::size_t orders_per_slice = 200;

/// A revocation under way: promises that are revoked for units that are not
/// there.
struct revocation {
  sku_id sku;
  /// Whose promises are looked at, in this order: first what is on the shelf of
  /// each, and then, from the beginning, what is in a tote.
  std::vector<order_key> newest_first;
  std::size_t next = 0;
  bool in_totes = false;
};

/// What a command does to the stock of some SKUs.
class stock_comparison {
 public:
  /// Of the state before it.
  stock_comparison(const source_state& state, std::vector<sku_id> skus);

  /// Where what is on hand or damaged is different now.
  [[nodiscard]] std::vector<stock_change> changes(
      const source_state& now) const;

 private:
  struct level {
    sku_id sku;
    stock_item before;
  };
  std::vector<level> levels_;
};

/// What a decision does that supplies everything anew. Deferred, its caller
/// makes the offers, and only for the SKUs that orders wait for.
enum class offers_of_everything : std::uint8_t { made, deferred };

/// Collects events and the state that they lead to.
class source_change {
 public:
  explicit source_change(
      source_state& state, timestamp now,
      offers_of_everything offers = offers_of_everything::made)
      : source_change(state, now, day_of(now), offers) {}
  /// `today` is the date at the place, for its capacity.
  source_change(source_state& state, timestamp now, date today,
                offers_of_everything offers = offers_of_everything::made)
      : state_(state), now_(now), today_(today), offers_(offers) {}

  void emit(event_body body) {
    apply(state_, body, now_);
    events_.push_back(std::move(body));
  }
  void expect(std::size_t events) { events_.reserve(events); }

  [[nodiscard]] const source_state& state() const { return state_; }
  [[nodiscard]] timestamp now() const { return now_; }
  [[nodiscard]] date today() const { return today_; }
  /// Puts on offer whatever the source has, or leaves that to the caller.
  void offer_everything();
  [[nodiscard]] bool left_offers() const { return left_offers_; }
  [[nodiscard]] std::vector<event_body>& events() { return events_; }
  /// What is left to revoke after the first slice.
  [[nodiscard]] std::vector<revocation>& unfinished() { return unfinished_; }

 private:
  source_state& state_;
  timestamp now_;
  date today_;
  offers_of_everything offers_;
  bool left_offers_ = false;
  std::vector<event_body> events_;
  std::vector<revocation> unfinished_;
};

// Each applies its events to the state of `change` as it goes; a refused
// command has applied none.

[[nodiscard]] status decide(source_change& change,
                            const define_location& command);
[[nodiscard]] status decide(source_change& change,
                            const define_supplier& command);
[[nodiscard]] status decide(source_change& change,
                            const receive_stock& command);
[[nodiscard]] status decide(source_change& change, const adjust_stock& command);
[[nodiscard]] status decide(source_change& change, const count_stock& command);
[[nodiscard]] status decide(source_change& change,
                            const set_safety_stock& command);
[[nodiscard]] status decide(source_change& change,
                            const announce_incoming& command);
[[nodiscard]] status decide(source_change& change, const end_incoming& command);
/// At the location that gives the units. The network actor has checked the id
/// and that both locations exist.
[[nodiscard]] status decide(source_change& change,
                            const transfer_stock& command);
/// At the location that awaits the units.
[[nodiscard]] status decide(source_change& change,
                            const close_transfer& command);
/// The first one counts. The engine has found the alert in the log.
[[nodiscard]] status decide(source_change& change,
                            const acknowledge_alert& command);

[[nodiscard]] reserve_response reserve(source_change& change,
                                       const reserve_request& ask);

/// Holds for a cart what it has of these SKUs, each once, and tells how much.
/// With `whole_lines` all units of a SKU or none.
[[nodiscard]] std::vector<sku_quantity> hold(
    source_change& change, const reservation_id& reservation,
    const std::vector<sku_quantity>& lines, bool whole_lines,
    timestamp deadline);
/// Lets go of units that are held, as far as they are; none: of all.
void let_go(source_change& change, const reservation_id& reservation,
            const std::optional<std::vector<sku_quantity>>& lines,
            release_cause cause);

/// Units are on their way here.
void await_transfer(source_change& change, const transferred_units& sent);

/// Raises alerts about units whose day is over.
void check_overdue(source_change& change);
/// When it has something to do again; none: nothing is awaited on a day.
[[nodiscard]] std::optional<timestamp> next_overdue(const source_state& state);

/// An order says what happens to units that are promised to it.
void follow(source_change& change, const instruction& told);

/// Gives units on offer to the takers and lets the rest go; tells what of
/// the takers could not be served.
[[nodiscard]] std::vector<offer_taker> settle_offer(source_change& change,
                                                    const offer_answer& given);

/// Puts what is available of a SKU on offer.
void offer(source_change& change, const sku_id& sku);

/// Every promise of a SKU as it is now, to be revoked as far as need be.
[[nodiscard]] revocation revocation_of(const source_state& state,
                                       const sku_id& sku);
/// Revokes the next slice of what is promised and not there; false when
/// nothing is left of that.
[[nodiscard]] bool revoke(source_change& change, revocation& of);

}  // namespace oms::source
