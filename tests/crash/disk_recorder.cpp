#include "tests/crash/disk_recorder.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <lmdb.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <utility>

namespace oms::crash {

namespace {

std::atomic<disk_recorder*> recording{nullptr};

// The function that this program has in front of its own: that of the library
// that comes next.
template <class Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

// Calls `run`; noted while a recorder lives.
template <class Run>
auto recorded(int file, disk_operation operation, Run run) {
  auto* to = recording.load();
  return to == nullptr ? run() : to->record(file, std::move(operation), run);
}

disk_operation write_of(const void* bytes, std::size_t size, off_t offset) {
  return {.what = disk_operation::kind::write,
          .file = {},
          .offset = static_cast<std::uint64_t>(offset),
          .bytes = std::string(static_cast<const char*>(bytes), size)};
}

}  // namespace

disk_recorder::disk_recorder(const std::filesystem::path& root,
                             planted_fault fault)
    : root_(std::filesystem::canonical(root)), fault_(fault) {
  recording = this;
}

disk_recorder::~disk_recorder() { recording = nullptr; }

std::size_t disk_recorder::count() const {
  const std::lock_guard guard(mutex_);
  return operations_.size();
}

std::vector<disk_operation> disk_recorder::operations() const {
  const std::lock_guard guard(mutex_);
  return operations_;
}

// Asked of the kernel for each operation, since descriptors are used again and
// LMDB opens its file twice (one of the two syncs each write).
std::string disk_recorder::name_of(int file) const {
  std::array<char, 4'096> path{};
  const auto link = "/proc/self/fd/" + std::to_string(file);
  const auto size = ::readlink(link.c_str(), path.data(), path.size());
  if (size <= 0) return {};
  const std::string found(path.data(), static_cast<std::size_t>(size));
  const auto& root = root_.native();
  if (found == root) return ".";
  if (!found.starts_with(root + "/")) return {};
  return found.substr(root.size() + 1);
}

template <class Run>
auto disk_recorder::record(int file, disk_operation operation, Run run) {
  operation.file = name_of(file);
  if (operation.file.empty()) return run();
  operation.is_synced = operation.what == disk_operation::kind::write &&
                        (::fcntl(file, F_GETFL) & O_DSYNC) != 0;
  // Held over both, so that the recorded order is the real one.
  const std::lock_guard guard(mutex_);
  const auto outcome = run();
  if (outcome >= 0) {
    if (operation.what == disk_operation::kind::write)
      operation.bytes.resize(static_cast<std::size_t>(outcome));
    operations_.push_back(std::move(operation));
  }
  return outcome;
}

}  // namespace oms::crash

// These are found before those of the C library and of LMDB, since the program
// itself comes first when a symbol is looked up.

using oms::crash::disk_operation;

extern "C" {

ssize_t pwrite(int file, const void* bytes, size_t size, off_t offset) {
  static auto* const next = oms::crash::real<decltype(pwrite)>("pwrite");
  return oms::crash::recorded(file, oms::crash::write_of(bytes, size, offset),
                              [&] { return next(file, bytes, size, offset); });
}

ssize_t writev(int file, const iovec* parts, int count) {
  static auto* const next = oms::crash::real<decltype(writev)>("writev");
  // Of a file only; a pipe has no place, and is not recorded.
  const auto offset = ::lseek(file, 0, SEEK_CUR);
  if (offset < 0) return next(file, parts, count);
  auto operation = oms::crash::write_of("", 0, offset);
  for (int i = 0; i < count; ++i)
    operation.bytes.append(static_cast<const char*>(parts[i].iov_base),
                           parts[i].iov_len);
  return oms::crash::recorded(file, std::move(operation),
                              [&] { return next(file, parts, count); });
}

int ftruncate(int file, off_t length) noexcept {
  static auto* const next = oms::crash::real<int(int, off_t)>("ftruncate");
  return oms::crash::recorded(file,
                              {.what = disk_operation::kind::truncate,
                               .file = {},
                               .bytes = {},
                               .length = static_cast<std::uint64_t>(length)},
                              [&] { return next(file, length); });
}

int fdatasync(int file) {
  static auto* const next = oms::crash::real<decltype(fdatasync)>("fdatasync");
  return oms::crash::recorded(
      file, {.what = disk_operation::kind::sync, .file = {}, .bytes = {}},
      [&] { return next(file); });
}

int fsync(int file) {
  static auto* const next = oms::crash::real<decltype(fsync)>("fsync");
  return oms::crash::recorded(
      file, {.what = disk_operation::kind::sync, .file = {}, .bytes = {}},
      [&] { return next(file); });
}

int mdb_env_open(MDB_env* env, const char* path, unsigned flags,
                 mdb_mode_t mode) {
  static auto* const next =
      oms::crash::real<decltype(mdb_env_open)>("mdb_env_open");
  using oms::crash::planted_fault;
  const auto* recorder = oms::crash::recording.load();
  const auto fault =
      recorder == nullptr ? planted_fault::none : recorder->fault();
  if (fault == planted_fault::no_sync) flags |= MDB_NOSYNC;
  if (fault == planted_fault::no_meta_sync) flags |= MDB_NOMETASYNC;
  return next(env, path, flags, mode);
}

}  // extern "C"
