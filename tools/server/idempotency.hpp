#pragma once

/// The same key and body give the first answer again.
///
/// Purpose: remembers what was answered to a caller's idempotency keys; one
/// that is still under way is waited for. Owner: the HTTP service. Threads:
/// the event loop's. Memory: at most `max_kept` answers, the oldest go first.
/// Over restarts the engine remembers the commands that took effect; what was
/// refused is decided anew then.

#include <kj/async.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>

#include "tools/server/call.hpp"

namespace oms::tools {

class idempotency {
 public:
  static constexpr std::size_t max_kept = 100'000;
  static constexpr std::chrono::hours kept_for{24};

  using runner = std::function<kj::Promise<call_answer>()>;

  /// Runs `first` for a key that is new; 409 when the key came with another
  /// body before. Answers that say "try again" are not kept.
  kj::Promise<call_answer> once(const std::string& key, const std::string& body,
                                runner first);

 private:
  struct kept {
    std::string body;
    kj::ForkedPromise<call_answer> answer;
    std::chrono::steady_clock::time_point since;
    std::list<std::string>::iterator age;
  };
  void forget_old();
  void forget(const std::string& key);

  std::unordered_map<std::string, kept> by_key_;
  /// The oldest first.
  std::list<std::string> ages_;
};

}  // namespace oms::tools
