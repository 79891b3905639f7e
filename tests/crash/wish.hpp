#pragma once

/// What a client asks of the engine that is going to be killed: a few kinds of
/// commands, each a line of text between the client and the server process.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "messages/commands.hpp"

namespace oms::crash {

enum class wish_kind : std::uint8_t {
  location,
  supplier,
  receive,
  count,
  place,
  place_paid,
  pay,
  cancel,
  pick,
  ship,
  plan
};

struct wanted_units {
  std::string sku;
  std::int64_t units = 0;
};

struct wish {
  wish_kind kind = wish_kind::place;
  /// Counts the wishes of a run from 1; an order is named after the wish that
  /// places it.
  std::uint64_t id = 0;
  /// The wish that placed the order that this one is about.
  std::uint64_t order = 0;
  std::string place;
  /// Lines of an order; of a supplier, what it offers.
  std::vector<wanted_units> units;
};

[[nodiscard]] std::string text_of(const wish& given);
/// None if the line is not a wish.
[[nodiscard]] std::optional<wish> wish_in(const std::string& line);

[[nodiscard]] command command_of(const wish& given);
/// The id of its command, by which its events are found in the log.
[[nodiscard]] std::string command_id_of(const wish& given);
[[nodiscard]] order_key order_named(std::uint64_t placed_by);

/// Whether asking twice does the same as asking once.
[[nodiscard]] bool is_repeatable(wish_kind kind);

}  // namespace oms::crash
