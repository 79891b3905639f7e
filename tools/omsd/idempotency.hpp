#pragma once

/// The same key and content get the first answer again.
///
/// Remembers the answers to a caller's keys; a repeat of a command that is
/// still in progress waits for its answer. Keeps at most `max_kept` answers;
/// the oldest go first. May be used on any thread.
///
/// Over restarts, the engine remembers the commands that took effect; refused
/// ones are decided anew.

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "messages/commands.hpp"
#include "tools/omsd/command_key.hpp"
#include "tools/omsd/request.hpp"

namespace oms::omsd {

/// Answers that mean "try again" are not kept.
[[nodiscard]] inline bool is_final(const response& got) {
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

  using callback = std::function<void(Answer)>;
  using runner = std::function<void(callback)>;

  /// `taken` is the answer for a key that came with other content.
  explicit idempotency(Answer taken)
      : taken_(std::move(taken)), table_(std::make_shared<table>()) {}

  [[nodiscard]] bool knows(const command_key& key) const {
    const std::lock_guard guard(table_->mutex);
    return table_->by_key.contains(key.prefix);
  }

  /// Whether its answer is still awaited.
  [[nodiscard]] bool is_under_way(const command_key& key) const {
    const std::lock_guard guard(table_->mutex);
    const auto known = table_->by_key.find(key.prefix);
    return known != table_->by_key.end() && known->second.one->id == key.id &&
           !known->second.one->answer;
  }

  /// Runs `first` for a new key; `then` gets its answer, whichever caller asked
  /// first.
  void once(const command_key& key, const runner& first, callback then) {
    std::unique_lock lock(table_->mutex);
    table_->forget_old();
    if (const auto known = table_->by_key.find(key.prefix);
        known != table_->by_key.end()) {
      const auto& one = known->second.one;
      if (one->id == key.id && !one->answer)
        return one->waiting.push_back(std::move(then));
      auto given = one->id == key.id ? *one->answer : taken_;
      /// Callbacks run without the lock, because they may lead to another
      /// command.
      lock.unlock();
      return then(std::move(given));
    }
    auto one = std::make_shared<asked>();
    one->id = key.id;
    one->waiting.push_back(std::move(then));
    table_->by_key.emplace(
        key.prefix, kept{one, std::chrono::steady_clock::now(),
                         table_->ages.insert(table_->ages.end(), key.prefix)});
    lock.unlock();
    first([to = table_, one, prefix = key.prefix](Answer got) {
      for (const auto& each : to->settle(prefix, one, got)) each(got);
    });
  }

 private:
  struct asked {
    std::string id;
    std::optional<Answer> answer;
    std::vector<callback> waiting;
  };
  struct kept {
    std::shared_ptr<asked> one;
    std::chrono::steady_clock::time_point since;
    std::list<std::string>::iterator age;
  };

  /// Shared with the answers in progress, which may outlive their owner.
  struct table {
    std::mutex mutex;
    /// By the key's prefix.
    std::unordered_map<std::string, kept> by_key;
    /// The oldest first.
    std::list<std::string> ages;

    /// Records the answer; returns the callbacks that wait for it.
    std::vector<callback> settle(const std::string& prefix,
                                 const std::shared_ptr<asked>& one,
                                 const Answer& got) {
      const std::lock_guard guard(mutex);
      one->answer = got;
      /// Compared with `one`, because the entry may have been forgotten and
      /// replaced while the command was in progress.
      const auto known = by_key.find(prefix);
      if (!is_final(got) && known != by_key.end() && known->second.one == one) {
        ages.erase(known->second.age);
        by_key.erase(known);
      }
      return std::exchange(one->waiting, {});
    }

    void forget_old() {
      const auto now = std::chrono::steady_clock::now();
      while (!ages.empty()) {
        const auto oldest = by_key.find(ages.front());
        if (by_key.size() < max_kept && now - oldest->second.since < kept_for)
          break;
        by_key.erase(oldest);
        ages.pop_front();
      }
    }
  };

  Answer taken_;
  std::shared_ptr<table> table_;
};

}  // namespace oms::omsd
