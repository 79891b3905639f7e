#pragma once

/// Reads JSON and names every fault by its path. `read(node, T&)` is here for
/// simple types and lists; the files beside this one add the structs of the
/// vocabulary. A reader goes on after a fault, so that its caller learns all of
/// them at once.
///
/// The caller keeps the JSON and the list of faults while it reads. A fault is
/// like {"lines[0].quantity", "must be a whole number"}; with any fault, what
/// was read is meaningless.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "messages/errors.hpp"
#include "messages/ids.hpp"
#include "tools/json/names.hpp"
#include "tools/json/value.hpp"

namespace oms::json {

using faults = std::vector<fault>;

/// A piece of JSON and its path.
class node {
 public:
  node(const value& json, std::string path, faults& found)
      : json_(&json), path_(std::move(path)), found_(&found) {}

  [[nodiscard]] const value& json() const { return *json_; }
  [[nodiscard]] const std::string& path() const { return path_; }

  [[nodiscard]] node member(std::string_view key) const;
  [[nodiscard]] node item(std::size_t index) const;

  /// The number of faults in everything that was read so far, not only here.
  [[nodiscard]] std::size_t fault_count() const { return found_->size(); }

  /// Adds a fault here, or at a key of this object.
  void refuse(std::string message) const;
  void refuse_key(std::string_view key, std::string message) const;
  /// Adds a fault that has its whole path.
  void refuse_at(fault whole) const;

 private:
  [[nodiscard]] std::string path_of(std::string_view key) const;

  const value* json_;
  std::string path_;
  faults* found_;
};

void read(const node& at, std::string& out);
void read(const node& at, bool& out);
void read(const node& at, std::int64_t& out);
void read(const node& at, std::int32_t& out);
void read(const node& at, double& out);
void read(const node& at, timestamp& out);

template <class Tag>
void read(const node& at, text_id<Tag>& out) {
  read(at, out.value);
}

template <class Tag>
void read(const node& at, amount<Tag>& out) {
  read(at, out.value);
}

template <class Enum>
requires std::is_enum_v<Enum>
void read(const node& at, Enum& out) {
  std::string name;
  read(at, name);
  if (!at.json().is_string()) return;
  if (const auto named = named_value<Enum>(name)) {
    out = *named;
  } else {
    at.refuse(fields::wrong_type(type_of(&out)));
  }
}

template <class T>
void read(const node& at, std::optional<T>& out) {
  read(at, out.emplace());
}

/// False, with a fault, if it is not a list.
[[nodiscard]] bool is_list(const node& at);

template <class T>
void read(const node& at, std::vector<T>& out) {
  out.clear();
  if (!is_list(at)) return;
  out.resize(at.json().size());
  for (std::size_t i = 0; i < out.size(); ++i) read(at.item(i), out[i]);
}

/// The keys of an object, each asked for by its name. `null` counts as absent.
class object_reader {
 public:
  /// Adds a fault if it is not an object; it then has no keys.
  explicit object_reader(const node& at);

  [[nodiscard]] const node& at() const { return at_; }

  /// The key counts as known from then on. Keys must be literals, since only
  /// views of them are kept.
  [[nodiscard]] std::optional<node> find(std::string_view key);
  /// Whether the key is there, be it with `null`.
  [[nodiscard]] bool has(std::string_view key) const;
  /// As `find`, with a fault if it is absent.
  [[nodiscard]] std::optional<node> need(std::string_view key);

  /// Leaves `out` as it is when the key is absent.
  template <class T>
  void optional(std::string_view key, T& out) {
    if (const auto found = find(key)) read(*found, out);
  }

  template <class T>
  void required(std::string_view key, T& out) {
    if (const auto found = need(key)) read(*found, out);
  }

  /// Adds a fault for every key that was not asked for.
  void refuse_others() const;

 private:
  node at_;
  std::vector<std::string_view> known_;
};

/// `invalid`, with a line for each fault below the name of the file.
[[nodiscard]] error error_of(const std::string& name, faults found);

}  // namespace oms::json
