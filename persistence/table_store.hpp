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
  /// A row per order, by its number.
  orders,
  /// An order's number by its key.
  order_numbers,
  /// Orders by status, brand, customer, SKU and time.
  order_index,
  /// The orders that have a shipment, by its id and brand.
  shipments,
  /// Commands that were done, by the caller's id.
  commands,
  /// The same by time, for those that may be forgotten.
  command_times,
};
inline constexpr std::size_t table_count = 9;

struct table_change {
  table in = table::checkpoint;
  codec::bytes key;
  /// None: the row goes, if it is there.
  std::optional<codec::bytes> value;
};

/// For stores: `too_large` if a key is empty or over the limit.
[[nodiscard]] status check_keys(std::span<const table_change> changes);

class table_store {
 public:
  using row_visitor = std::function<bool(std::span<const std::byte> key,
                                         std::span<const std::byte> value)>;

  virtual ~table_store() = default;

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

  /// Empties every table, damaged ones too.
  virtual status clear() = 0;
};

}  // namespace oms::persistence
