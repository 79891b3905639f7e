#pragma once

/// A store that is only read, whole or damaged. It is opened beside the process
/// that writes it, and read past what is damaged: what is still readable is
/// read, and the rest is named.
///
/// Errors are those of opening, with what to do about them. A walk that takes
/// long shows on a terminal how far it is.

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "actors/history/history.hpp"
#include "messages/errors.hpp"
#include "messages/events.hpp"
#include "persistence/log_store.hpp"

namespace oms::store {

/// All pages are walked before anything is read, since LMDB would follow a
/// damaged one anywhere. That is an error of opening, also for `verify`:
/// opening alone reads from them.
[[nodiscard]] result<std::unique_ptr<persistence::log_store>> open_to_read(
    const std::string& directory);

/// Events that can't be read; `first` is 0 if it is not known which.
struct damaged_range {
  sequence first = 0;
  sequence last = 0;
  std::string why;
};

/// "events 4 to 9 can't be read: ...".
[[nodiscard]] std::string text_of(const damaged_range& range);

using event_visitor = std::function<bool(const event&)>;

/// Visits all readable events from `from` on, until `visit` returns false.
/// After a bad batch it goes on with the next. Returns what can't be read.
[[nodiscard]] std::vector<damaged_range> scan_readable(
    const persistence::log_store& store, sequence from,
    const event_visitor& visit);

/// The last event of a moment, see `history::sequence_at`; at most the last
/// event of the log.
[[nodiscard]] result<sequence> sequence_of(const persistence::log_store& store,
                                           const history::moment& at);

/// What to do about a store that can't be read because it is damaged.
inline constexpr const char* restore_advice =
    "Restore a backup (omsctl backup makes them; see \"When it fails\" in "
    "docs/STORAGE.md); `omsctl audit export` writes what can still be read.";

/// What is readable of one entity, up to a moment.
struct readable_timeline {
  std::vector<event> events;
  std::vector<damaged_range> damaged;

  /// The number of events before the first gap. The state is known after those,
  /// and not after later ones.
  [[nodiscard]] std::size_t before_gap() const;
};
[[nodiscard]] readable_timeline read_timeline(
    const persistence::log_store& store, const entity_ref& entity,
    sequence upto);

/// Shows how far a walk through the log is: on a terminal only, and only if it
/// takes longer than a moment.
class walk_progress {
 public:
  /// With a null `err` nothing is shown.
  walk_progress(std::FILE* err, const char* doing, sequence first,
                sequence last);
  ~walk_progress();
  walk_progress(const walk_progress&) = delete;
  walk_progress& operator=(const walk_progress&) = delete;

  void at(sequence reached);

 private:
  std::FILE* err_;
  const char* doing_;
  sequence first_;
  sequence last_;
  bool shown_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point next_;
};

}  // namespace oms::store
