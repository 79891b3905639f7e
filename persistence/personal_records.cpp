#include "persistence/personal_records.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

#include "messages/limits.hpp"
#include "persistence/crc32c.hpp"

namespace oms::persistence {

namespace {

// No id has a control character, so no order has a key that goes on like this.
constexpr char version_follows = '\0';

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

error damaged(std::span<const std::byte> record_key, const std::string& why) {
  // Without the version of an edit.
  const auto key = record_key.first(static_cast<std::size_t>(
      std::ranges::find(record_key, std::byte{version_follows}) -
      record_key.begin()));
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

const personal_data* person_in(const event_body& body) {
  if (const auto* placed = std::get_if<order_placed>(&body))
    return &*placed->personal;
  if (const auto* edited = std::get_if<order_edited>(&body))
    return &*edited->personal;
  return nullptr;
}

status add_change(const std::string& key, std::uint64_t version,
                  const event_body& body,
                  std::vector<personal_change>& changes) {
  if (std::holds_alternative<personal_data_erased>(body)) {
    // Under another key nothing was ever kept.
    if (can_be_kept(key)) changes.push_back({.key = key, .data = {}});
    return done{};
  }
  const auto* person = person_in(body);
  if (person == nullptr || person->empty()) return done{};
  auto data = codec::encode_personal(*person);
  // Refused as a whole: an order without its address would be worse than none.
  // The engine's own limits on texts and ids never lead here.
  if (data.empty() || !can_be_kept(key))
    return error{.code = error_code::too_large,
                 .message = "the personal data or the key of the order " +
                            key.substr(0, 80) + " can't be stored for its size",
                 .faults = {}};
  auto under = personal_key(
      key, std::holds_alternative<order_edited>(body) ? version : 0);
  seal(std::as_bytes(std::span(under)), data);
  changes.push_back({.key = std::move(under), .data = std::move(data)});
  return done{};
}

}  // namespace

std::string first_edited_key(const std::string& order) {
  return order + version_follows;
}

std::string personal_key(const std::string& order, std::uint64_t version) {
  if (version == 0) return order;
  auto key = first_edited_key(order);
  for (int shift = 56; shift >= 0; shift -= 8)
    key += static_cast<char>((version >> static_cast<unsigned>(shift)) & 0xffU);
  return key;
}

bool is_personal_key(std::string_view key, std::string_view order) {
  return key.starts_with(order) &&
         (key.size() == order.size() || key[order.size()] == version_follows);
}

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
    for (std::size_t i = 0; i < each.events.size(); ++i)
      if (auto added = add_change(each.entity.key, each.version + i,
                                  each.events[i], changes);
          !added)
        return added.failure();
  return changes;
}

}  // namespace oms::persistence
