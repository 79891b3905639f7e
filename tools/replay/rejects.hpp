#pragma once

/// The rejects file: every line that is no order line, with its reason.
///
/// Purpose: CSV with the columns file, line, reason, text; `text` is the line
/// as it stands in its file. The file is made by the first reject. Owner: the
/// replay. Threads: one. Errors: a file that can't be written is told by
/// `failed()`; the counts go on.

#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace oms::replay {

/// A line of a file, kept until its fate is known.
struct source_line {
  /// The name of its file; it outlives the line.
  const std::string* file = nullptr;
  std::uint64_t line = 0;
  std::string raw;
};

class rejects {
 public:
  /// An empty path: only counted.
  explicit rejects(std::string path) : path_(std::move(path)) {}

  void add(const source_line& line, std::string_view reason);

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::int64_t count() const { return count_; }
  [[nodiscard]] const std::map<std::string, std::int64_t>& by_reason() const {
    return by_reason_;
  }
  [[nodiscard]] bool failed() const { return failed_; }
  /// Flushes; true when everything is on disk.
  bool close();

 private:
  struct closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  std::string path_;
  std::unique_ptr<std::FILE, closer> file_;
  std::int64_t count_ = 0;
  std::map<std::string, std::int64_t> by_reason_;
  bool failed_ = false;
};

}  // namespace oms::replay
