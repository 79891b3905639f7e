#include "actors/history/log_position.hpp"

namespace oms::history {

// Made anew for each question: a reader keeps no transaction open, so a running
// engine may write the next checkpoint between two of them. Callers that need
// two answers of one checkpoint compare them.
persistence::checkpoint_reader checkpoints_of(
    const persistence::log_store& store) {
  return persistence::checkpoint_reader(store.tables());
}

sequence checkpoint_of(const persistence::log_store& store) {
  const auto head = checkpoints_of(store).head();
  if (!head || !*head) return 0;
  const auto upto = (*head)->head.upto;
  // A log may have been restored from a backup, or another one put beside these
  // tables. The chain's hash covers every event up to there, so one comparison
  // tells whether the tables are of this log.
  const auto hash = store.hash_at(upto);
  return hash && *hash == (*head)->hash ? upto : 0;
}

result<sequence> sequence_at(const persistence::log_store& store,
                             timestamp time) {
  const auto last = store.stats().last;
  // Is the log empty, or can't its head be read?
  if (last == 0)
    if (const auto any = store.read(1); !any) return any.failure();
  // Each step leaves the event asked for in [not_later, end], and reads one
  // event: a log of millions takes some twenty reads.
  sequence not_later = 0;
  sequence end = last;
  while (not_later < end) {
    // Rounded up: with `not_later` as the middle the last step would not end.
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
