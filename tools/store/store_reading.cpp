#include "tools/store/store_reading.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>

#include "actors/history/log_position.hpp"
#include "messages/limits.hpp"
#include "persistence/lmdb_store.hpp"
#include "tools/text/console.hpp"

namespace oms::store {

namespace {

// Most walks are over by then and print nothing.
constexpr auto quiet_time = std::chrono::milliseconds(500);
constexpr auto redraw_interval = std::chrono::milliseconds(200);
// So many events go by between two looks at the clock, which would cost more
// than a small event.
constexpr sequence look_interval = 1'024;

// Where the next batch begins that may be readable, after `bad`, which is the
// first event of one that is not; 0: there is none. The bad batch has at most
// `max_entry_events` events, so its end is not farther away.
sequence next_batch(const persistence::log_store& store, sequence bad) {
  const auto last = store.stats().last;
  const auto end = std::min<sequence>(last, bad + limits::max_entry_events);
  bool lost = false;
  for (sequence at = bad; at <= end; ++at) {
    const auto ends_here = store.hash_at(at);
    if (!ends_here) {
      // Not even the hash of the entry is readable. The first event for which
      // it is readable again begins the next entry.
      lost = true;
      continue;
    }
    if (lost) return at;
    if (*ends_here) return at < last ? at + 1 : 0;
  }
  return 0;
}

}  // namespace

result<std::unique_ptr<persistence::log_store>> open_to_read(
    const std::string& directory) {
  std::error_code unknown;
  // LMDB's own message would not say what --store should be.
  if (!std::filesystem::exists(directory, unknown))
    return error{error_code::not_found,
                 directory + ": there is no such folder; --store takes the " +
                     "folder that contains data.mdb",
                 {}};
  auto opened = persistence::open_lmdb_store(
      directory, {.read_only = true, .check_pages = true});
  if (opened) return opened;
  auto why = opened.failure();
  if (why.code == error_code::not_found)
    why.message += "; --store takes the folder that contains data.mdb";
  return why;
}

std::string text_of(const damaged_range& range) {
  if (range.first == 0) return range.why;
  if (range.first == range.last)
    return fmt::format("event {} can't be read: {}", range.first, range.why);
  return fmt::format("events {} to {} can't be read: {}", range.first,
                     range.last, range.why);
}

std::vector<damaged_range> scan_readable(const persistence::log_store& store,
                                         sequence from,
                                         const event_visitor& visit) {
  std::vector<damaged_range> damaged;
  auto next = std::max<sequence>(from, 1);
  bool stopped = false;
  while (true) {
    const auto read = store.scan(next, [&](const event& e) {
      next = e.at + 1;
      stopped = !visit(e);
      return !stopped;
    });
    // `scan` fails at the first bad batch and has visited everything before it;
    // `next` says how far that was.
    if (read || stopped) return damaged;
    const auto last = store.stats().last;
    // All events were read, but the chain ends otherwise than its head says.
    const auto begins = next > last ? 0 : next_batch(store, next);
    damaged.push_back({std::min(next, last), begins == 0 ? last : begins - 1,
                       read.failure().message});
    if (begins == 0) return damaged;
    next = begins;
  }
}

result<sequence> sequence_of(const persistence::log_store& store,
                             const history::moment& at) {
  const auto last = store.stats().last;
  if (const auto* given = std::get_if<sequence>(&at))
    // A sequence beyond the end is the present, as a time in the future is.
    return std::min(*given, last);
  return history::sequence_at(store, std::get<timestamp>(at));
}

std::size_t readable_timeline::before_gap() const {
  std::size_t count = 0;
  // Versions count an entity's events from 1, so a missing one shows.
  while (count < events.size() && events[count].version == count + 1) ++count;
  return count;
}

readable_timeline read_timeline(const persistence::log_store& store,
                                const entity_ref& entity, sequence upto) {
  readable_timeline found;
  auto events = history::timeline_of(store, entity, upto);
  if (events) {
    found.events = std::move(*events);
    return found;
  }
  // No such entity, and no damage that could hide it.
  if (!events && events.failure().code == error_code::not_found) return found;
  // The entity's own timeline is linked backward, and the link is broken by the
  // damage. Reading the whole log finds its events on both sides of the gap.
  found.damaged = scan_readable(store, 1, [&](const event& e) {
    if (e.at > upto) return false;
    if (e.entity == entity) found.events.push_back(e);
    return true;
  });
  // The log reads well, so the damage is in what leads to the timeline. It is
  // named all the same, since the store needs attention.
  if (found.damaged.empty() && !events)
    found.damaged.push_back({0, 0, events.failure().message});
  return found;
}

walk_progress::walk_progress(std::FILE* err, const char* doing, sequence first,
                             sequence last)
    : err_(err),
      doing_(doing),
      first_(first),
      last_(last),
      shown_(err != nullptr && text::is_terminal(err)),
      next_(std::chrono::steady_clock::now() + quiet_time) {}

walk_progress::~walk_progress() {
  if (!drawn_) return;
  // Leaves an empty line for whatever is printed next.
  fmt::print(err_, "\r\x1b[K");
  std::fflush(err_);
}

void walk_progress::at(sequence reached) {
  if (!shown_ || reached % look_interval != 0 || reached < first_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_) return;
  next_ = now + redraw_interval;
  drawn_ = true;
  const auto all = std::max<sequence>(1, last_ - first_);
  const auto percent = std::min<sequence>(100, 100 * (reached - first_) / all);
  fmt::print(err_, "\r{} {:>3} %\x1b[K", doing_, percent);
  std::fflush(err_);
}

}  // namespace oms::store
