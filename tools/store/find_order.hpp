#pragma once

/// Finds the order that a person means. An id is unique within its brand only,
/// and people like to leave the brand out. Errors: `not_found`; `conflict`,
/// with the brands' names, if several brands have the id; those of reading the
/// store.

#include <optional>
#include <set>
#include <string>

#include "messages/errors.hpp"
#include "messages/ids.hpp"
#include "persistence/log_store.hpp"

namespace oms::store {

/// Without a brand, the order that has none, or else the only one with this id,
/// for which the whole log is read.
[[nodiscard]] result<order_key> find_order(
    const persistence::log_store& store, const std::string& id,
    const std::optional<std::string>& brand);

/// The error for an id that several brands have.
[[nodiscard]] error several_brands(const std::string& id,
                                   const std::set<std::string>& brands);

/// "SO-1 of acme", or without a brand "SO-1".
[[nodiscard]] std::string text_of(const order_key& key);

}  // namespace oms::store
