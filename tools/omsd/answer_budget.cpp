#include "tools/omsd/answer_budget.hpp"

#include <utility>
#include <vector>

namespace oms::omsd {

namespace {

// The questions whose answers were large; beyond this number all are
// forgotten. A forgotten one costs making its answer twice, once.
constexpr std::size_t max_remembered = 1'000;
constexpr std::size_t max_question_bytes = 256;

}  // namespace

// Shared with the answers that are open, which may outlive the budget: each
// gives its room back through it.
struct answer_budget::state : std::enable_shared_from_this<state> {
  struct waiting_answer {
    std::size_t bytes = 0;
    std::function<void(room)> then;
  };
  struct account {
    std::size_t open_bytes = 0;
    bool is_serving = false;
    std::deque<waiting_answer> waiting;
  };

  explicit state(std::size_t most) : max_bytes(most) {}

  // An answer larger than the whole budget goes alone. Otherwise it would wait
  // forever.
  [[nodiscard]] bool fits(const account& of, std::size_t bytes) const {
    return of.open_bytes == 0 || of.open_bytes + bytes <= max_bytes;
  }
  // With the lock held.
  room taken(account& of, const std::string& caller, std::size_t bytes) {
    of.open_bytes += bytes;
    // Only the deleter matters. The pointer must not be null, because callers
    // test it to see whether they have room.
    return {this, [self = shared_from_this(), caller, bytes](void*) {
              self->give_back(caller, bytes);
            }};
  }
  void give_back(const std::string& caller, std::size_t bytes) {
    std::unique_lock lock(mutex);
    const auto found = accounts.find(caller);
    auto& own = found->second;
    own.open_bytes -= bytes;
    // A callback may give its room back before it returns. That inner call
    // leaves the queue to the loop below; thousands of clients that are gone
    // would otherwise nest as many calls.
    if (own.is_serving) return;
    own.is_serving = true;
    while (!own.waiting.empty() && fits(own, own.waiting.front().bytes)) {
      auto first = std::move(own.waiting.front());
      own.waiting.pop_front();
      auto given = taken(own, caller, first.bytes);
      // Without the lock: `then` puts work into a queue, and what it holds may
      // give room back when it is destroyed.
      lock.unlock();
      first.then(std::move(given));
      first.then = nullptr;
      lock.lock();
    }
    own.is_serving = false;
    if (own.open_bytes == 0 && own.waiting.empty()) accounts.erase(found);
  }

  const std::size_t max_bytes;
  mutable std::mutex mutex;
  std::unordered_map<std::string, account> accounts;
  std::unordered_map<std::string, std::size_t> sizes;
};

answer_budget::answer_budget(std::size_t max_bytes_per_caller)
    : state_(std::make_shared<state>(max_bytes_per_caller)) {}

answer_budget::room answer_budget::take(const std::string& caller,
                                        std::size_t bytes) {
  const std::lock_guard guard(state_->mutex);
  // No overtaking, even by an answer that would fit: a large one would wait as
  // long as small ones keep coming.
  auto& own = state_->accounts[caller];
  if (!own.waiting.empty() || !state_->fits(own, bytes)) return nullptr;
  return state_->taken(own, caller, bytes);
}

void answer_budget::wait(const std::string& caller, std::size_t bytes,
                         std::function<void(room)> then) {
  room now;
  {
    const std::lock_guard guard(state_->mutex);
    auto& own = state_->accounts[caller];
    if (!own.waiting.empty() || !state_->fits(own, bytes)) {
      own.waiting.push_back({bytes, std::move(then)});
      return;
    }
    now = state_->taken(own, caller, bytes);
  }
  then(std::move(now));
}

std::optional<std::size_t> answer_budget::expected(
    const std::string& question) const {
  const std::lock_guard guard(state_->mutex);
  const auto known = state_->sizes.find(question);
  if (known == state_->sizes.end()) return {};
  return known->second;
}

void answer_budget::remember(const std::string& question, std::size_t bytes) {
  const std::lock_guard guard(state_->mutex);
  if (bytes < min_counted_bytes) {
    state_->sizes.erase(question);
    return;
  }
  if (question.size() > max_question_bytes) return;
  if (state_->sizes.size() >= max_remembered) state_->sizes.clear();
  state_->sizes[question] = bytes;
}

std::size_t answer_budget::open_bytes(const std::string& caller) const {
  const std::lock_guard guard(state_->mutex);
  const auto known = state_->accounts.find(caller);
  return known == state_->accounts.end() ? 0 : known->second.open_bytes;
}

}  // namespace oms::omsd
