#pragma once

/// What this process asks of the disk, written down.
///
/// The program has its own pwrite, writev, ftruncate, fdatasync and fsync,
/// which LMDB and the engine call in place of the C library's. They pass
/// everything on, and while a recorder lives they note it, so that a disk can
/// be rebuilt as a power cut may have left it. There may be one recorder at a
/// time; any thread may write, and operations are recorded in the order in
/// which they happen.
///
/// Files are known by their names, so none may be renamed or removed meanwhile.
/// What is written through a mapping is not seen (LMDB writes nothing so).

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

namespace oms::crash {

struct disk_operation {
  enum class kind : std::uint8_t { write, truncate, sync };

  kind what = kind::write;
  /// Relative to the recorder's directory. A directory's own name when it is
  /// synced, "." for the recorder's.
  std::string file;
  std::uint64_t offset = 0;
  std::string bytes;
  /// Of `truncate`.
  std::uint64_t length = 0;
  /// Written with O_DSYNC: on disk when it returns.
  bool is_synced = false;
};

/// A fault that a store is opened with on purpose. What it then loses must be
/// found, or the test would find nothing.
enum class planted_fault : std::uint8_t {
  none,
  /// MDB_NOSYNC: nothing is synced.
  no_sync,
  /// MDB_NOMETASYNC: the page that makes a commit count is not synced.
  no_meta_sync
};

class disk_recorder {
 public:
  /// Of files below `root`.
  disk_recorder(const std::filesystem::path& root, planted_fault fault);
  ~disk_recorder();
  disk_recorder(const disk_recorder&) = delete;
  disk_recorder& operator=(const disk_recorder&) = delete;

  /// How many have happened.
  [[nodiscard]] std::size_t count() const;
  [[nodiscard]] std::vector<disk_operation> operations() const;

  [[nodiscard]] planted_fault fault() const { return fault_; }
  /// For the functions that record: does `run` and notes `operation` about
  /// `file` if it succeeds. `file` is a descriptor.
  template <class Run>
  auto record(int file, disk_operation operation, Run run);

 private:
  [[nodiscard]] std::string name_of(int file) const;

  std::filesystem::path root_;
  planted_fault fault_;
  mutable std::mutex mutex_;
  std::vector<disk_operation> operations_;
};

}  // namespace oms::crash
