#pragma once

/// What a client asks of the engine that is going to be killed.
///
/// Purpose: few kinds of commands, each one line of text between the client
/// and the server process. Owner: values. Threads: any. Errors: a line that is
/// none gives none.

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
  /// Counts the wishes of a run from 1; names the order that it places.
  std::uint64_t id = 0;
  /// The wish that placed the order it is about.
  std::uint64_t order = 0;
  std::string place;
  /// Lines of an order; of a supplier, what it offers.
  std::vector<wanted_units> units;
};

[[nodiscard]] std::string text_of(const wish& given);
[[nodiscard]] std::optional<wish> wish_in(const std::string& line);

[[nodiscard]] command command_of(const wish& given);
/// As it stands in the log beside the events.
[[nodiscard]] std::string command_id_of(const wish& given);
[[nodiscard]] order_key order_named(std::uint64_t placed_by);

/// Whether asking twice does the same as asking once.
[[nodiscard]] bool is_repeatable(wish_kind kind);

}  // namespace oms::crash
