#pragma once

/// Checkpoints and indexes of the log, in the tables beside it.
///
/// Purpose: knows which row stands in which table under which key; everything
/// else sees rows and states. A checkpoint is written whole or not at all, and
/// is true up to one sequence of the log. Owner: made where it is used, around
/// the tables of a log store, which outlives it. Threads: as table_store.hpp.
/// Errors: those of the tables; `storage_unavailable` when a row is not
/// readable. Format:
/// docs/STORAGE.md, "Checkpoints".

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "messages/checkpoint.hpp"
#include "messages/codec/checkpoint.hpp"
#include "messages/done_command.hpp"
#include "messages/order_list.hpp"
#include "messages/source_state.hpp"
#include "persistence/table_store.hpp"

namespace oms::persistence {

/// Where an entity other than an order stands.
struct entity_head {
  entity_ref entity;
  /// Its last event, up to the checkpoint.
  sequence head = 0;

  friend bool operator==(const entity_head&, const entity_head&) = default;
};

/// The state of a source after the event `at`, which is its own.
struct source_snapshot {
  source_state state;
  sequence at = 0;
};

/// A source's snapshot, encoded.
struct encoded_snapshot {
  source_ref source;
  sequence at = 0;
  codec::bytes data;
};

/// An order that has a shipment of this id.
struct shipment_row {
  shipment_id shipment;
  order_key order;

  friend bool operator==(const shipment_row&, const shipment_row&) = default;
};

/// What has changed since the checkpoint before.
struct checkpoint {
  codec::anchored_head head;
  /// Whole rows of the orders that changed.
  std::vector<order_row> orders;
  std::vector<entity_head> heads;
  std::vector<encoded_snapshot> snapshots;
  std::vector<shipment_row> shipments;
  std::vector<done_command> commands;
  /// Commands that were done before may be forgotten.
  timestamp commands_kept_from = timestamp::min();
};

class checkpoint_reader {
 public:
  explicit checkpoint_reader(const table_store& tables) : tables_(&tables) {}

  /// None before the first checkpoint, and after `clear`.
  [[nodiscard]] result<std::optional<codec::anchored_head>> head() const;

  [[nodiscard]] result<std::optional<order_row>> order(
      const order_key& key) const;
  [[nodiscard]] result<std::optional<order_row>> order(
      std::uint64_t number) const;
  /// Visits the orders with a status that is not over, by status and age.
  /// `visit` may use the store. Not to be called beside `write`, which moves
  /// orders from one status to another.
  status open_orders(const std::function<bool(order_row)>& visit) const;
  /// One page, from where `cursor` points; from the newest order when it is
  /// empty. `invalid` for a cursor that no page has given. What one page looks
  /// at is bounded: it may have less than `limit` rows, or none, and still a
  /// cursor.
  [[nodiscard]] result<order_page> orders(const order_filter& filter,
                                          const std::string& cursor,
                                          std::size_t limit) const;

  /// Up to `limit` orders of the brand, or of all brands, that have a shipment
  /// of this id. Logs of earlier versions may have several in one brand.
  [[nodiscard]] result<std::vector<order_key>> orders_with(
      const shipment_id& shipment, const std::optional<brand_id>& brand,
      std::size_t limit) const;

  /// Commands whose ids begin with `prefix`, by id.
  [[nodiscard]] result<std::vector<done_command>> commands(
      const std::string& prefix, std::size_t limit) const;

  [[nodiscard]] result<std::vector<entity_head>> heads() const;
  /// Also of an order. 0: the entity is not in the checkpoint.
  [[nodiscard]] result<sequence> head_of(const entity_ref& entity) const;

  /// The newest snapshot of a source that is not behind `upto`.
  [[nodiscard]] result<std::optional<source_snapshot>> snapshot(
      const source_ref& source, sequence upto) const;
  /// The oldest one that is behind `after`.
  [[nodiscard]] result<std::optional<source_snapshot>> snapshot_after(
      const source_ref& source, sequence after) const;

 protected:
  const table_store* tables_;
};

class checkpoint_store : public checkpoint_reader {
 public:
  explicit checkpoint_store(table_store& tables)
      : checkpoint_reader(tables), writable_(&tables) {}

  /// All of it in one write. Of an order that is there already, only the
  /// status may have moved it in an index: who placed what where, and when,
  /// never changes. Of the commands that may be forgotten, one write forgets
  /// at most twice as many as it brings, or 10,000 if that is more.
  status write(const checkpoint& made);
  /// Forgets everything: it is not of this log.
  status clear();

 private:
  table_store* writable_;
};

}  // namespace oms::persistence
