#include "actors/history/log_position.hpp"

namespace oms::history {

persistence::checkpoint_reader checkpoints_of(
    const persistence::log_store& store) {
  return persistence::checkpoint_reader(store.tables());
}

sequence checkpoint_of(const persistence::log_store& store) {
  const auto head = checkpoints_of(store).head();
  if (!head || !*head) return 0;
  const auto upto = (*head)->head.upto;
  const auto hash = store.hash_at(upto);
  return hash && *hash == (*head)->hash ? upto : 0;
}

result<sequence> sequence_at(const persistence::log_store& store,
                             timestamp time) {
  const auto last = store.stats().last;
  // Is the log empty, or can't its head be read?
  if (last == 0)
    if (const auto any = store.read(1); !any) return any.failure();
  sequence not_later = 0;
  sequence end = last;
  while (not_later < end) {
    const auto middle = end - (end - not_later) / 2;
    const auto one = store.read(middle);
    if (!one) return one.failure();
    if (!*one) return last;
    if ((*one)->time <= time)
      not_later = middle;
    else
      end = middle - 1;
  }
  return not_later;
}

}  // namespace oms::history
