// Lists of orders: checkpoint_store's walks over its runs.

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "messages/hex.hpp"
#include "persistence/checkpoint_keys.hpp"
#include "persistence/checkpoint_store.hpp"
#include "persistence/run_set.hpp"

namespace oms::persistence {

namespace {

// Orders that one page looks at, at most: about a tenth of a second. A filter
// whose conditions meet in few orders could otherwise read a whole index.
constexpr std::size_t max_page_looks = 50'000;
// Rows that are made in one transaction. LMDB keeps the old pages that an open
// one sees, so a long one lets the file grow.
constexpr std::size_t chunk_rows = 1'000;

// --- cursors: the position of the last row, in hexadecimal ------------------

// A position and not an offset or a row: orders that come or change between two
// pages neither shift it nor take it away. It is the same in every index and
// run, so it holds no trace of which were walked, and runs may be merged.

std::string cursor_of(const order_place& where) {
  return hex_of(keys::of(where.placed_at, where.number));
}

// A cursor comes back from a caller, so anything may be in it. Encoding what
// was decoded finds all forms that no page has given, such as upper case.
result<order_place> place_of(const std::string& cursor) {
  constexpr auto number_bytes = sizeof(std::uint64_t);
  codec::bytes data;
  const std::string_view text = cursor;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    unsigned value = 0;
    const auto* end = text.data() + i + 2;
    if (std::from_chars(text.data() + i, end, value, 16).ptr != end) break;
    keys::add_byte(data, value);
  }
  std::optional<order_place> where;
  if (data.size() == 2 * number_bytes)
    where = {.placed_at = keys::time_in(std::span(data).first(number_bytes)),
             .number = keys::number_in(std::span(data).last(number_bytes))};
  if (!where || cursor_of(*where) != cursor)
    return error{.code = error_code::invalid,
                 .message = "no page has given this cursor",
                 .faults = {{"cursor", "is not one that a page has given"}}};
  return *where;
}

// --- filters ----------------------------------------------------------------

// A filter in the numbers that a run has for its texts.
class run_filtering {
 public:
  run_filtering(const order_run& run, const order_filter& filter)
      : run_(&run), status_(filter.status) {
    if (filter.brand) brand_ = named(run.brands(), filter.brand->value);
    if (filter.customer)
      customer_ = named(run.customers(), filter.customer->value);
    if (filter.sku) sku_ = named(run.skus(), filter.sku->value);
  }

  // False if no row of the run can agree.
  [[nodiscard]] bool is_possible() const { return possible_; }

  [[nodiscard]] bool agrees(std::size_t row) const {
    return (!brand_ || *brand_ == run_->brand_of(row)) &&
           (!status_ || *status_ == run_->status(row)) &&
           (!customer_ || *customer_ == run_->customer_of(row)) &&
           (!sku_ || run_->has_sku(row, *sku_));
  }

  // The list whose rows are likely to be the fewest, by what is usual: a
  // customer has a few orders, a SKU hundreds, and an open status is rarer than
  // a brand. A wrong guess costs time and not correctness. None for all rows.
  [[nodiscard]] std::optional<std::pair<const run_postings*, std::size_t>>
  narrowest() const {
    if (customer_ && !run_->customers()[*customer_].empty())
      return std::pair(&run_->by_customer(), *customer_);
    if (sku_) return std::pair(&run_->by_sku(), *sku_);
    if (status_)
      return std::pair(&run_->by_status(), static_cast<std::size_t>(*status_));
    if (brand_) return std::pair(&run_->by_brand(), *brand_);
    return {};
  }

  // Whether the row is one of the list that is not written down.
  [[nodiscard]] bool is_in_narrowest(std::size_t row) const {
    if (customer_ && !run_->customers()[*customer_].empty())
      return run_->customer_of(row) == *customer_;
    if (sku_) return run_->has_sku(row, *sku_);
    if (status_) return run_->status(row) == *status_;
    return !brand_ || run_->brand_of(row) == *brand_;
  }

 private:
  std::optional<std::size_t> named(const run_texts& texts,
                                   std::string_view text) {
    const auto found = texts.find(text);
    possible_ = possible_ && found < texts.size();
    return found;
  }

  const order_run* run_;
  std::optional<order_status> status_;
  std::optional<std::size_t> brand_;
  std::optional<std::size_t> customer_;
  std::optional<std::size_t> sku_;
  bool possible_ = true;
};

// --- walks ------------------------------------------------------------------

// The rows of one run that a list looks at, the newest placement first.
class run_walk {
 public:
  // Only those before `start`, if there is one.
  run_walk(std::size_t number, const order_run& run, run_filtering filtering,
           const std::optional<order_place>& start)
      : number_(number), run_(&run), filtering_(filtering) {
    const auto end = start ? run.first_from(*start) : run.size();
    const auto narrowest = filtering_.narrowest();
    if (narrowest && narrowest->first->lists(narrowest->second)) {
      list_ = narrowest->first;
      std::tie(begin_, left_) = list_->of(narrowest->second);
      // The list is in the order of rows.
      auto first = begin_;
      while (first < left_) {
        const auto middle = first + (left_ - first) / 2;
        if (list_->row(middle) < end)
          first = middle + 1;
        else
          left_ = middle;
      }
    } else {
      left_ = end;
    }
    go_on();
  }

