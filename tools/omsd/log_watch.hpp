#pragma once

/// The word that there are new events.
///
/// Purpose: brings the journal's word into the event loop, where many may wait
/// for it. The journal says it for every event, and pays for one store of a
/// number; the loop is woken once, however much comes until somebody waits
/// again. (Asking the store from time to time would be as simple, but late by
/// half the time between, and never at rest.) Owner: the server's main; it
/// outlives the engine; the loop leaves it before. Threads: `happened` on any,
/// `beyond` on the loop's.

#include <kj/async.h>

#include <atomic>
#include <mutex>

#include "messages/ids.hpp"

namespace oms::omsd {

class log_watch {
 public:
  void happened(sequence at);

  /// Done when there is an event behind `seen`.
  kj::Promise<void> beyond(sequence seen);

  /// Before the loop goes: nobody waits any more.
  void leave();

 private:
  std::atomic<sequence> last_{0};
  std::atomic<bool> awaited_{false};
  std::mutex mutex_;
  /// Set while somebody waits.
  kj::Own<kj::CrossThreadPromiseFulfiller<void>> wakes_;
  kj::ForkedPromise<void> woken_ = nullptr;
  bool armed_ = false;
};

}  // namespace oms::omsd
