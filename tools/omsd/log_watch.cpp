#include "tools/omsd/log_watch.hpp"

namespace oms::omsd {

// Why no event is missed: the journal stores the number of its event and then
// looks whether it is awaited; a waiter says that it waits and then looks at
// the number. Whatever the interleaving, at least one of the two sees the
// other.

void log_watch::happened(sequence at) {
  last_.store(at);
  // The plain load comes first, because it is all that the journal pays for an
  // event that nothing waits for.
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
    // The second look, after saying that it waits: see above.
    if (last_.load() > seen) return kj::READY_NOW;
  }
  // All waiters share one promise. It may wake one whose event has not come
  // yet, so each looks again.
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
