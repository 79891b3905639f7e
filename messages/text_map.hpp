#pragma once

/// Texts by key, each key once: attributes that a shop keeps with an order, the
/// bins of a product by location. In JSON an object, elsewhere a list of pairs,
/// in the order in which they came. Two maps are equal whatever their order.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "messages/fields/fields.hpp"
#include "messages/limits.hpp"

namespace oms {

struct text_entry {
  std::string key;
  std::string text;

  friend bool operator==(const text_entry&, const text_entry&) = default;
};
OMS_FIELDS(text_entry, "TextEntry", "", OMS_FIELD(key, 0, .is = identifier),
           OMS_FIELD(text, 1));

struct text_map {
  std::vector<text_entry> entries;

  [[nodiscard]] bool empty() const { return entries.empty(); }
  /// Null if the key is not there.
  [[nodiscard]] const std::string* find(std::string_view key) const;
  friend bool operator==(const text_map& a, const text_map& b);
};
OMS_DECLARE_FIELDS(text_map);

/// What becomes of a key: another text, or none.
struct text_change {
  std::string key;
  std::optional<std::string> text;

  friend bool operator==(const text_change&, const text_change&) = default;
};
OMS_FIELDS(text_change, "TextChange", "", OMS_FIELD(key, 0, .is = identifier),
           OMS_FIELD(text, 1));

/// Changes of a `text_map`; in JSON an object in which `null` clears a key.
struct text_map_change {
  std::vector<text_change> entries;

  [[nodiscard]] bool empty() const { return entries.empty(); }
  void apply_to(text_map& map) const;
  friend bool operator==(const text_map_change&,
                         const text_map_change&) = default;
};
OMS_DECLARE_FIELDS(text_map_change);

}  // namespace oms
