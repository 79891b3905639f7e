#pragma once

/// An order under test, and short words to build one.
///
/// Purpose: a test says what it places, does and expects, and nothing else.
/// Every command goes through one door that checks what must hold whatever is
/// done: the outcome is the fold of its events, the buckets add up, refunds
/// are covered, each status change stands in the table of docs/DOMAIN.md,
/// and a refusal changes nothing. Owner: the test. Threads: one. Units: as in
/// messages/ids.hpp.

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actors/faults.hpp"
#include "actors/order/decide.hpp"
#include "actors/order/order.hpp"
#include "actors/order/price.hpp"
#include "actors/order/status.hpp"

namespace oms::tests {

/// 2026-03-02, a Monday, 12:00 UTC.
inline constexpr timestamp noon =
    std::chrono::sys_days{std::chrono::year{2026} / 3 / 2} +
    std::chrono::hours{12};

/// Units by line: `{{"1", 2}, {"2", 1}}`.
using units_by_line = std::vector<std::pair<std::string, std::int64_t>>;

/// The SKU of line `n`: "A" for the first.
[[nodiscard]] sku_id sku_of_line(std::size_t n);
// NOLINTNEXTLINE(readability-identifier-naming): the SKU is called so.
inline const sku_id A{"A"};
[[nodiscard]] order_key key_of(const std::string& id);

/// Builds the command; lines are named "1", "2", ... and have SKUs "A",
/// "B", ... unless `same_sku` says otherwise.
class order_builder {
 public:
  order_builder& line(std::int64_t units, std::int64_t unit_price = 1'000,
                      std::int64_t discount = 0, std::int64_t tax = 0);
  order_builder& same_sku(std::int64_t units, std::int64_t unit_price = 1'000);
  order_builder& shipping(std::int64_t price);
  order_builder& discount(std::int64_t amount);
  order_builder& ship_complete();
  order_builder& authorized(std::int64_t amount, std::string reference);
  order_builder& prepaid(std::int64_t captured, std::string reference = "p");

  place_order command;

 private:
  order_line& add(std::int64_t units, std::int64_t unit_price);
};

/// `units` of one line at 10.00 each, without shipping.
[[nodiscard]] order_builder one_line(std::int64_t units);
[[nodiscard]] order_builder two_lines(std::int64_t first, std::int64_t second);

[[nodiscard]] std::vector<line_choice> choices(const units_by_line& units);
[[nodiscard]] source_ref source_named(const std::string& id, source_type kind);

/// What a command came to: nothing when it was accepted.
using refusal = std::optional<error_code>;

class order_under_test {
 public:
  order_under_test() { state_.key = key_of("o1"); }
  /// Placed, and nothing else.
  explicit order_under_test(const order_builder& builder);

  /// Decides and, when it is accepted, goes on from there.
  template <class Command>
  refusal does(const Command& command) {
    if (is_faulty(command)) return error_code::invalid;
    return take(order::decide(state_, command, now));
  }
  refusal does(const place_order& command, std::uint64_t number = 1) {
    if (is_faulty(command)) return error_code::invalid;
    return take(order::decide(state_, command, number, plan_on, now));
  }
  refusal does(const record_payment& command) {
    if (is_faulty(command)) return error_code::invalid;
    return take(order::decide(state_, command, plan_on, now));
  }
  refusal does(const work_fulfillment& command);
  /// It names this order.
  refusal does(edit_order command) {
    command.order = state_.key;
    if (is_faulty(command)) return error_code::invalid;
    return take(order::decide(state_, command, person, now));
  }

  refusal pay(std::optional<std::int64_t> amount = {},
              std::string reference = "");
  refusal payment_starts(std::string reference = "");
  refusal payment_fails(bool final);
  refusal authorize(std::optional<std::int64_t> amount, std::string reference);
  refusal end_authorization(std::string reference);
  /// Captures money of an authorization.
  refusal capture_of(std::string authorization, std::int64_t amount);
  refusal cancel(const units_by_line& units = {});
  refusal hold(const std::string& id);
  refusal release(const std::string& id);

