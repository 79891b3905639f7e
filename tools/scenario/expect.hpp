#pragma once

/// Compares expectations with facts.
///
/// Turns views and events into what a scenario's `expect` names, and compares
/// the two. A difference is a `mismatch`; none if everything is as expected.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "messages/open_alerts.hpp"
#include "messages/views.hpp"
#include "tools/json/value.hpp"
#include "tools/scenario/compare.hpp"

namespace oms::scenario {

/// The order as read, with the source of a fulfillment as its id and units
/// counted by SKU where `named` does not ask for lines. Fulfillments that
/// have no units left are in it when `named` asks for their status.
[[nodiscard]] json::value order_facts(const json::value& named,
                                      const order_view& order);

/// Of a preview of an edit, likewise.
[[nodiscard]] json::value preview_facts(const json::value& named,
                                        const edit_preview& shown);

/// All so far, in order: {"kinds": [...]}.
[[nodiscard]] json::value notification_facts(const std::vector<event>& trail);

/// {"kinds": [...], "reasons": [...], "open": ...}; of one subject, or of all.
/// With `open` only those that are in it.
[[nodiscard]] json::value alert_facts(
    const std::vector<event>& trail,
    const std::optional<std::string>& subject = std::nullopt,
    const std::optional<std::vector<open_alert>>& open = std::nullopt);

/// Whether the subject of an alert names this: one that may come again has "@"
/// and a version after it.
[[nodiscard]] bool is_about(std::string_view alert, std::string_view subject);

/// {"statuses": ["pending", ...]}.
[[nodiscard]] json::value transition_facts(const std::vector<event>& trail);

[[nodiscard]] std::optional<mismatch> compare_order(const json::value& named,
                                                    const order_view& order);

[[nodiscard]] std::optional<mismatch> compare_quote(const json::value& named,
                                                    const quote_view& quote);

/// The backorder queue, in the order in which it is served.
[[nodiscard]] std::optional<mismatch> compare_backorder_queue(
    const json::value& named, const std::vector<waiting_view>& line);

/// Every element of "contains" must be there, in this order, with others
/// between. Notifications and alerts may be named by their own kind, too.
[[nodiscard]] std::optional<mismatch> compare_timeline(
    const json::value& named, const std::vector<event>& trail);

[[nodiscard]] std::optional<mismatch> compare_invariants(
    const std::vector<violation>& violations);

}  // namespace oms::scenario
