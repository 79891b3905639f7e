#include "messages/text_map.hpp"

#include <algorithm>

namespace oms {

const std::string* text_map::find(std::string_view key) const {
  for (const auto& each : entries)
    if (each.key == key) return &each.text;
  return nullptr;
}

bool operator==(const text_map& a, const text_map& b) {
  return std::is_permutation(a.entries.begin(), a.entries.end(),
                             b.entries.begin(), b.entries.end());
}

void text_map_change::apply_to(text_map& map) const {
  for (const auto& change : entries) {
    const auto is_it = [&change](const text_entry& each) {
      return each.key == change.key;
    };
    if (!change.text) {
      std::erase_if(map.entries, is_it);
      continue;
    }
    const auto known =
        std::find_if(map.entries.begin(), map.entries.end(), is_it);
    if (known == map.entries.end())
      map.entries.push_back({change.key, *change.text});
    else
      known->text = *change.text;
  }
}

}  // namespace oms
