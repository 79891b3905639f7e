#pragma once

/// A file that is there whole or not at all.
///
/// Purpose: what is written goes to a temporary file beside the wanted one,
/// which takes its name once it is on disk; what was there under that name
/// stays until then. A name that is no file of a folder (a device, a pipe) is
/// written to directly, and so is standard output. Owner: the command.
/// Threads: one. Errors: with the path and what the operating system said.

#include <cstdio>
#include <memory>
#include <string>

#include "messages/errors.hpp"

namespace oms::files {

class output_file {
 public:
  /// With an empty path: `otherwise`.
  static result<output_file> open(std::string path, std::FILE* otherwise);

  output_file(output_file&&) noexcept;
  output_file& operator=(output_file&&) = delete;
  /// Without `finish` the temporary file goes, and nothing has happened.
  ~output_file();

  [[nodiscard]] std::FILE* stream() const { return stream_; }

  /// Everything is on disk under its name; or nothing of it is.
  status finish();

 private:
  struct closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  output_file() = default;
  [[nodiscard]] error failed() const;

  std::string path_;
  /// Empty: written directly.
  std::string temporary_;
  std::unique_ptr<std::FILE, closer> own_;
  std::FILE* stream_ = nullptr;
};

}  // namespace oms::files
