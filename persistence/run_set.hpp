#pragma once

/// The runs of a checkpoint: all of one moment, newest first. Internal to
/// persistence/.
///
/// `run_cache` belongs to a table store and is for any thread: it finds the
/// runs anew after each write, and knows which have been checked. `held_runs`
/// is what a reader asks while it holds a view. Errors are those of the
/// tables; a damaged or malformed run is `storage_unavailable`.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "persistence/order_run.hpp"
#include "persistence/table_store.hpp"

namespace oms::persistence {

/// A run is merged with others only up to this size, so this bounds the memory
/// that a merge takes (about five times as much) and the time.
inline constexpr std::size_t max_run_bytes = 16U << 20U;
/// So many runs of about one size become one.
inline constexpr std::size_t runs_per_merge = 8;

/// The checkpoints that a run is of, by their count; its key in the table.
/// They are never used again, so a run under a key is always the same.
struct run_name {
  std::uint64_t newest = 0;
  std::uint64_t oldest = 0;

  friend bool operator==(const run_name&, const run_name&) = default;
};

struct stored_run {
  run_name name;
  std::span<const std::byte> value;
  order_run run;
  /// That its checksum has been compared, at any moment.
  std::shared_ptr<std::atomic<bool>> is_checked;
};

struct run_set {
  table_moment moment;
  std::vector<stored_run> newest_first;
};

class run_cache {
 public:
  [[nodiscard]] result<std::shared_ptr<const run_set>> of(
      const table_view& view);

 private:
  std::mutex mutex_;
  std::shared_ptr<const run_set> newest_;
};

/// The row of an order, and the run that has it.
struct found_row {
  std::size_t run = 0;
  std::size_t row = 0;
};

class held_runs {
 public:
  held_runs(const table_view& view, std::shared_ptr<const run_set> set)
      : view_(view), set_(std::move(set)) {}

  [[nodiscard]] std::size_t size() const { return set_->newest_first.size(); }
  [[nodiscard]] const stored_run& at(std::size_t i) const {
    return set_->newest_first[i];
  }
  /// To be called before anything but its front is read of a run. Compares its
  /// checksum, once per run and open store.
  [[nodiscard]] status check(std::size_t run) const;

  [[nodiscard]] result<std::optional<found_row>> find(
      const order_key& key) const;
  [[nodiscard]] result<std::optional<found_row>> find(
      std::uint64_t number) const;
  [[nodiscard]] order_row row(const found_row& found) const {
    return at(found.run).run.row(found.row);
  }
  /// Whether a newer run has another row of the order.
  [[nodiscard]] bool is_hidden(std::size_t run, std::uint64_t number) const;

 private:
  const table_view& view_;
  std::shared_ptr<const run_set> set_;
};

[[nodiscard]] codec::bytes key_of(const run_name& name);

/// Which neighbors are to be merged: the first of them, and their count; 0 if
/// none. `sizes` are in bytes, those of the newest run first.
[[nodiscard]] std::pair<std::size_t, std::size_t> due_merge(
    std::span<const std::size_t> sizes);

}  // namespace oms::persistence
