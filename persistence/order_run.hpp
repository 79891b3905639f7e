#pragma once

/// A run: rows of orders that never change, in columns. Internal to
/// persistence/.
///
/// A checkpoint writes one run of the orders that changed, and runs are merged
/// into larger ones. A row that is in several is as the newest run has it. Rows
/// are in the order of lists (`order_place`), and are named here by their
/// number in the run, from 0. Texts that repeat are stored once and named by
/// their number, too.
///
/// A run is read where it is and owns nothing; it is good as long as its bytes
/// are. Bytes that are no run are refused; a run that is damaged otherwise
/// gives wrong rows and reads nothing outside of its bytes, so its checksum is
/// for the caller to compare first. Any thread. Format: docs/STORAGE.md,
/// "Runs".

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "messages/checkpoint.hpp"
#include "messages/codec/codec.hpp"
#include "messages/errors.hpp"
#include "persistence/run_column.hpp"

namespace oms::persistence {

/// An order's position in every list, and a cursor. Placement times may be
/// equal, and callers choose them; the order's number makes positions unique.
struct order_place {
  timestamp placed_at;
  std::uint64_t number = 0;

  friend auto operator<=>(const order_place&, const order_place&) = default;
  friend bool operator==(const order_place&, const order_place&) = default;
};

/// Of an order's key, as runs have it on disk: it must stay as it is.
[[nodiscard]] std::uint64_t run_hash(const order_key& key);

/// The rows that have a value: a list for each value but the most frequent one,
/// whose rows are found by looking at each row's value.
class run_postings {
 public:
  run_postings() = default;
  run_postings(std::uint64_t unlisted, run_column ends, run_column rows,
               std::size_t count)
      : unlisted_(unlisted), ends_(ends), rows_(rows), count_(count) {}

  [[nodiscard]] bool lists(std::size_t value) const {
    return value != unlisted_;
  }
  /// Where the rows of a value that it lists begin and end.
  [[nodiscard]] std::pair<std::size_t, std::size_t> of(std::size_t value) const;
  [[nodiscard]] std::size_t row(std::size_t i) const { return rows_[i]; }

 private:
  std::uint64_t unlisted_ = 0;
  run_column ends_;
  run_column rows_;
  std::size_t count_ = 0;
};

class order_run {
 public:
  /// `invalid` if these bytes are no run.
  [[nodiscard]] static result<order_run> read(std::span<const std::byte> data);
  /// Whether the front of it is as it was written: what `may_have`, `hides`,
  /// `by_status`, and counts and numbers of the whole run are read from.
  [[nodiscard]] bool has_good_front() const;

  [[nodiscard]] std::size_t size() const { return rows_; }

  [[nodiscard]] order_place place(std::size_t row) const {
    return {timestamp{duration{static_cast<std::int64_t>(placed_at_[row])}},
            number_[row]};
  }
  [[nodiscard]] order_status status(std::size_t row) const {
    return static_cast<order_status>(
        std::min<std::uint64_t>(status_[row], order_status_count - 1));
  }
  [[nodiscard]] order_row row(std::size_t row) const;

  /// Whether it may have the key of this hash: says of nearly every key that it
  /// does not have that it does not.
  [[nodiscard]] bool may_have(std::uint64_t hash) const;
  /// `hash` is that of the key.
  [[nodiscard]] std::optional<std::size_t> find(const order_key& key,
                                                std::uint64_t hash) const;
  [[nodiscard]] std::optional<std::size_t> find(std::uint64_t number) const;
  /// The first row at `place` or after it; `size()` if there is none.
  [[nodiscard]] std::size_t first_from(const order_place& place) const;
  /// Whether `number` is between its first and its last, inclusive.
  [[nodiscard]] bool spans(std::uint64_t number) const {
    return number >= first_number_ && number <= last_number_;
  }

  /// The orders of which an older run has a row, by their numbers: these hide
  /// it.
  [[nodiscard]] std::size_t hiding() const { return hiding_count_; }
  [[nodiscard]] std::uint64_t hidden(std::size_t i) const { return hiding_[i]; }
  [[nodiscard]] bool hides(std::uint64_t number) const;

  [[nodiscard]] const run_texts& brands() const { return brands_; }
  [[nodiscard]] const run_texts& customers() const { return customers_; }
  [[nodiscard]] const run_texts& skus() const { return skus_; }
  [[nodiscard]] std::size_t brand_of(std::size_t row) const {
    return brand_[row];
  }
  [[nodiscard]] std::size_t customer_of(std::size_t row) const {
    return customer_[row];
  }
  [[nodiscard]] bool has_sku(std::size_t row, std::size_t sku) const;

  [[nodiscard]] const run_postings& by_status() const { return by_status_; }
  [[nodiscard]] const run_postings& by_brand() const { return by_brand_; }
  [[nodiscard]] const run_postings& by_customer() const { return by_customer_; }
  [[nodiscard]] const run_postings& by_sku() const { return by_sku_; }

 private:
  friend class run_merge;

  [[nodiscard]] std::string_view id_of(std::size_t row) const {
    return ids_[row];
  }
  [[nodiscard]] std::pair<std::size_t, std::size_t> skus_of(
      std::size_t row) const;

  std::span<const std::byte> front_;
  std::uint64_t front_check_ = 0;
  std::size_t rows_ = 0;
  std::uint64_t first_number_ = 0;
  std::uint64_t last_number_ = 0;
  std::span<const std::byte> filter_;
  std::uint64_t filter_blocks_ = 0;
  run_column number_;
  run_column placed_at_;
  /// After the placement, with the sign as the lowest bit.
  run_column changed_after_;
  run_column head_;
  run_column version_;
  run_column status_;
  /// Few are different, so they are named by their place among these.
  std::size_t stuck_count_ = 0;
  run_column stuck_values_;
  run_column stuck_;
  run_column brand_;
  run_column customer_;
  std::size_t sku_count_ = 0;
  run_column sku_ends_;
  run_column sku_;
  std::string_view id_prefix_;
  run_texts ids_;
  run_texts brands_;
  run_texts customers_;
  run_texts skus_;
  run_postings by_status_;
  run_postings by_brand_;
  run_postings by_customer_;
  run_postings by_sku_;
  /// The upper half of the hashes of keys, sorted, and the row of each.
  run_column tags_;
  run_column tag_rows_;
  /// The rows by number, unless they are so by themselves.
  bool numbers_rise_ = true;
  run_column by_number_;
  std::size_t hiding_count_ = 0;
  run_column hiding_;
};

/// Whether an older run has a row of the order of this number.
using is_older = std::function<bool(std::uint64_t number)>;

/// `rows` are in no order; each order comes once.
[[nodiscard]] codec::bytes encode_run(std::span<const order_row* const> rows,
                                      const is_older& older);

/// One run in the place of these, which are neighbors in age, the oldest first.
[[nodiscard]] codec::bytes merge_runs(
    std::span<const order_run* const> oldest_first);

}  // namespace oms::persistence
