#pragma once

/// Records from JSON values and as JSON values, by their lists of fields
/// (messages/fields/).
///
/// For files and screens, where a row has keys of its own beside those of a
/// record, or where JSON goes on as a value. Only the form is checked: that a
/// quantity is at least 1 is for the engine to say. Files are stricter than the
/// API in one way: 1e3 is not a whole number. Errors are faults, see
/// tools/json/reader.hpp.

#include <string>
#include <type_traits>
#include <vector>

#include "messages/fields/fields.hpp"
#include "tools/json/reader.hpp"
#include "tools/json/value.hpp"

namespace oms::json {

void read_keys(object_reader& keys, const fields::type_info& type,
               void* record);
void read_record(const node& at, const fields::type_info& type, void* record);
[[nodiscard]] value write_record(const fields::type_info& type,
                                 const void* record);

template <class T>
concept listed = std::is_class_v<T> && requires(const T* record) {
  type_of(record);
};

/// Takes the keys of a record from an object that its caller opened, because
/// the caller has keys of its own there, and refuses the others when it is
/// done.
template <listed T>
void read_keys(object_reader& keys, T& out) {
  read_keys(keys, type_of(&out), &out);
}

template <listed T>
void read(const node& at, T& out) {
  read_record(at, type_of(&out), &out);
}

template <listed T>
[[nodiscard]] value write(const T& record) {
  return write_record(type_of(&record), &record);
}

/// A list of what `write_one` gives for each element.
template <class T, class Write>
[[nodiscard]] value write_list(const std::vector<T>& list, Write write_one) {
  value out = value::array();
  for (const T& one : list) out.push_back(write_one(one));
  return out;
}

template <class T>
[[nodiscard]] value write_list(const std::vector<T>& list) {
  return write_list(list, [](const T& one) { return write(one); });
}

/// The text of such a list, written element by element: a list of values takes
/// ten times the size of its text.
template <class T>
[[nodiscard]] std::string list_text(const std::vector<T>& list) {
  std::string out = "[";
  for (const T& one : list) {
    if (out.size() > 1) out += ", ";
    out += one_line(write(one));
  }
  return out + "]";
}

}  // namespace oms::json
