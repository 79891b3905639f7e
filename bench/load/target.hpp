#pragma once

/// What the load generator sends commands to: an engine in its own process, or
/// omsd over RPC or HTTP.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "messages/commands.hpp"

namespace oms::load {

struct outcome {
  /// By their place in the batch.
  std::vector<std::size_t> done;
  std::size_t refused = 0;
  /// Refused because more is under way than the engine takes.
  std::size_t overloaded = 0;
  /// Commands that came before their order was ready for them, by their place.
  /// They count in none of the above.
  std::vector<std::size_t> early;
  /// Why the first of the refused, and of the early ones, was not done.
  std::string why;
  std::string why_early;

  /// How many commands it tells of.
  [[nodiscard]] std::size_t commands() const {
    return done.size() + refused + overloaded + early.size();
  }
};

/// Adds the answer of the command at `place` of its batch: null if it was done.
void add_answer(outcome& to, std::size_t place, const error* failure);

/// What readers ask beside the commands.
struct question {
  enum class subject : std::uint8_t { order, timeline, list, stock };

  subject about = subject::order;
  /// For the first two.
  order_key order;
  /// For the list of the customer's orders.
  customer_id customer;
  /// For its stock at all locations.
  sku_id sku;
};

/// What the engine's process has used so far.
struct usage {
  double cpu_s = 0;
  /// Without the pages of mapped files.
  std::int64_t memory_bytes = 0;
  /// Of all files of the store.
  std::int64_t disk_bytes = 0;
};

class target {
 public:
  using clock = std::chrono::steady_clock;

  target() = default;
  virtual ~target() = default;
  target(const target&) = delete;
  target& operator=(const target&) = delete;

  using landed = std::function<void(const outcome&)>;
  /// Calls back on any thread, once for all commands or several times for some,
  /// until each command has its answer. Does not wait for it. Commands about
  /// the same order are carried out in the order in which they were submitted.
  virtual void submit(std::vector<command> batch, landed done) = 0;

  /// Null if there was an answer, and why not otherwise.
  using replied = std::function<void(const error*)>;
  /// Calls back once, on any thread. Does not wait for it.
  virtual void ask(const question& what, replied done) = 0;

  /// Waits until locations have promised at least so many units since the
  /// start, or until nothing more happens. When they had; nothing if they have
  /// not.
  virtual std::optional<clock::time_point> wait_until_routed(
      std::int64_t units) = 0;
  /// Waits until nothing is left to do.
  virtual void settle() = 0;
  /// Nothing if the process is not known.
  [[nodiscard]] virtual std::optional<usage> used() = 0;
  /// Whether the load generator is a part of what is used.
  [[nodiscard]] virtual bool is_own_process() const = 0;
};

}  // namespace oms::load