  [[nodiscard]] bool is_over() const { return over_; }
  [[nodiscard]] std::size_t run() const { return number_; }
  [[nodiscard]] std::size_t row() const { return row_; }
  [[nodiscard]] const order_place& place() const { return place_; }
  [[nodiscard]] bool agrees() const { return filtering_.agrees(row_); }

  void go_on() {
    while (left_ > begin_) {
      --left_;
      row_ = list_ != nullptr ? std::min(list_->row(left_), run_->size() - 1)
                              : left_;
      if (list_ == nullptr && !filtering_.is_in_narrowest(row_)) continue;
      place_ = run_->place(row_);
      return;
    }
    over_ = true;
  }

 private:
  std::size_t number_;
  const order_run* run_;
  run_filtering filtering_;
  // None: all rows are looked at for those of the list.
  const run_postings* list_ = nullptr;
  // Places in the list, or rows.
  std::size_t begin_ = 0;
  std::size_t left_ = 0;
  std::size_t row_ = 0;
  order_place place_;
  bool over_ = false;
};

// The rows of all runs that a list looks at, the newest placement first. Of
// several rows of an order it gives the newest that is in the lists walked.
class list_walk {
 public:
  static result<list_walk> over(const held_runs& runs,
                                const order_filter& filter,
                                const std::optional<order_place>& start) {
    list_walk walk;
    for (std::size_t i = 0; i < runs.size(); ++i) {
      if (auto good = runs.check(i); !good) return good.failure();
      const auto& run = runs.at(i).run;
      const run_filtering filtering(run, filter);
      if (!filtering.is_possible()) continue;
      run_walk part(i, run, filtering, start);
      if (!part.is_over()) walk.parts_.push_back(part);
    }
    return walk;
  }

  // None at the end. Good until it goes on.
  [[nodiscard]] const run_walk* next() {
    current_ = parts_.size();
    for (std::size_t i = 0; i < parts_.size(); ++i)
      if (current_ == parts_.size() ||
          parts_[current_].place() < parts_[i].place())
        current_ = i;
    return current_ == parts_.size() ? nullptr : &parts_[current_];
  }

  // Beyond all rows of the order that `next` gave.
  void go_on() {
    const auto place = parts_[current_].place();
    for (auto& part : parts_)
      while (!part.is_over() && part.place() == place) part.go_on();
    std::erase_if(parts_, [](const run_walk& part) { return part.is_over(); });
  }

 private:
  // The newest run first.
  std::vector<run_walk> parts_;
  std::size_t current_ = 0;
};

// One page, made within one transaction.
result<order_page> page_of(const held_runs& runs, const order_filter& filter,
                           const std::optional<order_place>& start,
                           std::size_t limit) {
  auto walk = list_walk::over(runs, filter, start);
  if (!walk) return walk.failure();
  order_page page;
  order_place seen;
  std::size_t looks = 0;
  for (const auto* next = walk->next(); next != nullptr; next = walk->next()) {
    // All that follow are older.
    if (filter.placed_from && next->place().placed_at < *filter.placed_from)
      return page;
    // A row of another status may have taken the place of this one. Other lists
    // have the newest row of each order, since nothing else changes.
    const bool agrees =
        next->agrees() &&
        !(filter.status && runs.is_hidden(next->run(), next->place().number));
    // One more than asked for, so there is a next page. It begins after the
    // last row that was looked at, not after the last one shown.
    if (looks == max_page_looks || (agrees && page.rows.size() == limit)) {
      page.cursor = cursor_of(seen);
      return page;
    }
    if (agrees) page.rows.push_back(runs.row({next->run(), next->row()}));
    seen = next->place();
    ++looks;
    walk->go_on();
  }
  return page;
}

// --- open orders ------------------------------------------------------------

struct open_order {
  order_status now = order_status::pending;
  order_place place;
  found_row at;
};

// Numbers of orders, a bit each: they are dense, and come in their order.
class number_set {
 public:
  void add(std::uint64_t number) {
    words_of(number)[word_in(number)] |= bit(number);
  }
  [[nodiscard]] bool has(std::uint64_t number) {
    return (words_of(number)[word_in(number)] & bit(number)) != 0;
  }

