#pragma once

/// Tables in memory, for simulations: what was written survives a simulated
/// crash of the engine.
///
/// `memory_store` owns them. Memory grows with the rows. For threads, errors
/// and limits see table_store.hpp.

#include <array>
#include <cstddef>
#include <map>
#include <shared_mutex>

#include "persistence/table_store.hpp"

namespace oms::persistence {

class memory_table_store final : public table_store {
 public:
  status write(std::span<const table_change> changes) override;
  [[nodiscard]] result<std::optional<codec::bytes>> get(
      table in, std::span<const std::byte> key) const override;
  [[nodiscard]] result<std::vector<std::optional<codec::bytes>>> get_all(
      table in, std::span<const codec::bytes> keys) const override;
  status scan(table in, std::span<const std::byte> from,
              const row_visitor& visit) const override;
  status scan_back(table in, std::span<const std::byte> from,
                   const row_visitor& visit) const override;
  status view(const view_user& use) const override;
  status clear() override;

  /// The next `n` writes fail with `storage_unavailable` and change nothing,
  /// as on a full disk.
  void fail_next_writes(std::size_t n);

 private:
  /// Sorted by the bytes of their keys, as in LMDB.
  using row_map = std::map<codec::bytes, codec::bytes>;
  class held_view;

  [[nodiscard]] const row_map& rows_of(table in) const;
  [[nodiscard]] std::optional<codec::bytes> find(
      table in, std::span<const std::byte> key) const;
  status refusal_due();

  mutable std::shared_mutex mutex_;
  std::array<row_map, table_count> tables_;
  table_moment moment_;
  std::size_t failures_due_ = 0;
};

}  // namespace oms::persistence
