#pragma once

/// Tells the RPC loop that there are new events.
///
/// The journal reports every event, which costs it one store of a number; many
/// may wait for it in the event loop. The loop is woken once, however many
/// events come until something waits again. (Polling the store would be as
/// simple, but late by half the interval on average, and never at rest.)
///
/// `happened` may be called on any thread, `beyond` and `leave` on the loop's
/// only. The watch must outlive the engine, and the loop must `leave` before it
/// ends.

#include <kj/async.h>

#include <atomic>
#include <mutex>

#include "messages/ids.hpp"

namespace oms::omsd {

class log_watch {
 public:
  void happened(sequence at);

  /// Done when there is an event after `seen`.
  kj::Promise<void> beyond(sequence seen);

  /// To be called before the loop goes: nothing waits any longer.
  void leave();

 private:
  std::atomic<sequence> last_{0};
  std::atomic<bool> awaited_{false};
  std::mutex mutex_;
  /// Set while something waits.
  kj::Own<kj::CrossThreadPromiseFulfiller<void>> wakes_;
  kj::ForkedPromise<void> woken_ = nullptr;
  bool armed_ = false;
};

}  // namespace oms::omsd
