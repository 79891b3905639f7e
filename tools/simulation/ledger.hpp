#pragma once

/// What the callers of a simulated engine know by themselves.
///
/// The invariants check the engine's own books; this is the book of those who
/// got its answers. What was acknowledged must be in the log and in the views,
/// also after a crash. What was refused must have left no trace. Each command
/// is answered once, and payments and receipts count once each.

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actors/engine.hpp"
#include "messages/commands.hpp"
#include "messages/views.hpp"
#include "persistence/log_store.hpp"
#include "tools/simulation/fairness.hpp"

namespace oms::simulation {

/// In place of the number of an invariant: the ledger differs.
inline constexpr int ledger_differs = 0;

class ledger {
 public:
  /// To be called for every committed event.
  void saw(const event& happened);

  /// Notes a command; `answered` takes the number that is returned.
  [[nodiscard]] std::size_t asked(command given);
  void answered(std::size_t number, const answer& got);

  /// The engine is gone: commands that have no answer yet never get one.
  void went_down();

  /// Compares; the engine is at rest.
  [[nodiscard]] std::vector<violation> check(
      engine& seen, const persistence::log_store& store);

 private:
  struct entry {
    command given;
    std::optional<answer> got;
    bool lost = false;
  };

  void broken(const std::string& where, std::string what);
  /// Whether it changed something: it was acknowledged with an event, or the
  /// engine went down before it could be acknowledged and its events are in the
  /// log.
  [[nodiscard]] bool took_effect(const entry& of) const;
  void check_answers(const persistence::log_store& store);
  void check_order(const order_view& order);
  void check_captured(const order_view& order);
  void check_promised(engine& seen, const std::vector<order_view>& orders);
  void check_received(engine& seen);
  void check_planning(const std::vector<order_view>& orders);

  std::vector<entry> entries_;
  /// Events by the id of their command.
  std::map<std::string, std::size_t> events_of_;
  fairness turns_;
  /// Whether a location ever had a limit of fulfillments per day.
  bool with_capacity_ = false;
  std::vector<violation> found_;
};

}  // namespace oms::simulation
