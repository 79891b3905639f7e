#pragma once

/// Checkpoints and indexes of the log, in the tables beside it.
///
/// These classes know which row is in which table under which key; everything
/// else sees rows and states. A checkpoint is written whole or not at all, and
/// is true as of one sequence of the log. They are cheap to make, around the
/// tables of a log store, which must outlive them. One thread writes, any
/// thread reads. Errors are those of the tables; a row that is not readable is
/// `storage_unavailable`. Format: docs/STORAGE.md, "Checkpoints" and "Runs".

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "messages/checkpoint.hpp"
#include "messages/codec/checkpoint.hpp"
#include "messages/done_command.hpp"
#include "messages/order_list.hpp"
#include "messages/source_state.hpp"
#include "persistence/table_store.hpp"

namespace oms::persistence {

class held_runs;

/// Where the timeline of an entity other than an order ends.
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

/// A source's snapshot, encoded: the checkpointer keeps it until the next
/// checkpoint, and bytes take less memory than a state.
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
  /// Whole rows of the orders that changed. If one comes twice, the last
  /// counts.
  std::vector<order_row> orders;
  /// More such rows, which the caller keeps until they are written.
  std::vector<const order_row*> kept_orders;
  std::vector<entity_head> heads;
  std::vector<encoded_snapshot> snapshots;
  /// More of them, kept likewise.
  std::span<const encoded_snapshot> kept_snapshots;
  std::vector<shipment_row> shipments;
  std::vector<done_command> commands;
  /// Commands that were done before this time may be forgotten.
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
  /// Calls `use` for each of `keys`, in their order, with its place among them
  /// and its row, until it fails. As of one moment. `use` must not use the
  /// store.
  status orders(
      std::span<const order_key> keys,
      const std::function<status(std::size_t place,
                                 std::optional<order_row> row)>& use) const;
  /// Visits the orders with a status that is not over, by status and age.
  /// `visit` may use the store. Must not run beside `write` and `merge`:
  /// then it ends with `storage_unavailable`.
  status open_orders(const std::function<bool(order_row)>& visit) const;
  /// One page, from where `cursor` points, or from the newest order if it is
  /// empty. `invalid` for a cursor that no page has given. The rows that one
  /// page looks at are bounded, so it may have fewer than `limit`, or none, and
  /// still have a cursor.
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
  /// The last event of an entity, orders included; 0: it is not in the
  /// checkpoint.
  [[nodiscard]] result<sequence> head_of(const entity_ref& entity) const;

  /// The newest snapshot of a source at `upto` or before it.
  [[nodiscard]] result<std::optional<source_snapshot>> snapshot(
      const source_ref& source, sequence upto) const;
  /// The oldest one after `after`.
  [[nodiscard]] result<std::optional<source_snapshot>> snapshot_after(
      const source_ref& source, sequence after) const;

 protected:
  /// Calls `use` with the runs of one moment; calls nothing where there are no
  /// tables yet.
  status reading(const std::function<status(const table_view&,
                                            const held_runs&)>& use) const;

  const table_store* tables_;
};

class checkpoint_store : public checkpoint_reader {
 public:
  explicit checkpoint_store(table_store& tables)
      : checkpoint_reader(tables), writable_(&tables) {}

  /// All of it in one transaction. Who placed what, and when, never changes
  /// between the rows of an order. Of the commands that may be forgotten, one
  /// write forgets at most twice as many as it brings, or 10,000 if that is
  /// more.
  status write(const checkpoint& made);
  /// Merges some runs into one, if there are enough of about one size; tells
  /// whether it did. Readers see the same before and after. Takes memory and
  /// time for one run of the largest size. To be called after `write`, until
  /// there is nothing to merge, by the same thread.
  [[nodiscard]] result<bool> merge();
  /// Forgets everything, for tables that are of another log.
  status clear();

 private:
  table_store* writable_;
};

}  // namespace oms::persistence
