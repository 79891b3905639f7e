#pragma once

/// A file that is there whole or not at all. What is written goes to a
/// temporary file beside the wanted one, which takes its name once it is on
/// disk; until then, what was there under that name stays.
///
/// A name that is not a regular file (a device, a pipe) is written to directly,
/// and so is standard output. Errors have the path and what the operating
/// system said.

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "messages/errors.hpp"

namespace oms::files {

/// Writes to a stream. fmt::print would throw where this leaves the failure in
/// the stream, for `finish` to report.
inline void put(std::FILE* out, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), out);
}

class output_file {
 public:
  /// With an empty path it writes to `otherwise`.
  static result<output_file> open(std::string path, std::FILE* otherwise);

  output_file(output_file&&) noexcept;
  output_file& operator=(output_file&&) = delete;
  /// Without `finish` the temporary file is deleted, and nothing has happened.
  ~output_file();

  [[nodiscard]] std::FILE* stream() const { return stream_; }

  /// Puts everything on disk under its name, or nothing of it. A failure of
  /// standard output is told here and not again when the program ends.
  status finish();

 private:
  struct closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  output_file() = default;
  [[nodiscard]] error failed() const;

  std::string path_;
  /// The path of the temporary file; empty: written directly.
  std::string temporary_;
  std::unique_ptr<std::FILE, closer> own_;
  std::FILE* stream_ = nullptr;
};

}  // namespace oms::files
