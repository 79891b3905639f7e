#pragma once

/// The keys of the checkpoint tables. Internal to persistence/checkpoint_*.cpp.
///
/// A table is sorted by the bytes of its keys, and every list is a walk over
/// such an order. So keys are built here such that the order of bytes is the
/// order that is wanted. Format: docs/STORAGE.md, "Checkpoints".

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "messages/checkpoint.hpp"
#include "messages/codec/codec.hpp"
#include "messages/limits.hpp"
#include "persistence/table_store.hpp"

namespace oms::persistence::keys {

inline void add(codec::bytes& key, std::string_view text) {
  const auto data = std::as_bytes(std::span(text));
  key.insert(key.end(), data.begin(), data.end());
}

inline void add_byte(codec::bytes& key, unsigned value) {
  key.push_back(static_cast<std::byte>(value));
}

inline std::string text_in(std::span<const std::byte> data) {
  return {reinterpret_cast<const char*>(data.data()), data.size()};
}

/// Big-endian, so that the order of bytes is the order of numbers.
inline void add(codec::bytes& key, std::uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8)
    add_byte(key, static_cast<unsigned>(number >> shift & 0xffU));
}

inline std::uint64_t number_in(std::span<const std::byte> data) {
  std::uint64_t number = 0;
  for (const auto byte : data)
    number = number << 8U | static_cast<std::uint64_t>(byte);
  return number;
}

inline codec::bytes of(std::string_view text) {
  codec::bytes key;
  add(key, text);
  return key;
}

inline codec::bytes of(std::uint64_t number) {
  codec::bytes key;
  key.reserve(sizeof number);
  add(key, number);
  return key;
}

/// Flipped in every time, so that times before 1970 come before those after.
inline constexpr std::uint64_t sign_bit = 1ULL << 63U;

inline std::uint64_t ordered(timestamp time) {
  return static_cast<std::uint64_t>(time.time_since_epoch().count()) ^ sign_bit;
}

inline timestamp time_in(std::span<const std::byte> data) {
  return timestamp{
      duration{static_cast<std::int64_t>(number_in(data) ^ sign_bit)}};
}

/// The key of an entity in `heads`.
inline codec::bytes of(const entity_ref& entity) {
  codec::bytes key;
  key.reserve(1 + entity.key.size());
  add_byte(key, static_cast<unsigned>(entity.kind));
  add(key, entity.key);
  return key;
}

inline bool starts_with(std::span<const std::byte> key,
                        std::span<const std::byte> prefix) {
  return key.size() >= prefix.size() &&
         std::ranges::equal(key.first(prefix.size()), prefix);
}

// --- snapshots --------------------------------------------------------------

/// What the keys of a source's snapshots begin with; a sequence follows.
inline codec::bytes of(const source_ref& source) {
  codec::bytes key;
  key.reserve(2 + source.id.size() + sizeof(sequence));
  add_byte(key, static_cast<unsigned>(source.kind));
  add(key, source.id);
  add_byte(key, 0);
  return key;
}

inline codec::bytes of(const source_ref& source, sequence at) {
  auto key = of(source);
  add(key, at);
  return key;
}

// --- shipments --------------------------------------------------------------

/// An id with its length before it, so that no longer id begins with the same
/// bytes.
inline void add_measured(codec::bytes& key, std::string_view id) {
  static_assert(limits::max_id_bytes < 256);
  add_byte(key, static_cast<unsigned char>(id.size()));
  add(key, id);
}

/// What the keys of a shipment id begin with, for callers who name no brand;
/// the brand follows.
inline codec::bytes of(const shipment_id& shipment) {
  codec::bytes key;
  key.reserve(2 + shipment.value.size() + 2 * limits::max_id_bytes);
  add_measured(key, shipment.value);
  return key;
}

/// What the keys of a brand's shipment id begin with; the order follows.
inline codec::bytes of(const shipment_id& shipment, const brand_id& brand) {
  auto key = of(shipment);
  add_measured(key, brand.value);
  return key;
}

inline codec::bytes of(const shipment_id& shipment, const order_key& order) {
  auto key = of(shipment, order.brand);
  add(key, order.id.value);
  return key;
}

/// Takes a measured id from the front of a key; none when there is none.
inline std::optional<std::string> measured_in(std::span<const std::byte>& key) {
  if (key.empty()) return {};
  const auto size = std::to_integer<std::size_t>(key.front());
  if (key.size() < 1 + size) return {};
  auto id = text_in(key.subspan(1, size));
  key = key.subspan(1 + size);
  return id;
}

/// The order in a key of the table; none when the key has another prefix.
/// `prefix` names a shipment id, with or without a brand.
inline std::optional<order_key> order_in(std::span<const std::byte> key,
                                         std::span<const std::byte> prefix) {
  if (!starts_with(key, prefix) || !measured_in(key)) return {};
  auto brand = measured_in(key);
  if (!brand) return {};
  return order_key{brand_id{std::move(*brand)}, order_id{text_in(key)}};
}

// --- commands ---------------------------------------------------------------

/// When a command was done: the key of one table and the value of the other.
/// The sequence makes it unique.
inline codec::bytes of(timestamp time, sequence at) {
  codec::bytes key;
  key.reserve(2 * sizeof(std::uint64_t));
  add(key, ordered(time));
  add(key, at);
  return key;
}

}  // namespace oms::persistence::keys
