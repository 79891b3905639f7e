#pragma once

/// What is derived from the log: tables of bytes beside it, for checkpoints and
/// indexes.
///
/// Everything in here can be made again from the log, so tables that are
/// damaged or of another format are thrown away, and are never an error of the
/// log. The log store owns its tables. One thread writes; any thread may read
/// at any time and sees whole writes only. A write that fails with
/// `storage_unavailable` has changed nothing; reading damage fails with the
/// same code. A key has 1 to `max_table_key_bytes` bytes.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "messages/codec/codec.hpp"
#include "messages/errors.hpp"

namespace oms::persistence {

/// LMDB's keys have at most 511 bytes.
inline constexpr std::size_t max_table_key_bytes = 500;

/// docs/STORAGE.md has their keys and values.
enum class table : std::uint8_t {
  /// The head of the newest checkpoint.
  checkpoint,
  /// Where the timelines of all but orders end.
  heads,
  /// Whole states of sources, old ones too.
  snapshots,
  /// Orders: a run of rows per checkpoint or, once merged, of several.
  runs,
  /// The orders that have a shipment, by its id and brand.
  shipments,
  /// Commands that were done, by the caller's id.
  commands,
  /// The same by time, for those that may be forgotten.
  command_times,
};
inline constexpr std::size_t table_count = 7;

struct table_change {
  table in = table::checkpoint;
  codec::bytes key;
  /// None: the row goes, if it is there.
  std::optional<codec::bytes> value;
};

/// For stores: `too_large` if a key is empty or over the limit.
[[nodiscard]] status check_keys(std::span<const table_change> changes);

using row_visitor = std::function<bool(std::span<const std::byte> key,
                                       std::span<const std::byte> value)>;

/// When and where rows are seen. Each write makes another moment.
struct table_moment {
  /// Another one when the tables were opened or begun anew.
  std::uint64_t file = 0;
  /// Another one when rows may have moved in memory.
  std::uint64_t map = 0;
  std::uint64_t write = 0;

  friend bool operator==(const table_moment&, const table_moment&) = default;
};

/// Rows of one moment, for large ones, which are read where they are. Good
/// until the function returns that was called with it.
class table_view {
 public:
  virtual ~table_view() = default;

  [[nodiscard]] virtual const table_moment& moment() const = 0;
  /// Visits all rows in the order of their keys. Compares no checksum. What
  /// `visit` is given is good as long as the view.
  virtual status scan(table in, const row_visitor& visit) const = 0;
  /// Compares the checksum of such a row; that may take long.
  [[nodiscard]] virtual status check(
      table in, std::span<const std::byte> key,
      std::span<const std::byte> value) const = 0;
};

class run_cache;

class table_store {
 public:
  using row_visitor = persistence::row_visitor;
  using view_user = std::function<status(const table_view&)>;

  table_store();
  virtual ~table_store();
  table_store(const table_store&) = delete;
  table_store& operator=(const table_store&) = delete;

  /// Makes all changes, in their order, in one transaction with full sync, or
  /// none. Many changes are made faster if they are sorted by table and key.
  virtual status write(std::span<const table_change> changes) = 0;

  [[nodiscard]] virtual result<std::optional<codec::bytes>> get(
      table in, std::span<const std::byte> key) const = 0;

  /// Many at once, all of one moment, in the order of `keys`.
  [[nodiscard]] virtual result<std::vector<std::optional<codec::bytes>>>
  get_all(table in, std::span<const codec::bytes> keys) const = 0;

  /// Visits rows in the order of their keys, from the first one at `from` or
  /// after it, until `visit` returns false. `visit` must not use the store: it
  /// runs inside of a read transaction, or under a lock.
  virtual status scan(table in, std::span<const std::byte> from,
                      const row_visitor& visit) const = 0;

  /// The same backwards, from the last row at `from` or before it.
  virtual status scan_back(table in, std::span<const std::byte> from,
                           const row_visitor& visit) const = 0;

  /// Calls `use` with a view, and returns what it returns; calls nothing where
  /// there are no tables yet. `use` must not use the store otherwise.
  virtual status view(const view_user& use) const = 0;

  /// Empties every table, damaged ones too.
  virtual status clear() = 0;

  /// What readers of the checkpoint know of the runs.
  [[nodiscard]] run_cache& known_runs() const { return *known_runs_; }

 private:
  std::unique_ptr<run_cache> known_runs_;
};

}  // namespace oms::persistence
