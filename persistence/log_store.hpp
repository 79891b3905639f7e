#pragma once

/// Where the log is kept: it appends batches of events durably and reads them
/// back.
///
/// There are two kinds: `open_lmdb_store` (persistence/lmdb_store.hpp) keeps
/// them on disk, `memory_store` keeps the same bytes in memory for simulations.
/// Whoever opens a store owns it, and it must outlive the engine that uses it.
/// One thread appends; any thread may read at any time and sees whole batches
/// only.
///
/// An append that fails with `storage_unavailable` (disk or map full) has
/// written nothing, and a later one may succeed, unless `check_in_place` fails.
/// Reading damage is `storage_unavailable` as well, with the place in its
/// message. Damage is never served: whatever reads an entry checks its hash
/// against the chain first, once per entry and store; a record of personal data
/// is checked each time. Records from before they had a checksum are not
/// checked.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "messages/codec/codec.hpp"
#include "messages/errors.hpp"
#include "messages/events.hpp"
#include "persistence/table_store.hpp"

namespace oms::persistence {

struct store_stats {
  sequence last = 0;
  std::uint64_t entries = 0;
  /// On disk (or in memory) as it is now.
  std::uint64_t bytes = 0;
  codec::digest head{};
};

class log_store {
 public:
  virtual ~log_store() = default;

  /// Appends what some decisions wrote, one after the other, in one
  /// transaction with full sync, all or nothing. The events are numbered
  /// consecutively from `stats().last + 1`. The personal data of placed and
  /// edited orders is stored beside the log, and all of orders with
  /// `personal_data_erased` is removed, in the same transaction.
  virtual status append(std::span<const decision> batch) = 0;
  status append(std::span<const event> events) {
    return append(decisions_of(events));
  }

  /// Visits events from `from` on, in order, until `visit` returns false.
  virtual status scan(sequence from,
                      const std::function<bool(const event&)>& visit) const = 0;

  /// One event; none if no event has this sequence.
  [[nodiscard]] virtual result<std::optional<event>> read(
      sequence at) const = 0;

  /// Visits the timeline of an entity, newest first, from its event `head` back
  /// to its first one, until `visit` returns false. `visit` may use the store.
  /// A `head` of 0 has no timeline; `not_found` if there is no event `head`.
  virtual status walk_back(
      sequence head, const std::function<bool(const event&)>& visit) const = 0;

  /// The hash of the entry whose last event is `last`, as the chain has it;
  /// none if no entry ends there. A checkpoint is bound to its log by it.
  [[nodiscard]] virtual result<std::optional<codec::digest>> hash_at(
      sequence last) const = 0;

  /// Empty if none was given or it was erased. `version` is that of the edit
  /// that wrote it, 0 for what the order was placed with; the order's state
  /// tells it, and whether a record must be there.
  [[nodiscard]] virtual result<personal_data> personal(
      const order_key& order, std::uint64_t version) const = 0;
  [[nodiscard]] result<personal_data> personal(const order_key& order) const {
    return personal(order, 0);
  }
  /// Whether there is a record of the order, of any version.
  [[nodiscard]] virtual result<bool> has_personal(
      const order_key& order) const = 0;

  /// Walks the hash chain, then the records of personal data; the error names
  /// the first bad batch or record. Entries that were checked before are
  /// checked again.
  [[nodiscard]] virtual status verify() const = 0;

  using damage_listener = std::function<void(const error&)>;
  /// Calls `listener` once for each damaged entry or record, when a reader
  /// finds it, on the reader's thread; `listener` must not use the store. An
  /// empty one ends this: when the call returns, the old one is not running.
  virtual void on_damage(damage_listener listener) = 0;
  /// For damage that only its reader can see, such as a record that is missing.
  /// `place` names it; each place is reported once.
  virtual void report_damage(const std::string& place,
                             const error& why) const = 0;

  [[nodiscard]] virtual store_stats stats() const = 0;

  /// Fails once the files at the store's path are no longer the ones that it
  /// was opened with: they were deleted or replaced, or another process has
  /// written to them. Whoever appends must then stop for good. To be called by
  /// the appending thread.
  [[nodiscard]] virtual status check_in_place() const { return done{}; }

  /// What is derived from the log and kept beside it.
  [[nodiscard]] virtual table_store& tables() = 0;
  [[nodiscard]] virtual const table_store& tables() const = 0;

  /// Copies everything, as it is at one moment, to a directory that does not
  /// exist or is empty; the store can be read and written meanwhile. When this
  /// returns, the copy is on disk. `conflict` if there is something in the
  /// directory; `invalid` for a store that is not on disk.
  virtual status back_up(const std::filesystem::path& to) const = 0;
};

}  // namespace oms::persistence
