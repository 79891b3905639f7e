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
/// entity is written out as text, field by field, with its names in full and
/// its lists sorted where their order says nothing. So the hash does not depend
/// on where an entity lives, on how many shards there are, on what is
/// passivated, on addresses or numbers that an engine hands out for itself, nor
/// on how states are encoded on disk. Of the numbers of orders and of
/// reservations it has their order, in which they are served and revoked.
///
/// Format: `NAME=VALUE`, a line each; a text is its length in bytes, a colon
/// and the text, and a number ends with a comma, so that different states never
/// write the same text. A change of this format changes every hash, so the
/// changelog names it.

#include <string>

#include "actors/engine/collection.hpp"

namespace oms {

/// 64 hexadecimal digits.
[[nodiscard]] std::string state_hash_of(const collection& all);

}  // namespace oms
