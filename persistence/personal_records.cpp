#include "persistence/personal_records.hpp"

#include <utility>
#include <variant>

#include "messages/limits.hpp"

namespace oms::persistence {

result<std::vector<personal_record>> personal_records(
    std::span<const event> batch) {
  std::vector<personal_record> records;
  for (const auto& one : batch) {
    const auto* placed = std::get_if<order_placed>(&one.body);
    if (placed == nullptr || placed->personal.empty()) continue;
    auto data = codec::encode_personal(placed->personal);
    if (data.empty() || one.entity.key.empty() ||
        one.entity.key.size() > limits::max_entity_key_bytes)
      return error{.code = error_code::too_large,
                   .message = "the personal data or the key of the order " +
                              one.entity.key.substr(0, 80) +
                              " can't be stored for its size",
                   .faults = {}};
    records.push_back({.order = one.entity.key, .data = std::move(data)});
  }
  return records;
}

}  // namespace oms::persistence
