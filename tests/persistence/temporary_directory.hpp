#pragma once

/// A directory of a test's own, gone with the test.
///
/// Purpose: files of one test never meet those of another, also when tests
/// run side by side. Owner: the test. Errors: throws where there is no room.

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace oms::persistence {

class temporary_directory {
 public:
  temporary_directory() {
    auto name =
        (std::filesystem::temp_directory_path() / "oms-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
      throw std::runtime_error("no temporary directory: " + name);
    path_ = name;
  }
  ~temporary_directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  temporary_directory(const temporary_directory&) = delete;
  temporary_directory& operator=(const temporary_directory&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace oms::persistence