  /// A source promises units, as the answer to a plan.
  void allocate(const std::string& source, const units_by_line& units,
                source_type kind = source_type::warehouse);
  /// The backorder queue's supply promises units.
  void fill(const std::string& source, const units_by_line& units,
            std::int64_t max_sources = 0);
  void backorder(const units_by_line& units);
  void unfillable(const units_by_line& units);
  void revoked_units(const std::string& source, const std::string& sku,
                     std::int64_t units, std::int64_t picked = 0);

  refusal accept(const std::string& source);
  refusal reject(const std::string& source, const units_by_line& units = {},
                 reject_reason reason = reject_reason::out_of_stock,
                 const std::string& text = "");
  refusal pick(const std::string& source, const units_by_line& units = {});
  refusal unpick(const std::string& source, const units_by_line& units = {});
  refusal short_pick(const std::string& source,
                     const units_by_line& units = {});
  refusal ship(const std::string& source, const units_by_line& units = {},
               const std::string& shipment = "");
  refusal answer_cancel(const std::string& source, bool agreed);
  refusal track(tracking_status news, const std::string& shipment = "");
  refusal deliver(const std::string& shipment = "") {
    return track(tracking_status::delivered, shipment);
  }
  refusal refund_lines(const units_by_line& units);
  refusal refund_shipping();
  refusal refund_amount(std::int64_t amount);
  refusal settle(const std::string& refund, bool succeeded = true);
  refusal ask_return(const std::string& id, const units_by_line& units = {});
  refusal receive_back(const std::string& id, const units_by_line& units,
                       return_condition condition = return_condition::sellable,
                       const std::string& location = "W1");

  [[nodiscard]] const order_state& state() const { return state_; }
  [[nodiscard]] order_view view() const { return order::view_of(state_); }
  [[nodiscard]] order_status status() const { return state_.status; }
  [[nodiscard]] const line_buckets& buckets(const std::string& line) const;
  [[nodiscard]] fulfillment_status work_status(const std::string& id) const;
  [[nodiscard]] std::int64_t total() const {
    return order::total_of(state_).value;
  }
  [[nodiscard]] std::int64_t owed() const {
    return state_.refund_requested.value;
  }

  /// What the last accepted command made.
  [[nodiscard]] const std::vector<event_body>& events() const {
    return events_;
  }
  /// The last one's status changes: those that it walked through.
  [[nodiscard]] std::vector<order_status> walked() const;
  template <class Event>
  [[nodiscard]] std::vector<Event> events_of() const {
    std::vector<Event> some;
    for (const auto& each : events_)
      if (const auto* one = std::get_if<Event>(&each)) some.push_back(*one);
    return some;
  }
  /// How often a notification was recorded since it was placed.
  [[nodiscard]] std::size_t told(const std::string& kind) const;

  timestamp now = noon;
  /// When parcels are expected; without sources nothing is known.
  network net;
  /// What the rules of the brand say.
  plan_moment plan_on = plan_moment::captured;
  /// The record beside the log, for edits.
  personal_data person;
  /// What sources say they have received so far.
  std::uint64_t receipts = 0;

 private:
  /// What the shard refuses before any order sees it.
  static bool is_faulty(const command_body& command) {
    return !faults_of(command).empty();
  }
  refusal take(order::order_decision decision);
  void take(order::order_outcome outcome);
  /// What can't be refused, and changes the state in place.
  void take_over(
      const std::function<order::order_events(order_state& state)>& happens);
  void check(const order::order_outcome& outcome) const;
  [[nodiscard]] reservation promise(const std::string& source,
                                    const units_by_line& units,
                                    source_type kind) const;
  [[nodiscard]] std::vector<line_units> lines(const units_by_line& units) const;
  refusal work(fulfillment_action action, const std::string& source,
               const units_by_line& units);

  order_state state_;
  std::vector<event_body> events_;
  std::vector<std::string> told_;
};

/// Placed and paid in full.
[[nodiscard]] order_under_test paid_order(const order_builder& builder);
/// One line of `units`, paid, and all of it promised by `source`.
[[nodiscard]] order_under_test allocated(
    std::int64_t units, const std::string& source = "W1",
    source_type kind = source_type::warehouse);

}  // namespace oms::tests
