#include "actors/shard/shard_unit.hpp"

namespace oms {

bool shard_unit::run(std::size_t most) {
  // A simulation shuffles the orders between any two messages.
  constexpr std::size_t messages_at_once = 100;
  const std::size_t throughput = pick_ ? 1 : messages_at_once;
  for (std::size_t ran = 0; !orders_.empty(); ++ran) {
    if (ran == most || !pick_next(ran == 0)) return false;
    auto* order = orders_.front();
    orders_.pop_front();
    if (order->resume(this, throughput) == caf::resumable::resume_later) {
      orders_.push_back(order);
      continue;
    }
    done_.push_back(order);
    // The shard has a handle of it.
    caf::intrusive_ptr_release(order);
  }
  return true;
}

bool shard_unit::pick_next(bool is_first) {
  // Without a choice there is nothing to shuffle or to split.
  if (!pick_ || (is_first && orders_.size() == 1)) return true;
  const auto next = pick_(orders_.size());
  if (!next) return false;
  std::swap(orders_.front(), orders_[*next]);
  return true;
}

void shard_unit::drop() {
  for (auto* order : std::exchange(orders_, {}))
    caf::intrusive_ptr_release(order);
}

}  // namespace oms
