#include "tools/replay/grouped_store.hpp"

#include <utility>

namespace oms::replay {

grouped_store::grouped_store(persistence::log_store& below,
                             std::size_t group_events, refusal_listener refused)
    : below_(below),
      group_events_(group_events),
      refused_(std::move(refused)),
      stats_(below.stats()) {}

// The engine believes the events to be on disk when this returns. That is
// harmless here: no one acts on an answer, and if the process dies, the log
// ends with an earlier group and is consistent.
status grouped_store::append(std::span<const decision> batch) {
  // Before the batch is accepted, so that a refusal leaves nothing of it
  // behind.
  if (events_ >= group_events_)
    if (auto written = flush(); !written) return written;
  group_.insert(group_.end(), batch.begin(), batch.end());
  events_ += events_in(batch);
  // Only the sequence is up to date: entries and bytes are known when the group
  // is written.
  stats_.last += events_in(batch);
  return done{};
}

// As one entry. The group is given up only after it was written, so a full disk
// loses nothing.
status grouped_store::flush() const {
  if (group_.empty()) return done{};
  for (;;) {
    const auto written = below_.append(group_);
    if (written) break;
    if (!refused_ || !refused_(written.failure())) return written;
  }
  group_.clear();
  events_ = 0;
  stats_ = below_.stats();
  return done{};
}

// Writes the group first: what is read must be in the store below.
status grouped_store::scan(
    sequence from, const std::function<bool(const event&)>& visit) const {
  if (auto written = flush(); !written) return written;
  return below_.scan(from, visit);
}

result<std::optional<event>> grouped_store::read(sequence at) const {
  if (auto written = flush(); !written) return written.failure();
  return below_.read(at);
}

status grouped_store::walk_back(
    sequence head, const std::function<bool(const event&)>& visit) const {
  if (auto written = flush(); !written) return written;
  return below_.walk_back(head, visit);
}

result<std::optional<codec::digest>> grouped_store::hash_at(
    sequence last) const {
  if (auto written = flush(); !written) return written.failure();
  return below_.hash_at(last);
}

result<personal_data> grouped_store::personal(const order_key& order,
                                              std::uint64_t version) const {
  if (auto written = flush(); !written) return written.failure();
  return below_.personal(order, version);
}

result<bool> grouped_store::has_personal(const order_key& order) const {
  if (auto written = flush(); !written) return written.failure();
  return below_.has_personal(order);
}

status grouped_store::verify() const {
  if (auto written = flush(); !written) return written;
  return below_.verify();
}

persistence::store_stats grouped_store::stats() const { return stats_; }

// Not flushed: a checkpoint is about an entry of the log, and whoever writes
// one asks for the entry's hash first, which flushes.
persistence::table_store& grouped_store::tables() { return below_.tables(); }

const persistence::table_store& grouped_store::tables() const {
  return below_.tables();
}

status grouped_store::back_up(const std::filesystem::path& to) const {
  if (auto written = flush(); !written) return written;
  return below_.back_up(to);
}

}  // namespace oms::replay
