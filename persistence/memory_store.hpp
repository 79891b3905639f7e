#pragma once

/// The log in memory, for simulations.
///
/// It keeps the very bytes that `open_lmdb_store` would write, so that a
/// simulation goes through the codec and the hash chain too. What was appended
/// survives a simulated crash of the engine, because the engine does not own
/// the store. Memory grows with the log. For threads and errors see
/// log_store.hpp.

#include <cstddef>
#include <functional>
#include <map>
#include <shared_mutex>
#include <string>
#include <vector>

#include "persistence/entry_checks.hpp"
#include "persistence/hash_chain.hpp"
#include "persistence/log_store.hpp"
#include "persistence/memory_tables.hpp"

namespace oms::persistence {

class memory_store final : public log_store {
 public:
  using log_store::append;
  using log_store::personal;
  status append(std::span<const decision> batch) override;
  status scan(sequence from,
              const std::function<bool(const event&)>& visit) const override;
  [[nodiscard]] result<std::optional<event>> read(sequence at) const override;
  status walk_back(
      sequence head,
      const std::function<bool(const event&)>& visit) const override;
  [[nodiscard]] result<std::optional<codec::digest>> hash_at(
      sequence last) const override;
  [[nodiscard]] result<personal_data> personal(
      const order_key& order, std::uint64_t version) const override;
  [[nodiscard]] result<bool> has_personal(
      const order_key& order) const override;
  [[nodiscard]] status verify() const override;
  [[nodiscard]] store_stats stats() const override;
  [[nodiscard]] memory_table_store& tables() override { return tables_; }
  [[nodiscard]] const memory_table_store& tables() const override {
    return tables_;
  }
  status back_up(const std::filesystem::path& to) const override;
  void on_damage(damage_listener listener) override;
  void report_damage(const std::string& place, const error& why) const override;

  /// The next `n` appends fail with `storage_unavailable` and write nothing,
  /// as on a full disk.
  void fail_next_appends(std::size_t n);

  /// Changes the bytes of the entry that starts at `first`, or of the record
  /// with this entity key, as damage on a disk would. False: there is none.
  bool damage(sequence first, const std::function<void(codec::bytes&)>& how);
  bool damage(const std::string& key,
              const std::function<void(codec::bytes&)>& how);

 private:
  using entries = std::map<sequence, codec::bytes>;
  /// Checks an entry against the chain, unless that was done before.
  status check(entries::const_iterator one) const;
  void erase_personal(const std::string& order);

  mutable std::shared_mutex mutex_;
  /// Sealed entries under their first sequence; never changed but by `damage`.
  entries log_;
  std::map<std::string, codec::bytes> personal_;
  chain_head head_;
  std::uint64_t bytes_ = 0;
  std::size_t failures_due_ = 0;
  memory_table_store tables_;
  mutable entry_checks checks_;
};

}  // namespace oms::persistence
