#include "tools/omsd/log_watch.hpp"

namespace oms::omsd {

// Either the journal sees that it is awaited, or who begins to wait sees the
// number that the journal has stored before: both look after they have said.

void log_watch::happened(sequence at) {
  last_.store(at);
  if (!awaited_.load() || !awaited_.exchange(false)) return;
  const std::lock_guard guard(mutex_);
  if (wakes_.get() != nullptr) wakes_->fulfill();
}

kj::Promise<void> log_watch::beyond(sequence seen) {
  if (last_.load() > seen) return kj::READY_NOW;
  if (!armed_) {
    auto pair = kj::newPromiseAndCrossThreadFulfiller<void>();
    {
      const std::lock_guard guard(mutex_);
      wakes_ = kj::mv(pair.fulfiller);
    }
    woken_ = pair.promise.then([this] { armed_ = false; }).fork();
    armed_ = true;
    awaited_.store(true);
    if (last_.load() > seen) return kj::READY_NOW;
  }
  return woken_.addBranch().then([this, seen] { return beyond(seen); });
}

void log_watch::leave() {
  awaited_.store(false);
  const std::lock_guard guard(mutex_);
  wakes_ = nullptr;
  woken_ = nullptr;
  armed_ = false;
}

}  // namespace oms::omsd
