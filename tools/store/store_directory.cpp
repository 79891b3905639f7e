#include "tools/store/store_directory.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace oms::store {

namespace {

namespace fs = std::filesystem;

error refuse(std::string message) {
  return {error_code::conflict, std::move(message), {}};
}

constexpr std::array<std::string_view, 3> store_files = {"data.mdb", "lock.mdb",
                                                         "LOCK"};
// The folder of a store's checkpoints, which has files of the same names.
constexpr std::string_view checkpoint_folder = "checkpoint";

bool is_store_file(const fs::path& file) {
  const auto name = file.filename().string();
  return std::find(store_files.begin(), store_files.end(), name) !=
         store_files.end();
}

// A folder "checkpoint" with anything else in it is not a store's.
bool is_of_a_store(const fs::path& entry) {
  if (entry.filename() != checkpoint_folder) return is_store_file(entry);
  std::error_code failure;
  const fs::directory_iterator inside(entry, failure);
  return !failure && std::all_of(begin(inside), end(inside),
                                 [](const fs::directory_entry& file) {
                                   return is_store_file(file.path());
                                 });
}

}  // namespace

std::string run_folder() {
  std::error_code failure;
  if (fs::is_directory("build", failure)) {
    const auto path = fs::path("build") / "run";
    fs::create_directories(path, failure);
    if (!failure) return path;
  }
  return fs::temp_directory_path(failure);
}

// mkdtemp makes it in one step: two replays at once get two folders.
result<std::string> fresh_folder() {
  std::string path = fs::path(run_folder()) / "replay-XXXXXX";
  if (mkdtemp(path.data()) == nullptr)
    return refuse(path + ": can't be created: " + std::strerror(errno) +
                  "; name a folder with --store");
  return path;
}

status prepare_folder(const std::string& path, bool may_delete) {
  std::error_code failure;
  fs::create_directories(path, failure);
  if (failure) return refuse(path + ": can't be created: " + failure.message());
  bool has_store = false;
  for (const auto& entry : fs::directory_iterator(path, failure)) {
    // Looked at before anything is deleted, also with --force: a mistyped path
    // must not cost more than a store.
    if (!is_of_a_store(entry.path()))
      return refuse(path + ": contains " + entry.path().filename().string() +
                    ", which is not part of a store; name a folder of its own");
    has_store = true;
  }
  if (failure) return refuse(path + ": can't be read: " + failure.message());
  if (has_store && !may_delete)
    return refuse(path +
                  ": already contains a store; name another folder, or use "
                  "--force to delete the store");
  return done{};
}

// File by file and not the whole folder, so that nothing goes that has come
// there meanwhile. What can't be deleted shows when the new store is opened.
void delete_store(const std::string& path) {
  std::error_code unknown;
  const auto folder = fs::path(path);
  for (const auto name : store_files) {
    fs::remove(folder / name, unknown);
    fs::remove(folder / checkpoint_folder / name, unknown);
  }
  fs::remove(folder / checkpoint_folder, unknown);
}

}  // namespace oms::store
