#include "persistence/personal_records.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

#include "messages/limits.hpp"
#include "persistence/crc32c.hpp"

namespace oms::persistence {

namespace {

// The codec's messages are whole words, so the length of a record tells
// whether a checksum follows. A flipped bit can't make one of the other: a
// length that is off by 4 cuts off the checksum and nothing else.
constexpr std::size_t word_bytes = 8;
using checksum = std::array<std::byte, sizeof(std::uint32_t)>;
static_assert(2 * sizeof(checksum) == word_bytes);

// Over the key as well: a record under the key of another order would be
// another person's address. Big-endian.
checksum checksum_of(std::span<const std::byte> key,
                     std::span<const std::byte> data) {
  auto rest = crc32c(data, crc32c(key));
  checksum out;
  for (auto byte = out.rbegin(); byte != out.rend(); ++byte, rest >>= 8U)
    *byte = static_cast<std::byte>(rest & 0xffU);
  return out;
}

void seal(std::span<const std::byte> key, codec::bytes& data) {
  const auto sum = checksum_of(key, data);
  data.insert(data.end(), sum.begin(), sum.end());
}

error damaged(std::span<const std::byte> key, const std::string& why) {
  return {
      .code = error_code::storage_unavailable,
      .message =
          "the personal data of the order " +
          order_of({entity_kind::order,
                    {reinterpret_cast<const char*>(key.data()), key.size()}})
              .id.value +
          " is damaged: " + why,
      .faults = {}};
}

// LMDB has no empty keys, and a longer one than an entity may have is none.
bool can_be_kept(const std::string& key) {
  return !key.empty() && key.size() <= limits::max_entity_key_bytes;
}

status add_change(const std::string& key, const event_body& body,
                  std::vector<personal_change>& changes) {
  if (std::holds_alternative<personal_data_erased>(body)) {
    // Under another key nothing was ever kept.
    if (can_be_kept(key)) changes.push_back({.order = key, .data = {}});
    return done{};
  }
  const auto* placed = std::get_if<order_placed>(&body);
  if (placed == nullptr || placed->personal->empty()) return done{};
  auto data = codec::encode_personal(*placed->personal);
  // Refused as a whole: an order without its address would be worse than none.
  // The engine's own limits on texts and ids never lead here.
  if (data.empty() || !can_be_kept(key))
    return error{.code = error_code::too_large,
                 .message = "the personal data or the key of the order " +
                            key.substr(0, 80) + " can't be stored for its size",
                 .faults = {}};
  seal(std::as_bytes(std::span(key)), data);
  changes.push_back({.order = key, .data = std::move(data)});
  return done{};
}

}  // namespace

result<personal_data> personal_in(std::span<const std::byte> key,
                                  std::span<const std::byte> record) {
  auto data = record;
  if (record.size() % word_bytes != 0) {
    if (record.size() % word_bytes != sizeof(checksum) ||
        record.size() > limits::max_personal_bytes + sizeof(checksum))
      return damaged(key, "its length is wrong");
    data = record.first(record.size() - sizeof(checksum));
    if (!std::ranges::equal(record.last(sizeof(checksum)),
                            checksum_of(key, data)))
      return damaged(key, "it does not have the checksum it was given");
  }
  auto found = codec::decode_personal(data);
  if (!found) return damaged(key, found.failure().message);
  return found;
}

result<std::vector<personal_change>> personal_changes(
    std::span<const decision> batch) {
  std::vector<personal_change> changes;
  for (const auto& each : batch)
    for (const auto& body : each.events)
      if (auto added = add_change(each.entity.key, body, changes); !added)
        return added.failure();
  return changes;
}

}  // namespace oms::persistence
