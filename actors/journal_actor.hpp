#pragma once

/// The journal: the only writer of the log.
///
/// It gathers what entities send, commits it in one transaction, and only then
/// lets the answers leave. While a commit runs, the next one gathers. In a real
/// engine it has a thread of its own; what others need to know of it is in the
/// context, so that they need not wait for that thread.
///
/// While the store refuses to write, answers wait, reads of what waits are
/// refused, and the engine takes no new commands. The journal tries again every
/// `retry_interval_ms`, and when it succeeds it raises `storage.refused`. It
/// raises the same alert for others that the store fails (`storage_trouble`).
/// When the store's files are replaced or removed, the journal stops writing:
/// it refuses what waits and all that comes later.

#include <chrono>
#include <deque>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <caf/all.hpp>

#include "actors/caf_types.hpp"
#include "actors/engine/context.hpp"
#include "actors/engine/recording.hpp"
#include "actors/history/recovery.hpp"
#include "persistence/log_store.hpp"

namespace oms {

class journal_actor : public caf::event_based_actor {
 public:
  static constexpr int retry_interval_ms = 100;
  /// Events after which a commit is closed; the rest goes into the next. Many
  /// enough that the price of a sync per event is small, few enough that what
  /// is encoded stays in the processor's cache.
  static constexpr std::size_t max_events_per_commit = 8'000;

  journal_actor(caf::actor_config& config, engine_context& context,
                persistence::log_store& store,
                std::function<void(const event&)> observer,
                std::function<void(const std::string&)> storage_changed,
                history::recovered_storage storage, bool owns_thread);

  caf::behavior make_behavior() override;
  const char* name() const override { return "journal"; }

 private:
  void gather(journal_batch& batch);
  void flush();
  void try_again_later();
  /// Looks whether the store is still there, when nothing is to be written.
  void look_at_store();
  /// The store is not the one that was opened: nothing more is written.
  void lose(const error& why);
  /// Answers commands with one error, and reads with the other.
  static void refuse(journal_batch& batch, const error& command,
                     const error& read);
  /// Reads of what waits here don't wait with it.
  void refuse_reads(const error& why);
  void publish();
  /// Numbers the events of the next commit.
  void take_next();
  /// Commits and answers; false while the store refuses.
  bool commit();
  status append();
  /// Batches, by their place in `unwritten_`.
  status append(std::size_t from, std::size_t to);
  void show(decision& written);
  void count(const event_body& numbered);
  void show_counts();
  /// What the trail says of the engine's storage: `storage.refused`.
  /// `is_over`: with the end of the alert.
  journal_batch alert_of(std::string reason, bool is_over = false);

  engine_context& context_;
  persistence::log_store& store_;
  std::function<void(const event&)> observer_;
  std::function<void(const std::string&)> storage_changed_;
  bool owns_thread_;

  std::deque<journal_batch> gathered_;
  /// One commit, numbered, kept until it is written.
  std::vector<journal_batch> unwritten_;
  /// What they decided, and how many decisions there are up to each.
  std::vector<decision> decisions_;
  std::vector<std::size_t> ends_;
  /// By how many orders that changes the count of each status, modulo 2^64.
  status_counts counted_{};
  /// What the observer is shown.
  event shown_;
  bool flushing_ = false;
  /// What the store said when it refused; empty while it writes.
  std::string refusal_;
  /// The engine's own timeline about its storage.
  recording storage_log_;
};

}  // namespace oms