 private:
  static constexpr std::uint64_t word_bits = 64;
  using words = std::array<std::uint64_t, 64>;
  static constexpr std::uint64_t page_numbers = word_bits * 64;

  static std::size_t word_in(std::uint64_t number) {
    return number % page_numbers / word_bits;
  }
  static std::uint64_t bit(std::uint64_t number) {
    return 1ULL << number % word_bits;
  }
  words& words_of(std::uint64_t number) {
    const auto page = number / page_numbers;
    if (last_ == nullptr || page != last_page_) {
      last_ = &pages_[page];
      last_page_ = page;
    }
    return *last_;
  }

  std::unordered_map<std::uint64_t, words> pages_;
  words* last_ = nullptr;
  std::uint64_t last_page_ = 0;
};

// Takes the rows of a run that have the status, oldest placement first.
template <class Take>
void each_row_of(const order_run& run, order_status now, Take take) {
  const auto value = static_cast<std::size_t>(now);
  if (!run.by_status().lists(value)) {
    for (std::size_t row = 0; row < run.size(); ++row)
      if (run.status(row) == now) take(row);
    return;
  }
  const auto [begin, end] = run.by_status().of(value);
  for (auto i = begin; i < end; ++i)
    take(std::min(run.by_status().row(i), run.size() - 1));
}

bool has_open_orders(const order_run& run) {
  for (std::size_t i = 0; i < order_status_count; ++i) {
    if (is_over(static_cast<order_status>(i))) continue;
    if (!run.by_status().lists(i)) return true;
    const auto [begin, end] = run.by_status().of(i);
    if (begin < end) return true;
  }
  return false;
}

// By status and age. A run has those that were open when it was written, and
// the orders whose older rows it hides; so the time depends on the number of
// open orders, not on the total.
result<std::vector<open_order>> open_orders_of(const held_runs& runs) {
  std::vector<open_order> open;
  number_set hidden;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const auto& run = runs.at(i).run;
    if (has_open_orders(run)) {
      if (auto good = runs.check(i); !good) return good.failure();
      for (std::size_t each = 0; each < order_status_count; ++each) {
        const auto now = static_cast<order_status>(each);
        if (is_over(now)) continue;
        each_row_of(run, now, [&](std::size_t row) {
          const auto place = run.place(row);
          if (!hidden.has(place.number)) open.push_back({now, place, {i, row}});
        });
      }
    }
    for (std::size_t each = 0; each < run.hiding(); ++each)
      hidden.add(run.hidden(each));
  }
  std::ranges::sort(open, {}, [](const open_order& order) {
    return std::pair(order.now, order.place);
  });
  return open;
}

}  // namespace

// The orders are found first and then read some at a time, since `visit` may
// use the store, and all rows at once would take too much memory.
status checkpoint_reader::open_orders(
    const std::function<bool(order_row)>& visit) const {
  std::vector<open_order> open;
  table_moment moment;
  auto found = reading([&](const table_view& view, const held_runs& runs) {
    moment = view.moment();
    auto all = open_orders_of(runs);
    if (!all) return status(all.failure());
    open = std::move(*all);
    return status(done{});
  });
  if (!found) return found;
  for (std::size_t next = 0; next < open.size(); next += chunk_rows) {
    std::vector<order_row> rows;
    const auto chunk =
        std::span(open).subspan(next, std::min(chunk_rows, open.size() - next));
    auto read = reading([&](const table_view& view, const held_runs& runs) {
      if (view.moment() != moment)
        return status(error{.code = error_code::storage_unavailable,
                            .message = "the checkpoint was replaced while its "
                                       "open orders were read",
                            .faults = {}});
      for (const auto& each : chunk) rows.push_back(runs.row(each.at));
      return status(done{});
    });
    if (!read) return read;
    for (auto& row : rows)
      if (!visit(std::move(row))) return done{};
  }
  return done{};
}

result<order_page> checkpoint_reader::orders(const order_filter& filter,
                                             const std::string& cursor,
                                             std::size_t limit) const {
  // Times are part of the places, so bounds of time are where the walk begins
  // and ends. A number is never 0, so this is before all orders of that very
  // time.
  std::optional<order_place> start;
  if (filter.placed_before)
    start = order_place{.placed_at = *filter.placed_before, .number = 0};
  if (!cursor.empty()) {
    const auto where = place_of(cursor);
    if (!where) return where.failure();
    start = start ? std::min(*start, *where) : *where;
  }
  order_page page;
  auto read = reading([&](const table_view& /*view*/, const held_runs& runs) {
    auto made = page_of(runs, filter, start, std::max<std::size_t>(limit, 1));
    if (!made) return status(made.failure());
    page = std::move(*made);
    return status(done{});
  });
  if (!read) return read.failure();
  return page;
}

}  // namespace oms::persistence
