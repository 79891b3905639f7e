#pragma once

/// One hash for the state of an engine: its orders, locations and suppliers
/// with their settings, stock and reservations, products, routing rules and
/// backorder queues.
///
/// Two engines with the same hash agree on all of that: a replay that was
/// reopened, a restored backup, another machine. Three things are left out:
/// personal data, which is not in the log (only whether an order has some
/// counts); the answers that are kept for ids of commands; and how the state
/// came about, which the hash chain covers.
///
/// The hash is SHA-256 over the SHA-256 of each entity, sorted by name. An
/// entity is written out as text, by the lists of fields of what it consists of
/// (messages/fields/hash_input.hpp): so it has every field that there is, and a
/// field that is added later changes the hash of those alone that use it. It
/// does not depend on where an entity lives, on how many shards there are, on
/// what is passivated, on addresses or numbers that an engine hands out for
/// itself, nor on how states are encoded on disk. Of the numbers of orders and
/// of reservations it has their order, in which they are served and revoked.
///
/// Format: `NAME=VALUE`, a line for each part of an entity. A change of this
/// format changes every hash, so the changelog names it.

#include <string>

#include "actors/engine/collection.hpp"

namespace oms {

/// 64 hexadecimal digits.
[[nodiscard]] std::string state_hash_of(const collection& all);

}  // namespace oms
