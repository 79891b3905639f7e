#pragma once

/// Collects what is wrong with an input: every fault with the path of its
/// field, in the order in which the input is read.
///
/// Paths and messages are written out only for faults, since nearly every input
/// is right. Bounds without a parameter are those of messages/limits.hpp.

#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "messages/errors.hpp"
#include "messages/ids.hpp"
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

  template <class Place>
  void text(const std::string& value, const Place& place,
            std::size_t limit_bytes = limits::max_text_bytes) {
    if (auto fault = fault_of_text(value, limit_bytes))
      faults_.push_back({path_of(place), std::move(*fault)});
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

  /// An id that must be there.
  template <class Place>
  void identity(const std::string& value, const Place& place) {
    require(!value.empty(), place, "is missing");
    id(value, place);
  }

  template <class Place>
  void range(std::int64_t value, const Place& place, std::int64_t least,
             std::int64_t most) {
    if (value < least)
      faults_.push_back({path_of(place), less_than(least)});
    else if (value > most)
      faults_.push_back({path_of(place), more_than(most)});
  }

  /// A number that has no limits of its own.
  template <class Place>
  void whole(std::int64_t value, const Place& place) {
    range(value, place, -limits::max_whole, limits::max_whole);
  }

  /// Sums of prices must stay far from overflow.
  template <class Place>
  void price(money value, const Place& place) {
    range(value.value, place, 0, limits::max_money_minor_units);
  }

  template <class Place>
  void units(quantity value, const Place& place, std::int64_t least) {
    range(value.value, place, least, limits::max_quantity_units);
  }

  /// Of all that is there.
  template <class Place>
  void on_hand(quantity value, const Place& place) {
    range(value.value, place, 0, limits::max_whole);
  }

  void position(const coordinates& where, const std::string& prefix = "") {
    constexpr std::int64_t max_latitude = 90;
    constexpr std::int64_t max_longitude = 180;
    degrees(where.latitude, prefix + "latitude", max_latitude);
    degrees(where.longitude, prefix + "longitude", max_longitude);
  }

  template <class Value, class Place>
  void list(const std::vector<Value>& values, const Place& place,
            std::size_t limit = limits::max_list_entries) {
    if (values.size() > limit)
      faults_.push_back({path_of(place), more_entries_than(limit)});
  }

  /// A list of brands or countries. An empty entry would get lost in a cell of
  /// a spreadsheet, and a list without entries means everything.
  template <class Id>
  void ids(const std::vector<Id>& values, const char* list_name) {
    list(values, list_name);
    for (std::size_t i = 0; i < values.size(); ++i)
      identity(text_of(values[i]), list_position{list_name, i});
  }

  [[nodiscard]] std::vector<fault> faults() && { return std::move(faults_); }

 private:
  static std::string path_of(const char* place) { return place; }
  static std::string path_of(const std::string& place) { return place; }
  static std::string path_of(const list_position& place) {
    return place.path();
  }

  static const std::string& text_of(const std::string& id) { return id; }
  template <class Tag>
  static const std::string& text_of(const text_id<Tag>& id) {
    return id.value;
  }

  // Negated, so that NaN is refused too.
  void degrees(double value, const std::string& path, std::int64_t most) {
    if (!(value >= static_cast<double>(-most)))
      faults_.push_back({path, less_than(-most)});
    else if (!(value <= static_cast<double>(most)))
      faults_.push_back({path, more_than(most)});
  }

  std::vector<fault> faults_;
};

}  // namespace oms
