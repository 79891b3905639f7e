#pragma once

/// Samples of every event and state, from a seed.
///
/// Purpose: random but repeatable content for tests of the codec and of the
/// stores: empty, long and non-ASCII texts, numbers at the ends of their
/// ranges, empty and long lists. What has a list of fields is filled by it; a
/// new field of the state of an order or a source does not compile here until
/// it is added. Owner: the test.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "messages/events.hpp"
#include "messages/order_state.hpp"
#include "messages/source_state.hpp"

namespace oms::samples {

inline constexpr std::size_t kinds = event_kinds;

class generator {
 public:
  explicit generator(std::uint64_t seed) : random_(seed) {}

  /// An event whose body is alternative `kind` of the variant, with `at` 0.
  event of_kind(std::size_t kind);
  /// `n` events of any kinds.
  std::vector<event> batch(std::size_t n);
  personal_data person();
  /// A state. The lines that a state names are there.
  template <class T>
  T any() {
    T one{};
    fill(one);
    return one;
  }

  /// What a list of fields describes.
  void fill(const fields::type_info& type, void* out);

  /// From 0 to `n` - 1.
  std::uint64_t below(std::uint64_t n) { return random_() % n; }

 private:
  template <class... Fields>
  void fill_all(Fields&... fields) {
    (fill(fields), ...);
  }

  /// Up to the limit of an id, or, rarely, of a text.
  std::string any_text();
  std::int64_t any_number();
  void fill(std::string& out) { out = any_text(); }
  template <class Tag>
  void fill(text_id<Tag>& out) {
    out.value = any_text();
  }
  template <class Tag>
  void fill(amount<Tag>& out) {
    out.value = any_number();
  }
  void fill(bool& out) { out = below(2) == 1; }
  void fill(double& out);
  void fill(std::int32_t& out) {
    out = static_cast<std::int32_t>(any_number());
  }
  void fill(std::int64_t& out) { out = any_number(); }
  void fill(std::uint64_t& out) {
    out = static_cast<std::uint64_t>(any_number());
  }
  void fill(timestamp& out) { out = timestamp{duration{any_number()}}; }
  void fill(utc_day& out) { out = utc_day{std::chrono::days{any_number()}}; }
  template <class T>
  void fill(shared_value<T>& out) {
    fill(out.renew());
  }
  template <class T>
  void fill(std::optional<T>& out) {
    out.reset();
    if (below(2) == 1) fill(out.emplace());
  }
  template <class T>
  void fill(std::vector<T>& out) {
    out.resize(below(16) == 0 ? below(40) : below(4));
    for (auto& element : out) fill(element);
  }
  template <class First, class Second>
  void fill(std::pair<First, Second>& out) {
    fill_all(out.first, out.second);
  }
  template <class Key, class T>
  void fill(std::map<Key, T>& out) {
    fill_entries<std::pair<Key, T>>(out);
  }
  template <class Key, class T>
  void fill(std::unordered_map<Key, T>& out) {
    fill_entries<std::pair<Key, T>>(out);
  }
  template <class T>
  void fill(std::set<T>& out) {
    fill_entries<T>(out);
  }
  template <class Entry, class Entries>
  void fill_entries(Entries& out) {
    out.clear();
    for (auto& entry : any<std::vector<Entry>>()) out.insert(std::move(entry));
  }

  /// Whatever has a list of fields.
  template <class T>
  requires requires(const T* of) { type_of(of); }
  void fill(T& out) { fill(type_of(&out), &out); }
  void fill_list(const fields::type_info& type, void* out);

  void fill(order_state& out);
  void fill(promised_units& out);
  void fill(promise& out);
  void fill(stock_hold& out);
  void fill(incoming_units& out);
  void fill(sent_transfer& out);
  void fill(source_state& out);

  std::mt19937_64 random_;
};

/// The event as a store gives it back: numbered, without personal data.
event as_stored(event one, sequence at);
std::vector<event> as_stored(std::vector<event> batch, sequence first);

}  // namespace oms::samples
