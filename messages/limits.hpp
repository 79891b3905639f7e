#pragma once

/// Every limit of the vocabulary, with its unit in its name.
///
/// Purpose: what is refused for its size stands here, so that memory and disk
/// are bounded by numbers that can be read in one place. Owner: constants.
/// A text's length is counted in bytes of UTF-8. `_bytes`, `_days`, `_s`,
/// `_units` are the units; names without one count things.

#include <cstddef>
#include <cstdint>

namespace oms::limits {

// --- commands ---------------------------------------------------------------

inline constexpr std::size_t max_order_lines = 10'000;
/// Of one line, one delivery of stock, one count; sums of all the lines of an
/// order stay far from the range of 64 bits.
inline constexpr std::int64_t max_quantity_units = 1'000'000'000;
/// Of one price, discount, tax, cost or capture. Together with
/// `max_quantity_units` a product would overflow: validation multiplies in
/// 128 bits and refuses totals over `max_total_minor_units`.
inline constexpr std::int64_t max_money_minor_units = 1'000'000'000'000;
inline constexpr std::int64_t max_total_minor_units = 1'000'000'000'000'000;

/// Ids, names of actors, references, codes. Two of them and a '/' must fit a
/// key of LMDB, which has 511 bytes.
inline constexpr std::size_t max_id_bytes = 128;
/// The caller's id of a command. With a time and a sequence it must fit a key
/// of LMDB.
inline constexpr std::size_t max_command_id_bytes = 400;
/// A command of an idempotent caller is remembered for so long, at least.
inline constexpr int command_kept_h = 24;
/// Commands that one look by a prefix shows.
inline constexpr std::size_t max_commands_shown = 16;
/// Notes, reasons, names, lines of an address.
inline constexpr std::size_t max_text_bytes = 4'096;
inline constexpr std::size_t currency_bytes = 3;

inline constexpr std::size_t max_holds_per_order = 100;
inline constexpr std::size_t max_notes_per_order = 10'000;

/// Brands or countries that a location or supplier names.
inline constexpr std::size_t max_list_entries = 1'000;
inline constexpr std::size_t max_supplier_products = 100'000;
inline constexpr std::size_t max_routing_tiers = 16;
inline constexpr std::int32_t max_handling_days = 3'650;

// --- the log ----------------------------------------------------------------

/// One log entry, that is, all events of one commit.
inline constexpr std::size_t max_entry_bytes = 64 * 1024 * 1024;
/// Events of one log entry.
inline constexpr std::size_t max_entry_events = 1'000'000;
/// The record of one person.
inline constexpr std::size_t max_personal_bytes = 64 * 1024;
/// The state of one order, location or supplier: a location with a million
/// SKUs stays below it.
inline constexpr std::size_t max_snapshot_bytes = 256 * 1024 * 1024;
/// Of which most are messages that are under way.
inline constexpr std::size_t max_checkpoint_head_bytes = 256 * 1024 * 1024;
/// An order with the most lines there may be, each of another SKU.
inline constexpr std::size_t max_order_row_bytes = 2 * 1024 * 1024;
/// What an entity's key may have: `brand/id`.
inline constexpr std::size_t max_entity_key_bytes = 2 * max_id_bytes + 1;

// --- answers ----------------------------------------------------------------

/// One view.
inline constexpr std::size_t max_view_bytes = 64 * 1024 * 1024;

}  // namespace oms::limits
