#include "persistence/personal_records.hpp"

#include <utility>
#include <variant>

#include "messages/limits.hpp"

namespace oms::persistence {

namespace {

bool can_be_kept(const std::string& key) {
  return !key.empty() && key.size() <= limits::max_entity_key_bytes;
}

status add_change(const event& one, std::vector<personal_change>& changes) {
  const auto& key = one.entity.key;
  if (std::holds_alternative<personal_data_erased>(one.body)) {
    // Under another key nothing was ever kept.
    if (can_be_kept(key)) changes.push_back({.order = key, .data = {}});
    return done{};
  }
  const auto* placed = std::get_if<order_placed>(&one.body);
  if (placed == nullptr || placed->personal->empty()) return done{};
  auto data = codec::encode_personal(*placed->personal);
  if (data.empty() || !can_be_kept(key))
    return error{.code = error_code::too_large,
                 .message = "the personal data or the key of the order " +
                            key.substr(0, 80) + " can't be stored for its size",
                 .faults = {}};
  changes.push_back({.order = key, .data = std::move(data)});
  return done{};
}

}  // namespace

result<std::vector<personal_change>> personal_changes(
    std::span<const decision_events> batch) {
  std::vector<personal_change> changes;
  for (const auto& decision : batch)
    for (const auto& one : decision)
      if (auto added = add_change(one, changes); !added) return added.failure();
  return changes;
}

}  // namespace oms::persistence
