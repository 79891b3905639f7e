#pragma once

/// Reading JSON with every fault named by its path.
///
/// Purpose: `read(node, T&)` for the simple types and lists; the files beside
/// this one add the structs of the vocabulary. A reader goes on after a fault,
/// so that its caller learns all of them at once. Owner: the caller keeps the
/// JSON and the list of faults while it reads. Threads: no shared state.
/// Errors: faults such as {"lines[0].quantity", "must be a whole number"};
/// what was read is meaningless when there are any.

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

/// A piece of JSON and the place where it stands.
class node {
 public:
  node(const value& json, std::string path, faults& found)
      : json_(&json), path_(std::move(path)), found_(&found) {}

  [[nodiscard]] const value& json() const { return *json_; }
  [[nodiscard]] const std::string& path() const { return path_; }

  [[nodiscard]] node member(std::string_view key) const;
  [[nodiscard]] node item(std::size_t index) const;

  /// Of everything that was read so far.
  [[nodiscard]] std::size_t fault_count() const { return found_->size(); }

  /// Adds a fault here, or at a key of this object.
  void refuse(std::string message) const;
  void refuse_key(std::string_view key, std::string message) const;

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
    at.refuse("must be one of " + list_of(names<Enum>()));
  }
}

template <class T>
void read(const node& at, std::optional<T>& out) {
  read(at, out.emplace());
}

/// False, with a fault, when it is no list.
[[nodiscard]] bool is_list(const node& at);

template <class T>
void read(const node& at, std::vector<T>& out) {
  out.clear();
  if (!is_list(at)) return;
  out.resize(at.json().size());
  for (std::size_t i = 0; i < out.size(); ++i) read(at.item(i), out[i]);
}

/// The keys of an object, each asked for by name; `null` counts as absent.
class object_reader {
 public:
  /// Adds a fault when it is no object; it then has no keys.
  explicit object_reader(const node& at);

  [[nodiscard]] const node& at() const { return at_; }

  /// Keys stay known from then on; they are literals.
  [[nodiscard]] std::optional<node> find(std::string_view key);
  /// As `find`, with a fault when it is absent.
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

  /// Adds a fault for every key that nobody asked for.
  void refuse_others() const;

 private:
  node at_;
  std::vector<std::string_view> known_;
};

/// `invalid`, with a line for each fault below the name of the file.
[[nodiscard]] error error_of(const std::string& name, faults found);

}  // namespace oms::json
