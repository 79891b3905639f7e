#pragma once

/// The rejects file: every line that is not an order line, with its reason.
///
/// CSV with the columns file, line, reason, text; `text` is the line as it is
/// in its file. The first reject creates the file. If it can't be written,
/// `failed()` says so, and the counts go on.

#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace oms::replay {

/// A line of a file, kept until it is placed or rejected.
struct source_line {
  /// The name of its file; it outlives the line.
  const std::string* file = nullptr;
  std::uint64_t line = 0;
  std::string raw;
};

class rejects {
 public:
  /// With an empty path, lines are only counted.
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
