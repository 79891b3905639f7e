#include "tools/server/idempotency.hpp"

namespace oms::tools {

kj::Promise<call_answer> idempotency::once(const std::string& key,
                                           const std::string& body,
                                           runner first) {
  forget_old();
  if (const auto known = by_key_.find(key); known != by_key_.end()) {
    if (known->second.body != body)
      return problem({error_code::conflict,
                      "the Idempotency-Key came with another request before",
                      {}});
    return known->second.answer.addBranch();
  }
  auto answer = first()
                    .then([this, key](call_answer got) {
                      if (got.status == 429 || got.status >= 500) forget(key);
                      return got;
                    })
                    .fork();
  auto branch = answer.addBranch();
  // The answer is run to its end even when its first asker goes.
  auto& added =
      by_key_
          .insert_or_assign(
              key, kept{body, kj::mv(answer), std::chrono::steady_clock::now(),
                        ages_.insert(ages_.end(), key)})
          .first->second;
  added.answer.addBranch()
      .then([](const call_answer&) {})
      .detach([](kj::Exception&&) {});
  return branch;
}

void idempotency::forget(const std::string& key) {
  const auto known = by_key_.find(key);
  if (known == by_key_.end()) return;
  ages_.erase(known->second.age);
  by_key_.erase(known);
}

void idempotency::forget_old() {
  const auto now = std::chrono::steady_clock::now();
  while (!ages_.empty()) {
    const auto& oldest = by_key_.at(ages_.front());
    if (by_key_.size() < max_kept && now - oldest.since < kept_for) break;
    by_key_.erase(ages_.front());
    ages_.pop_front();
  }
}

}  // namespace oms::tools
