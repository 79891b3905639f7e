#pragma once

/// A source under test, with one SKU "A".
///
/// Purpose: short words for what is done to a source. After each the stock
/// must add up (invariant 1), units must be conserved (invariant 4), what is
/// committed must be the sum of the promises, and the state must be the fold of
/// the events; a refusal must change nothing. Owner: the test. Threads: one.

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actors/source/decide.hpp"
#include "actors/source/source.hpp"

namespace oms::tests {

class source_under_test {
 public:
  using refusal = std::optional<error_code>;

  /// A warehouse "W1".
  source_under_test();
  /// A supplier "S1" that offers so many, or without limit.
  static source_under_test supplier(std::optional<quantity> available);

  /// Receives, and nobody waits for it.
  void has(std::int64_t units);
  refusal receive(std::int64_t units, const std::string& reference = "");
  refusal adjust(std::int64_t delta);
  refusal count(std::int64_t on_hand);
  refusal safety(std::int64_t units);
  refusal define(const std::function<void(location_settings&)>& edit);
  refusal redefine(std::optional<quantity> available);
  refusal redefine_without_products();

  /// What was promised, line by line.
  std::vector<std::int64_t> reserve(const std::string& order,
                                    std::int64_t units);
  std::vector<std::int64_t> reserve_lines(
      const std::string& order, const std::vector<std::int64_t>& units,
      bool whole_lines = false);

  /// Holds for a cart, until `seconds` from now; how much.
  std::int64_t hold(const std::string& reservation, std::int64_t units,
                    std::int64_t seconds = 600, bool whole_lines = false);
  /// Of what is held; none: all.
  void unhold(const std::string& reservation,
              std::optional<std::int64_t> units = {},
              release_cause cause = release_cause::released);
  /// For an order, of what the reservation holds.
  std::vector<std::int64_t> take_over(const std::string& order,
                                      const std::string& reservation,
                                      std::int64_t units);
  [[nodiscard]] std::int64_t held(const std::string& reservation) const;

  /// The backorder queue wants nothing of what is on offer.
  void let_go();
  /// The backorder queue answers; tells the units of refused takers.
  std::vector<std::int64_t> settle(
      std::int64_t offered,
      const std::vector<std::pair<std::string, std::int64_t>>& takers);

  /// The next slice of what a count has left to take back; false: the last.
  bool revoke();

  void follow(const std::string& order, instruction_kind kind,
              std::int64_t units, std::int64_t picked = 0);
  void reject(const std::string& order, std::int64_t units,
              reject_reason reason, std::int64_t picked = 0);
  void restock(const std::string& order, std::int64_t sellable,
               std::int64_t damaged);

  [[nodiscard]] const source_state& state() const { return state_; }
  [[nodiscard]] stock_view stock() const;
  [[nodiscard]] promised_units promised(const std::string& order) const;
  [[nodiscard]] static order_key key(const std::string& order);
  [[nodiscard]] const source::reserve_response& answered() const {
    return answered_;
  }
  [[nodiscard]] const std::vector<source::offer_taker>& refused() const {
    return refused_;
  }

  /// Of the last one.
  [[nodiscard]] const std::vector<event_body>& events() const {
    return events_;
  }
  [[nodiscard]] std::vector<event_body> take_events() {
    return std::exchange(events_, {});
  }
  template <class Event>
  [[nodiscard]] std::vector<Event> events_of() const {
    std::vector<Event> some;
    for (const auto& each : events_)
      if (const auto* one = std::get_if<Event>(&each)) some.push_back(*one);
    return some;
  }

  timestamp now = std::chrono::sys_days{std::chrono::year{2026} / 3 / 2} +
                  std::chrono::hours{12};

 private:
  struct empty_tag {};
  explicit source_under_test(empty_tag) {}

  template <class Command>
  refusal does(const Command& command);
  /// Runs `act` on a change, and checks what must hold.
  void with_change(const std::function<void(source::source_change&)>& act);
  void check(const source_state& before) const;

  source_state state_;
  std::vector<event_body> events_;
  source::reserve_response answered_;
  std::vector<source::offer_taker> refused_;
  std::optional<source::revocation> unfinished_;
};

}  // namespace oms::tests
