#pragma once

/// The path from the servers to the engine.
///
/// Commands that arrive in one turn of the HTTP loop go to the engine as one
/// batch, and their answers return to the loop together. Queries, which wait,
/// run on threads of their own. Large answers share a budget per caller.
///
/// Must be destroyed before the engine. Everything but `gather_in` may be
/// called on any thread. `overloaded` refuses a caller that has more than its
/// share of commands in progress or of queries waiting, and anyone if too many
/// queries wait.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "actors/engine.hpp"
#include "tools/omsd/answer_budget.hpp"
#include "tools/omsd/query_pool.hpp"

namespace oms::omsd {

struct engine_queue_options {
  query_limits queries;
  /// For answers that are known to be large. They are made one at a time,
  /// because making one takes several times its size in memory.
  query_limits large_queries{.threads = 1,
                             .max_running_per_caller = 1,
                             .max_waiting = 10'000,
                             .max_waiting_per_caller = 2'000};
  /// Commands of one caller that may wait for answers; a share of the engine's
  /// own limit, so that one caller can't use up all of it.
  std::size_t max_commands_per_caller = 50'000;
  /// What a caller's large answers that are not read yet may take together.
  std::size_t max_unread_bytes_per_caller = 16 * 1024 * 1024;
};

struct engine_queue_stats {
  std::uint64_t commands = 0;
  std::uint64_t batches = 0;
  std::size_t commands_open = 0;
  query_stats queries;
};

class engine_queue {
 public:
  using answer_callback = std::function<void(answer)>;
  using answers_callback = std::function<void(std::vector<answer>)>;
  /// Runs a function on a loop's thread, after what is ready there now.
  using poster = std::function<void(std::function<void()>)>;

  engine_queue(engine& behind, engine_queue_options options);
  engine_queue(const engine_queue&) = delete;
  engine_queue& operator=(const engine_queue&) = delete;

  [[nodiscard]] engine& behind() { return engine_; }
  [[nodiscard]] engine_queue_stats stats() const;

  /// Single commands are gathered in the turns of this loop and answered on its
  /// thread. Without a loop, each is submitted at once and answered on the
  /// engine's thread. To be called before the first command.
  void gather_in(poster loop);

  /// Calls back once. The command counts against the share of `caller`.
  void submit(command one, const std::string& caller, answer_callback then);
  /// Submits a batch at once. Its answers come together, on the engine's
  /// thread, so `then` must not wait.
  void submit_all(std::vector<command> batch, const std::string& caller,
                  answers_callback then);

  /// Runs `work` on a query thread; `overloaded` if it can't be accepted. The
  /// query counts against the share of `caller`.
  [[nodiscard]] status ask(const std::string& caller,
                           std::function<void()> work);
  /// The same for a query whose answer is known to be large.
  [[nodiscard]] status ask_large(const std::string& caller,
                                 std::function<void()> work);
  /// Waits for the queries that run and drops the others; after it, what they
  /// refer to may go.
  void stop_queries();
  [[nodiscard]] answer_budget& answers() { return answers_; }

 private:
  struct shares;

  void flush();

  engine& engine_;
  engine_queue_options options_;
  /// Shared with callbacks in the engine, which may outlive this object.
  std::shared_ptr<shares> shares_;
  poster loop_;
  answer_budget answers_;
  query_pool queries_;
  query_pool large_queries_;
};

}  // namespace oms::omsd
