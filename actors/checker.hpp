#pragma once

/// Collects what is wrong with an input: every fault with the path of its
/// field, in the order in which the input is read.
///
/// It is for what several fields tell together; messages/fields/check.hpp
/// checks each by itself. Paths and messages are written out only for faults,
/// since nearly every input is right.

#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "messages/errors.hpp"
#include "messages/limits.hpp"
#include "messages/text_rules.hpp"

namespace oms {

/// The path of a field in a list: "lines[3].sku", or "lines[3]".
struct list_position {
  const char* list;
  std::size_t index;
  const char* field = "";

  [[nodiscard]] std::string path() const {
    return std::string(list) + "[" + std::to_string(index) + "]" +
           (*field == '\0' ? "" : ".") + field;
  }
};

/// Methods take a path as a text or as a `list_position`.
class checker {
 public:
  template <class Place>
  void require(bool holds, const Place& place, const char* message) {
    if (!holds) faults_.push_back({path_of(place), message});
  }

  /// What another check has found.
  void add(std::vector<fault> found) {
    faults_.insert(faults_.end(), std::make_move_iterator(found.begin()),
                   std::make_move_iterator(found.end()));
  }

  /// An id that may be missing.
  template <class Place>
  void id(const std::string& value, const Place& place,
          std::size_t limit_bytes = limits::max_id_bytes) {
    if (auto fault = fault_of_id(value, limit_bytes))
      faults_.push_back({path_of(place), std::move(*fault)});
  }

  [[nodiscard]] std::vector<fault> faults() && { return std::move(faults_); }

 private:
  static std::string path_of(const char* place) { return place; }
  static std::string path_of(const std::string& place) { return place; }
  static std::string path_of(const list_position& place) {
    return place.path();
  }

  std::vector<fault> faults_;
};

}  // namespace oms
