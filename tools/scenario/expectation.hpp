#pragma once

/// What a scenario expects: the facts that it is about, and what it says of
/// them.
///
/// The `expect` steps of docs/SCENARIOS.md. Their form is checked when the file
/// is read, so a misspelt key is a fault and not an expectation that always
/// holds.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "messages/commands.hpp"
#include "messages/events.hpp"
#include "messages/ids.hpp"
#include "tools/json/reader.hpp"
#include "tools/json/value.hpp"

namespace oms::scenario {

/// What an expectation is about.
enum class subject : std::uint8_t {
  order,
  stock,
  incoming,
  supplier,
  quote,
  backorders,
  notifications,
  alerts_of_order,
  alerts_of_stock,
  timeline,
  transitions,
  invariants,
  total,
  preview,
  consolidation,
  one_of
};

struct expectation {
  subject about = subject::invariants;
  /// Of order, notifications, alerts_of_order, timeline, transitions.
  order_key order;
  /// Of stock, incoming and alerts_of_stock the location, of supplier its id.
  std::string place;
  /// Of stock, incoming, alerts_of_stock, supplier, backorders.
  sku_id sku;
  /// Of quote.
  cart wanted;
  /// Of total.
  order_status status = order_status::pending;
  /// Of preview.
  edit_order edit;
  /// The keys that must hold, without those that say what it is about.
  json::value named = json::value::object();
  /// Of one_of.
  std::vector<expectation> alternatives;
};

/// What `invariants` was called before; accepted until the next release.
inline constexpr const char* old_name_of_invariants = "laws";

/// Finds the order that an id of the file stands for.
using order_finder = std::function<order_key(const std::string& id)>;

[[nodiscard]] expectation read_expectation(const json::node& at,
                                           const order_finder& find_order);

}  // namespace oms::scenario
