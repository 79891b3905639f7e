#pragma once

/// Tables in an LMDB environment of their own. Internal to
/// persistence/lmdb_*.cpp.
///
/// They are apart from the log, since an environment has one writer at a time:
/// so a large checkpoint and an append never wait for each other. Writes are
/// synced. Opening has no errors: a directory without usable tables is begun
/// anew or, if it is opened for reading only, shows empty tables; if the disk
/// refuses, they are empty too, and the next write tries again. For threads see
/// table_store.hpp. Format: docs/STORAGE.md, "Checkpoints".

#include <array>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>

#include "persistence/entry_checks.hpp"
#include "persistence/lmdb_database.hpp"
#include "persistence/table_store.hpp"

namespace oms::persistence {

class lmdb_table_store final : public table_store {
 public:
  /// Damaged rows are reported to `checks`, which outlives this.
  lmdb_table_store(std::filesystem::path directory, const lmdb_options& options,
                   entry_checks& checks);

  /// Removes the mark: the tables were closed in order, so the next process to
  /// open them need not doubt their pages.
  ~lmdb_table_store() override;

  /// To be called once before anything else.
  void open();

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

  /// As `log_store::check_in_place`, but for any thread.
  [[nodiscard]] status check_in_place() const;

  [[nodiscard]] const lmdb::database& data() const { return data_; }

 private:
  class held_view;

  status open_tables(MDB_txn* txn);
  /// Checks every row, since a row whose key is damaged would just not be
  /// found.
  [[nodiscard]] status check_rows(MDB_txn* txn) const;
  /// Whether every page and row is to be checked before LMDB trusts it. Small
  /// tables always are. Large ones are if the process that opened them last
  /// ended without having closed them or written a checkpoint: a bad page may
  /// have ended it, and would end this one too. Otherwise they are not, so that
  /// opening takes no longer with a longer history.
  [[nodiscard]] bool are_doubted(MDB_txn* txn) const;
  /// The file that says that they were opened and not yet closed or written.
  [[nodiscard]] std::filesystem::path mark() const;
  void remove_mark();
  status create_tables(MDB_txn* txn);
  status begin_anew();
  int make(MDB_txn* txn, std::span<const table_change> changes) const;

  [[nodiscard]] MDB_dbi handle_of(table in) const;
  template <class Use>
  status reading(Use use) const;
  [[nodiscard]] status find(MDB_txn* txn, table in,
                            std::span<const std::byte> key,
                            std::optional<codec::bytes>& value) const;
  status walk(table in, std::span<const std::byte> from, bool back,
              const row_visitor& visit) const;

  [[nodiscard]] error damaged_row(table in) const;

  bool read_only_;
  bool check_pages_;
  entry_checks& checks_;
  /// There was a mark when they were opened.
  bool marked_before_ = false;
  /// This store's own mark is there.
  bool marked_ = false;
  lmdb::database data_;
  MDB_dbi meta_ = 0;
  std::array<MDB_dbi, table_count> tables_{};
  /// They could not be opened so far, so readers and the writer take them for
  /// empty.
  std::atomic<bool> unseen_ = true;
  /// Held while the file is removed and made anew.
  mutable std::mutex replacing_;
  std::optional<lmdb::file_identity> folder_;
  /// The count of writes that this store knows of, and the one in the file that
  /// was opened last. They tell whether a commit that failed has arrived after
  /// all.
  std::uint64_t writes_ = 0;
  std::uint64_t stored_writes_ = 0;
};

}  // namespace oms::persistence
