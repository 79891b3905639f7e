#pragma once

/// The log in LMDB: `log_store` on disk, as lmdb_store.hpp promises it.
/// Internal to persistence/lmdb_*.cpp.
///
/// Opening and writing are in lmdb_log.cpp, reading in lmdb_log_reading.cpp.
/// For owner, threads and errors see log_store.hpp. Format: docs/STORAGE.md.

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "persistence/entry_checks.hpp"
#include "persistence/hash_chain.hpp"
#include "persistence/lmdb_database.hpp"
#include "persistence/lmdb_tables.hpp"
#include "persistence/log_store.hpp"
#include "persistence/personal_records.hpp"

namespace oms::persistence {

class lmdb_log final : public log_store {
 public:
  lmdb_log(const std::filesystem::path& directory, const lmdb_options& options,
           lmdb::writer_lock lock)
      : read_only_(options.read_only),
        check_pages_(options.check_pages),
        lock_(std::move(lock)),
        data_(directory, options,
              [this](MDB_txn* txn) { return open_tables(txn); }),
        tables_(directory / "checkpoint", options, checks_) {}

  /// To be called once before anything else.
  status open();

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
  [[nodiscard]] status check_in_place() const override;
  [[nodiscard]] table_store& tables() override { return tables_; }
  [[nodiscard]] const table_store& tables() const override { return tables_; }
  status back_up(const std::filesystem::path& to) const override;
  void on_damage(damage_listener listener) override {
    checks_.listen(std::move(listener));
  }
  void report_damage(const std::string& place,
                     const error& why) const override {
    checks_.report(place, why);
  }

 private:
  [[nodiscard]] std::string place() const { return data_.place(); }
  /// The folder, the lock and both data files are those that were opened.
  [[nodiscard]] status check_files() const;
  /// The error when the end of the log on disk is not the one that this store
  /// has written.
  [[nodiscard]] error another_log() const;

  status open_tables(MDB_txn* txn);
  [[nodiscard]] status check_pages(MDB_txn* txn) const;
  status create_tables(MDB_txn* txn);
  status check_format(MDB_txn* txn) const;

  int put(MDB_txn* txn, std::span<const std::byte> sealed,
          const chain_head& after,
          std::span<const personal_change> changes) const;
  int erase_personal(MDB_txn* txn, const std::string& order) const;

  /// Calls `use` with a read transaction.
  template <class Use>
  status reading(Use use) const;
  [[nodiscard]] result<chain_head> head_of(MDB_txn* txn) const;
  /// Reports damage that no hash shows: it came after the check, or is in
  /// LMDB's pages.
  [[nodiscard]] error damage(error why) const;
  /// Why LMDB could not read something that must be there.
  [[nodiscard]] error unreadable(int code, const char* doing) const;
  /// Sets `cursor` to the entry that contains `at`; if the log should have
  /// ended before it, at `last`, to whatever comes after.
  int find(MDB_cursor* cursor, sequence at, sequence last, MDB_val& key,
           MDB_val& data) const;
  /// Checks the entry at `cursor` against the chain, unless that was done
  /// before. The cursor is at the same entry afterwards.
  status check(MDB_cursor* cursor, const MDB_val& key, const MDB_val& data,
               const chain_head& head) const;
  /// Lets `walk` follow a chunk of entries from the one that contains `from`
  /// on, and hands their bytes to `take`. Returns whether the log ends there.
  /// `anew`: entries that were checked before are checked again.
  template <class Take>
  result<bool> follow(chain_walk& walk, sequence from, bool anew,
                      Take take) const;
  /// The event `at`, which is not beyond the end of the log.
  result<event> event_at(MDB_cursor* cursor, sequence at,
                         const chain_head& head) const;
  [[nodiscard]] status verify_personal() const;

  bool read_only_;
  bool check_pages_;
  lmdb::writer_lock lock_;
  mutable entry_checks checks_;
  lmdb::database data_;
  lmdb_table_store tables_;
  MDB_dbi meta_ = 0;
  MDB_dbi log_ = 0;
  MDB_dbi personal_ = 0;
  /// The head in the file that was opened last: set by opening, for the
  /// appending thread.
  chain_head stored_head_;
  /// The head after the last append that was reported as written. It is
  /// compared with the one on disk, for another process may have written.
  chain_head head_;
  std::optional<lmdb::file_identity> folder_;
  /// Why it takes no appends any more; never unset.
  std::optional<error> lost_;
};

}  // namespace oms::persistence
