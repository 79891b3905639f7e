// Lists of orders: checkpoint_store's walks over its index.

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include "messages/hex.hpp"
#include "persistence/checkpoint_keys.hpp"
#include "persistence/checkpoint_store.hpp"

namespace oms::persistence {

namespace {

using keys::place;

// Orders that one page looks at, at most: about a tenth of a second. A filter
// whose conditions meet in few orders could otherwise read a whole index.
constexpr std::size_t max_page_looks = 50'000;
// Rows that are read in one transaction. LMDB keeps the old pages that an open
// one sees, so a long one lets the file grow.
constexpr std::size_t chunk_rows = 1'000;
// Longer than any position, so after all of them.
constexpr std::size_t beyond_bytes = keys::place_bytes + 1;

// --- cursors: the position of the last row, in hexadecimal ------------------

// A position and not an offset or a row: orders that come or change between two
// pages neither shift it nor take it away. It is the same in every index, so it
// holds no trace of which one was walked.

constexpr std::size_t cursor_digits = 2 * keys::place_bytes;

std::string cursor_of(const place& where) {
  return hex_of(keys::with({}, where));
}

// A cursor comes back from a caller, so anything may be in it. Encoding what
// was decoded finds all forms that no page has given, such as upper case.
result<place> place_of(const std::string& cursor) {
  codec::bytes data;
  const std::string_view text = cursor;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    unsigned value = 0;
    const auto* end = text.data() + i + 2;
    if (std::from_chars(text.data() + i, end, value, 16).ptr != end) break;
    keys::add_byte(data, value);
  }
  const auto where = keys::place_in(data, {});
  if (!where || cursor_of(*where) != cursor)
    return error{.code = error_code::invalid,
                 .message = "no page has given this cursor",
                 .faults = {{"cursor", "is not one that a page has given"}}};
  return *where;
}

// --- filters ----------------------------------------------------------------

// The index whose rows are likely to be the fewest, by what is usual: a
// customer has a few orders, a SKU hundreds, and an open status is rarer than a
// brand. Nothing counts rows; a wrong guess costs time and not correctness.
codec::bytes narrowest(const order_filter& filter) {
  // Orders without a customer have no row there.
  if (filter.customer && !filter.customer->empty())
    return keys::prefix(keys::index::customer, filter.customer->value);
  if (filter.sku) return keys::prefix(keys::index::sku, filter.sku->value);
  if (filter.status) return keys::prefix(*filter.status);
  if (filter.brand)
    return keys::prefix(keys::index::brand, filter.brand->value);
  return keys::prefix(keys::index::time, {});
}

// Every condition is compared with the row, also the one that chose the index:
// keys of long customer ids are hashes, and a row may have changed its status
// since its key was read.
bool agrees(const order_filter& filter, const order_row& row) {
  return (!filter.brand || *filter.brand == row.key.brand) &&
         (!filter.status || *filter.status == row.status) &&
         (!filter.customer || *filter.customer == row.customer) &&
         (!filter.sku ||
          std::ranges::find(row.skus, *filter.sku) != row.skus.end()) &&
         (!filter.placed_from || row.placed_at >= *filter.placed_from) &&
         (!filter.placed_before || row.placed_at < *filter.placed_before);
}

// A walk over one index, some rows at a time. Each step is a transaction of its
// own, and begins after the position at which the one before ended; so rows may
// come and go between steps.
class index_walk {
 public:
  index_walk(const table_store& tables, codec::bytes prefix)
      : tables_(&tables), prefix_(std::move(prefix)) {
    from_ = prefix_;
  }

  // Begins at the end, and goes to older orders.
  void backwards() {
    back_ = true;
    from_ = prefix_;
    from_.resize(prefix_.size() + beyond_bytes, std::byte{0xff});
  }
  // Goes on with the order that comes next after `where`.
  void go_on_after(const place& where) {
    from_ = keys::with(prefix_, where);
    passed_ = where;
  }

  [[nodiscard]] bool ended() const { return ended_; }

