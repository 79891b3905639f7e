#pragma once

/// The network as it was published last, for who can't wait for a message.
///
/// The network actor sets it ahead of the message to routers and queues, and
/// for the first time before any order is awake. Any thread may take it.

#include <memory>
#include <mutex>
#include <utility>

#include "actors/network.hpp"

namespace oms {

class current_network {
 public:
  void set(std::shared_ptr<const network> published) {
    const std::lock_guard guard(mutex_);
    network_.swap(published);
  }

  /// Never null.
  [[nodiscard]] std::shared_ptr<const network> get() const {
    const std::lock_guard guard(mutex_);
    return network_;
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const network> network_ = std::make_shared<const network>();
};

}  // namespace oms
