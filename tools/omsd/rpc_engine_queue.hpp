#pragma once

/// The engine queue for calls that live on a KJ loop.
///
/// Turns its callbacks, which come on other threads, into promises of the loop
/// that asked. To be used on a KJ loop's thread.

#include <kj/async.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "tools/omsd/engine_queue.hpp"

namespace oms::omsd {

/// `fulfill` may be called once, on any thread.
template <class T>
struct kj_callback {
  kj::Promise<T> promise;
  std::function<void(T)> fulfill;
};
template <class T>
kj_callback<T> new_kj_callback() {
  auto pair = kj::newPromiseAndCrossThreadFulfiller<T>();
  auto to = std::make_shared<kj::Own<kj::CrossThreadPromiseFulfiller<T>>>(
      kj::mv(pair.fulfiller));
  return {kj::mv(pair.promise),
          [to](T value) { (*to)->fulfill(std::move(value)); }};
}

/// Runs `work` on a query thread; its value, or `overloaded`.
template <class T>
kj::Promise<result<T>> ask(engine_queue& to, const std::string& caller,
                           std::function<result<T>()> work) {
  auto got = new_kj_callback<result<T>>();
  if (auto taken = to.ask(caller, [work = std::move(work),
                                   give = got.fulfill] { give(work()); });
      !taken)
    return result<T>(taken.failure());
  return kj::mv(got.promise);
}

}  // namespace oms::omsd