  // The next rows, at most `limit`; sets `ended`. Rows that have gone since the
  // index was read are left out.
  result<std::vector<order_row>> next(std::size_t limit) {
    std::vector<codec::bytes> numbers;
    std::optional<place> last;
    ended_ = true;
    // The rows are read when the walk over the index is over: a visitor must
    // not use the store.
    const auto visit = [&](std::span<const std::byte> key,
                           std::span<const std::byte>) {
      if (!keys::starts_with(key, prefix_)) return false;
      const auto where = keys::place_in(key, prefix_);
      // Another id's key between those of this one, or the row at which the
      // step before ended.
      if (!where || where == passed_) return true;
      // There is at least one more: only now is it known that this is not the
      // end.
      if (numbers.size() == limit) {
        ended_ = false;
        return false;
      }
      numbers.push_back(keys::of(where->number));
      last = where;
      return true;
    };
    const auto walked =
        back_ ? tables_->scan_back(table::order_index, from_, visit)
              : tables_->scan(table::order_index, from_, visit);
    if (!walked) return walked.failure();
    if (last) go_on_after(*last);
    const auto found = tables_->get_all(table::orders, numbers);
    if (!found) return found.failure();
    std::vector<order_row> rows;
    rows.reserve(found->size());
    for (const auto& data : *found) {
      if (!data) continue;
      auto row = codec::decode_row(*data);
      if (!row)
        return error{.code = error_code::storage_unavailable,
                     .message = "an order of the checkpoint is not readable: " +
                                row.failure().message,
                     .faults = {}};
      rows.push_back(std::move(*row));
    }
    return rows;
  }

 private:
  const table_store* tables_;
  codec::bytes prefix_;
  bool back_ = false;
  codec::bytes from_;
  std::optional<place> passed_;
  bool ended_ = false;
};

}  // namespace

// One walk per status that is not over: a restart reads as many rows as orders
// are open, however many have been delivered.
status checkpoint_reader::open_orders(
    const std::function<bool(order_row)>& visit) const {
  for (std::size_t i = 0; i < order_status_count; ++i) {
    const auto status_now = static_cast<order_status>(i);
    if (is_over(status_now)) continue;
    index_walk walk(*tables_, keys::prefix(status_now));
    while (!walk.ended()) {
      auto rows = walk.next(chunk_rows);
      if (!rows) return rows.failure();
      for (auto& row : *rows)
        if (row.status == status_now && !visit(std::move(row))) return done{};
    }
  }
  return done{};
}

result<order_page> checkpoint_reader::orders(const order_filter& filter,
                                             const std::string& cursor,
                                             std::size_t limit) const {
  index_walk walk(*tables_, narrowest(filter));
  walk.backwards();
  // Times are part of the keys, so bounds of time are where the walk begins and
  // ends. A number is never 0, so this is before all orders of that very time.
  std::optional<place> start;
  if (filter.placed_before)
    start = place{.placed_at = *filter.placed_before, .number = 0};
  if (!cursor.empty()) {
    const auto where = place_of(cursor);
    if (!where) return where.failure();
    start = start ? std::min(*start, *where) : *where;
  }
  if (start) walk.go_on_after(*start);

  limit = std::max<std::size_t>(limit, 1);
  order_page page;
  place seen;
  std::size_t looks = 0;
  // Small steps first: most pages are filled by the first few rows.
  auto step = std::min(limit + 1, chunk_rows);
  while (!walk.ended() && looks < max_page_looks) {
    auto rows = walk.next(step);
    if (!rows) return rows.failure();
    looks += step;
    step = chunk_rows;
    for (auto& row : *rows) {
      // All that follow are older.
      if (filter.placed_from && row.placed_at < *filter.placed_from)
        return page;
      if (agrees(filter, row)) {
        // One more than asked for, so there is a next page. It begins after the
        // last row that was looked at, not after the last one shown.
        if (page.rows.size() == limit) {
          page.cursor = cursor_of(seen);
          return page;
        }
        page.rows.push_back(row);
      }
      seen = {.placed_at = row.placed_at, .number = row.number};
    }
  }
  if (!walk.ended()) page.cursor = cursor_of(seen);
  return page;
}

}  // namespace oms::persistence
