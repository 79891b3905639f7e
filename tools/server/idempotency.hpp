#pragma once

/// The same key and content give the first answer again.
///
/// Purpose: remembers what was answered to a caller's keys; one that is still
/// under way is waited for. Owner: the service. Threads: the event loop's.
/// Memory: at most `max_kept` answers, the oldest go first.
/// Over restarts the engine remembers the commands that took effect; what was
/// refused is decided anew then.

#include <kj/async.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <string>
#include <unordered_map>
#include <utility>

#include "messages/commands.hpp"
#include "tools/server/call.hpp"
#include "tools/server/command_key.hpp"

namespace oms::tools {

/// Answers that say "try again" are not kept.
[[nodiscard]] inline bool is_final(const call_answer& got) {
  return got.status != 429 && got.status < 500;
}
[[nodiscard]] inline bool is_final(const answer& got) {
  return got.ok() || (got.failure().code != error_code::overloaded &&
                      got.failure().code != error_code::storage_unavailable);
}

template <class Answer>
class idempotency {
 public:
  static constexpr std::size_t max_kept = 100'000;
  static constexpr std::chrono::hours kept_for{24};

  using runner = std::function<kj::Promise<Answer>()>;

  /// `taken` is what a key is answered that came with other content.
  explicit idempotency(Answer taken) : taken_(std::move(taken)) {}

  [[nodiscard]] bool knows(const command_key& key) const {
    return by_key_.contains(key.prefix);
  }

  /// Runs `first` for a key that is new.
  kj::Promise<Answer> once(const command_key& key, const runner& first) {
    forget_old();
    if (const auto known = by_key_.find(key.prefix); known != by_key_.end()) {
      if (known->second.id != key.id) return Answer(taken_);
      return known->second.answer.addBranch();
    }
    auto answer = first()
                      .then([this, prefix = key.prefix](Answer got) {
                        if (!is_final(got)) forget(prefix);
                        return got;
                      })
                      .fork();
    auto branch = answer.addBranch();
    // The answer is run to its end even when its first asker goes.
    auto& added =
        by_key_
            .insert_or_assign(
                key.prefix,
                kept{key.id, kj::mv(answer), std::chrono::steady_clock::now(),
                     ages_.insert(ages_.end(), key.prefix)})
            .first->second;
    added.answer.addBranch()
        .then([](const Answer&) {})
        .detach([](kj::Exception&&) {});
    return branch;
  }

 private:
  struct kept {
    std::string id;
    kj::ForkedPromise<Answer> answer;
    std::chrono::steady_clock::time_point since;
    std::list<std::string>::iterator age;
  };

  void forget(const std::string& prefix) {
    const auto known = by_key_.find(prefix);
    if (known == by_key_.end()) return;
    ages_.erase(known->second.age);
    by_key_.erase(known);
  }

  void forget_old() {
    const auto now = std::chrono::steady_clock::now();
    while (!ages_.empty()) {
      const auto& oldest = by_key_.at(ages_.front());
      if (by_key_.size() < max_kept && now - oldest.since < kept_for) break;
      by_key_.erase(ages_.front());
      ages_.pop_front();
    }
  }

  Answer taken_;
  /// By the key's prefix.
  std::unordered_map<std::string, kept> by_key_;
  /// The oldest first.
  std::list<std::string> ages_;
};

}  // namespace oms::tools
