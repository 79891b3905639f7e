#pragma once

/// The rejects file: every line that is not an order line, with its reason.
///
/// CSV with the columns file, line, reason, text; `text` is the line as it is
/// in its file. The file appears when the run is over. A run without rejects
/// makes none, but empties the one of an earlier run.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "tools/files/output_file.hpp"

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
  /// Only counts.
  rejects() = default;
  /// Fails if nothing can be written there.
  [[nodiscard]] static result<rejects> open(std::string path);

  void add(const source_line& line, std::string_view reason);

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::int64_t count() const { return count_; }
  [[nodiscard]] const std::map<std::string, std::int64_t>& by_reason() const {
    return by_reason_;
  }
  /// Puts the file in its place; without it, what was there stays.
  [[nodiscard]] status finish();

 private:
  std::string path_;
  std::optional<files::output_file> file_;
  bool replaces_ = false;
  std::int64_t count_ = 0;
  std::map<std::string, std::int64_t> by_reason_;
};

}  // namespace oms::replay
