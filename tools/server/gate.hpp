#pragma once

/// Between the event loop of a server and the engine.
///
/// Purpose: commands that arrive in one turn of the loop go to the engine as
/// one batch, and their answers come back into the loop; queries, which wait,
/// run on threads of their own. Owner: the server's main; it must go before
/// the engine does. Threads: everything but the queries on the loop's thread.
/// Errors: `overloaded` when a caller has more than its share of commands
/// under way or of queries waiting, or when too many queries wait.

#include <kj/async.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "actors/engine.hpp"
#include "tools/server/query_pool.hpp"

namespace oms::tools {

struct gate_options {
  query_limits queries;
  /// Commands of one caller that wait for their answers; a share of the
  /// engine's own limit, so that one caller can't use up all of it.
  std::size_t max_commands_per_caller = 50'000;
};

struct gate_stats {
  std::uint64_t commands = 0;
  std::uint64_t batches = 0;
  std::size_t commands_open = 0;
  query_stats queries;
};

class gate {
 public:
  gate(engine& behind, gate_options options);
  gate(const gate&) = delete;
  gate& operator=(const gate&) = delete;

  [[nodiscard]] engine& behind() { return engine_; }
  [[nodiscard]] gate_stats stats() const;

  /// `caller` is whose share it counts for.
  kj::Promise<answer> submit(command one, const std::string& caller);
  /// A batch has its answers together.
  kj::Promise<std::vector<answer>> submit_all(std::vector<command> batch,
                                              const std::string& caller);

  /// Runs `work` on a query thread; its value, or `overloaded`. `caller` is
  /// whose share it counts for.
  template <class T>
  kj::Promise<result<T>> ask(const std::string& caller,
                             std::function<result<T>()> work) {
    auto pair = kj::newPromiseAndCrossThreadFulfiller<result<T>>();
    auto fulfiller =
        std::make_shared<kj::Own<kj::CrossThreadPromiseFulfiller<result<T>>>>(
            kj::mv(pair.fulfiller));
    if (!queries_.add(caller, [fulfiller, work = std::move(work)] {
          (*fulfiller)->fulfill(work());
        }))
      return result<T>(error{
          error_code::overloaded, "too many queries wait; try again soon", {}});
    return kj::mv(pair.promise);
  }

 private:
  void flush();

  struct waiting_command {
    command asked;
    kj::Own<kj::PromiseFulfiller<answer>> fulfiller;
    std::string caller;
  };

  engine& engine_;
  gate_options options_;
  std::vector<waiting_command> gathered_;
  std::unordered_map<std::string, std::size_t> open_by_caller_;
  gate_stats stats_;
  kj::Promise<void> flushing_ = kj::READY_NOW;
  query_pool queries_;
};

}  // namespace oms::tools
