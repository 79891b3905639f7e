#pragma once

/// Collects what is wrong with an input.
///
/// Purpose: every fault with the path of its place, in the order in which the
/// input is read. Owner: one check. Threads: one. Limits: messages/limits.hpp.

#include <string>
#include <utility>
#include <vector>

#include "messages/errors.hpp"
#include "messages/ids.hpp"
#include "messages/limits.hpp"

namespace oms {

class checker {
 public:
  void require(bool holds, std::string path, std::string message) {
    if (!holds) faults_.push_back({std::move(path), std::move(message)});
  }

  void text(const std::string& value, std::string path,
            std::size_t limit_bytes = limits::max_text_bytes) {
    require(value.size() <= limit_bytes, std::move(path),
            "is longer than " + std::to_string(limit_bytes) + " bytes");
  }

  void identity(const std::string& value, const std::string& path) {
    require(!value.empty(), path, "is missing");
    text(value, path, limits::max_id_bytes);
  }

  /// Sums of prices must stay far from overflow.
  void price(money value, const std::string& path) {
    require(value >= money{0}, path, "is negative");
    require(value.value <= limits::max_money_minor_units, path, "is too large");
  }

  template <class Value>
  void list(const std::vector<Value>& values, std::string path,
            std::size_t limit = limits::max_list_entries) {
    require(values.size() <= limit, std::move(path), "has too many entries");
  }

  [[nodiscard]] std::vector<fault> faults() && { return std::move(faults_); }

 private:
  std::vector<fault> faults_;
};

}  // namespace oms
