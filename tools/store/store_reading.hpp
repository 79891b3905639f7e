#pragma once

/// A store that is only looked at, whole or damaged.
///
/// Purpose: opens a store beside whoever writes it, and reads past what is
/// damaged: what can still be read is read, and the rest is named. Owner: the
/// command. Threads: one. Errors: those of opening, with what to do about
/// them. A walk that takes long says on a terminal how far it is.

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

/// LMDB would follow a damaged page anywhere: all are walked first. Without
/// that, only `verify` is safe to call, which walks them itself.
enum class pages : std::uint8_t { checked, unchecked };

[[nodiscard]] result<std::unique_ptr<persistence::log_store>> open_to_read(
    const std::string& directory, pages first = pages::checked);

/// Events that can't be read; `first` is 0 where nobody knows which.
struct damaged_range {
  sequence first = 0;
  sequence last = 0;
  std::string why;
};

/// "events 4 to 9 can't be read: ...".
[[nodiscard]] std::string text_of(const damaged_range& range);

using event_visitor = std::function<bool(const event&)>;

/// Visits all events from `from` on that can be read, until `visit` returns
/// false; tells which can't. Behind a bad batch it goes on with the next.
[[nodiscard]] std::vector<damaged_range> scan_readable(
    const persistence::log_store& store, sequence from,
    const event_visitor& visit);

/// The last event of a moment: see `sequence_at`.
[[nodiscard]] result<sequence> sequence_of(const persistence::log_store& store,
                                           const history::moment& at);

/// What to do about a store that can't be read because it is damaged.
inline constexpr const char* restore_advice =
    "Restore a backup (omsctl backup makes them; see \"When it fails\" in "
    "docs/STORAGE.md); `omsctl audit export` writes what can still be read.";

/// What can be read of one entity, up to a moment.
struct readable_timeline {
  std::vector<event> events;
  std::vector<damaged_range> damaged;

  /// How many events there are before the first gap: the state is known
  /// after those.
  [[nodiscard]] std::size_t before_gap() const;
};
[[nodiscard]] readable_timeline read_timeline(
    const persistence::log_store& store, const entity_ref& entity,
    sequence upto);

/// How far a walk through the log is: on a terminal only, and only when it
/// takes longer than a moment.
class walk_progress {
 public:
  /// Without `err` nothing is shown.
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
