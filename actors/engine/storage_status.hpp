#pragma once

/// Whether the store takes writes, for all that do not write themselves.
///
/// The journal says here what it knows, so that its thread, which may be
/// waiting for the disk, is not asked. Only the journal sets it. Any thread may
/// read it and never waits for the disk.

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <utility>

namespace oms {

class storage_status {
 public:
  /// The store writes.
  [[nodiscard]] bool ok() const { return state_.load() == state::writes; }
  /// It was deleted or replaced: it is never written again.
  [[nodiscard]] bool is_lost() const { return state_.load() == state::lost; }
  /// Why it doesn't write; empty while it does.
  [[nodiscard]] std::string problem() const {
    const std::lock_guard guard(mutex_);
    return problem_;
  }

  void set_writes() { set(state::writes, {}); }
  void set_refuses(std::string why) { set(state::refuses, std::move(why)); }
  void set_lost(std::string why) { set(state::lost, std::move(why)); }

 private:
  enum class state : std::uint8_t { writes, refuses, lost };

  void set(state next, std::string why) {
    const std::lock_guard guard(mutex_);
    problem_ = std::move(why);
    state_ = next;
  }

  std::atomic<state> state_{state::writes};
  mutable std::mutex mutex_;
  std::string problem_;
};

/// Whether the journal is at the disk right now, and how many batches it has
/// yet to write. The journal writes; any thread reads.
struct journal_activity {
  std::atomic<bool> at_disk{false};
  std::atomic<std::size_t> unwritten{0};
};

}  // namespace oms
