#pragma once

/// Collects what is wrong with an input.
///
/// Purpose: every fault with the path of its place, in the order in which the
/// input is read. Nothing is written out for what is right, which is nearly
/// everything. Owner: one check. Threads: one. Limits: messages/limits.hpp.

#include <string>
#include <utility>
#include <vector>

#include "messages/errors.hpp"
#include "messages/ids.hpp"
#include "messages/limits.hpp"

namespace oms {

/// The place of a field in a list: "lines[3].sku", or "lines[3]".
struct list_place {
  const char* list;
  std::size_t index;
  const char* field = "";

  [[nodiscard]] std::string path() const {
    return std::string(list) + "[" + std::to_string(index) + "]" +
           (*field == '\0' ? "" : ".") + field;
  }
};

/// Methods take the place as a text or as a `list_place`.
class checker {
 public:
  template <class Place>
  void require(bool holds, const Place& place, const char* message) {
    if (!holds) faults_.push_back({path_of(place), message});
  }

  template <class Place>
  void text(const std::string& value, const Place& place,
            std::size_t limit_bytes = limits::max_text_bytes) {
    if (value.size() > limit_bytes)
      faults_.push_back(
          {path_of(place),
           "is longer than " + std::to_string(limit_bytes) + " bytes"});
  }

  template <class Place>
  void identity(const std::string& value, const Place& place) {
    require(!value.empty(), place, "is missing");
    text(value, place, limits::max_id_bytes);
  }

  /// Sums of prices must stay far from overflow.
  template <class Place>
  void price(money value, const Place& place) {
    require(value >= money{0}, place, "is negative");
    require(value.value <= limits::max_money_minor_units, place,
            "is too large");
  }

  template <class Value, class Place>
  void list(const std::vector<Value>& values, const Place& place,
            std::size_t limit = limits::max_list_entries) {
    require(values.size() <= limit, place, "has too many entries");
  }

  [[nodiscard]] std::vector<fault> faults() && { return std::move(faults_); }

 private:
  static std::string path_of(const char* place) { return place; }
  static std::string path_of(const list_place& place) { return place.path(); }

  std::vector<fault> faults_;
};

}  // namespace oms
