#pragma once

/// Questions that HTTP and RPC ask in the same way, and that take more than one
/// look at the engine or its store.
///
/// They wait, so they belong on a query thread. Errors are those of the engine
/// and of the store.

#include <optional>
#include <vector>

#include "actors/history/history.hpp"
#include "tools/omsd/routes.hpp"

namespace oms::omsd {

/// An order, now or as of an earlier moment; then without its places in
/// backorder queues, which no event records.
[[nodiscard]] result<order_view> find_order(
    service& of, const order_key& key,
    const std::optional<history::moment>& at);

/// The events of an order, oldest first.
[[nodiscard]] result<std::vector<event>> find_timeline(
    service& of, const order_key& key,
    const std::optional<history::moment>& at);

[[nodiscard]] result<std::vector<routing_decision>> find_decisions(
    service& of, const order_key& key,
    const std::optional<history::moment>& at);

/// The backorder queue of a SKU, in the order in which it is served. Orders of
/// brands that the caller may not see have no ids in it.
[[nodiscard]] result<std::vector<waiting_view>> find_waiting(
    service& of, const sku_id& sku, const files::access& who);

/// Includes the backorder queue, as `find_waiting` shows it. With `only`, no
/// other location or supplier is asked; as of an earlier moment, all are shown.
[[nodiscard]] result<sku_stock> find_stock(
    service& of, const sku_id& sku, const files::access& who,
    const std::optional<history::moment>& at = {},
    const std::optional<std::string>& only = {});

/// Each with what is left of its offer, as `engine::supplier` shows it. A
/// supplier with a change that waits for the disk is shown as it was written
/// before.
[[nodiscard]] result<std::vector<supplier_settings>> find_suppliers(
    service& of);

/// A product has no actor; its settings are in the log alone.
[[nodiscard]] result<product_settings> find_product(service& of,
                                                    const std::string& sku);

}  // namespace oms::omsd
