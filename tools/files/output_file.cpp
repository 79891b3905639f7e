#include "tools/files/output_file.hpp"

#include <fcntl.h>
#include <stdio_ext.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

namespace oms::files {

namespace {

// The mode that a program's files have by default. mkstemp gives 0600, which a
// file that replaces another one for others to read must not have. The mask can
// only be read by setting it; no other thread creates files here.
mode_t ordinary_mode() {
  const auto mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

}  // namespace

// Only one of the two may delete the temporary file.
output_file::output_file(output_file&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})),
      own_(std::move(other.own_)),
      stream_(other.stream_) {}

output_file::~output_file() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

error output_file::failed() const {
  return {error_code::storage_unavailable,
          (path_.empty() ? "standard output" : path_) +
              ": can't be written: " + std::strerror(errno),
          {}};
}

result<output_file> output_file::open(std::string path, std::FILE* otherwise) {
  output_file made;
  made.path_ = std::move(path);
  made.stream_ = otherwise;
  if (made.path_.empty()) return made;
  std::error_code unknown;
  const auto there = std::filesystem::status(made.path_, unknown);
  // A program that runs as root must not replace /dev/null with a file.
  if (std::filesystem::exists(there) &&
      !std::filesystem::is_regular_file(there)) {
    made.own_.reset(std::fopen(made.path_.c_str(), "wb"));
  } else {
    // A link stays a link: the file that it points to is replaced.
    if (const auto real = std::filesystem::canonical(made.path_, unknown);
        !unknown)
      made.path_ = real;
    // In the same folder: a rename replaces a file in one step only within a
    // file system.
    auto name = made.path_ + ".XXXXXX";
    const int file = ::mkstemp(name.data());
    if (file < 0) return made.failed();
    made.temporary_ = name;
    ::fchmod(file, ordinary_mode());
    made.own_.reset(::fdopen(file, "wb"));
  }
  if (!made.own_) return made.failed();
  made.stream_ = made.own_.get();
  return made;
}

status output_file::finish() {
  if (std::fflush(stream_) != 0 || std::ferror(stream_) != 0) {
    const auto why = failed();
    if (!own_) {
      ::__fpurge(stream_);
      std::clearerr(stream_);
    }
    return why;
  }
  if (!own_) return done{};
  // Before the rename, or a crash could leave the name with an empty file.
  if (!temporary_.empty() && ::fsync(::fileno(stream_)) != 0) return failed();
  if (std::fclose(own_.release()) != 0) return failed();
  if (temporary_.empty()) return done{};
  if (std::rename(temporary_.c_str(), path_.c_str()) != 0) return failed();
  temporary_.clear();
  return done{};
}

}  // namespace oms::files
