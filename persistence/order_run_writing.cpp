// A run as it is written, from rows or from older runs.

#include <algorithm>
#include <limits>
#include <numeric>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "messages/codec/text_numbers.hpp"
#include "messages/text_order.hpp"
#include "persistence/crc32c.hpp"
#include "persistence/order_run.hpp"
#include "persistence/run_filter.hpp"
#include "persistence/run_format.hpp"

namespace oms::persistence {

namespace {

using numbers = std::vector<std::uint64_t>;
using views = std::vector<std::string_view>;

// A row whose texts are named by their places in the lists of a draft.
struct draft_row {
  order_place place;
  timestamp changed_at;
  sequence head = 0;
  std::uint64_t version = 0;
  duration stuck_after;
  /// Without `run_draft::id_prefix`.
  std::string_view id;
  std::uint32_t brand = 0;
  std::uint32_t customer = 0;
  std::uint32_t first_sku = 0;
  std::uint32_t skus = 0;
  order_status status = order_status::pending;
  bool hides = false;
};

// What is to become a run. Its texts are those of the rows or runs that it is
// made of.
struct run_draft {
  /// In the order of their places, each once.
  std::vector<draft_row> rows;
  std::vector<std::uint32_t> row_skus;
  std::string_view id_prefix;
  /// Sorted, each once.
  views brands;
  views customers;
  views skus;
};

// --- from rows --------------------------------------------------------------

// Numbers texts in the order in which they come, and then in theirs.
class text_list {
 public:
  std::uint32_t number_of(std::string_view text) {
    has_empty_ = has_empty_ || text.empty();
    return numbers_.number_of(text);
  }

  /// The texts as they are sorted, and the new number of each.
  std::pair<views, std::vector<std::uint32_t>> sorted() const {
    std::vector<std::uint32_t> in_order(numbers_.size());
    std::iota(in_order.begin(), in_order.end(), 1U);
    const auto text_of = [this](std::uint32_t number) {
      return numbers_.text(number);
    };
    sort_by_text(in_order, text_of);
    views texts;
    texts.reserve(in_order.size() + 1);
    if (has_empty_) texts.emplace_back();
    std::vector<std::uint32_t> new_numbers(in_order.size() + 1);
    for (const auto number : in_order) {
      new_numbers[number] = static_cast<std::uint32_t>(texts.size());
      texts.push_back(text_of(number));
    }
    return {std::move(texts), std::move(new_numbers)};
  }

 private:
  codec::text_numbers numbers_{std::numeric_limits<std::uint32_t>::max()};
  bool has_empty_ = false;
};

// The texts of rows, which a draft refers to.
struct row_texts {
  text_list brands;
  text_list customers;
  text_list skus;
};

std::vector<const order_row*> sorted(std::span<const order_row* const> rows) {
  struct entry {
    order_place place;
    const order_row* row = nullptr;
  };
  std::vector<entry> entries;
  entries.reserve(rows.size());
  for (const auto* row : rows)
    entries.push_back({{row->placed_at, row->number}, row});
  std::ranges::sort(entries, {}, &entry::place);
  std::vector<const order_row*> in_order;
  in_order.reserve(entries.size());
  for (const auto& each : entries) in_order.push_back(each.row);
  return in_order;
}

run_draft draft_of(std::span<const order_row* const> rows, row_texts& texts,
                   const is_older& older) {
  run_draft made;
  made.rows.reserve(rows.size());
  made.row_skus.reserve(2 * rows.size());
  made.id_prefix = rows.front()->key.id.value;
  for (const auto* row : sorted(rows)) {
    made.id_prefix = common_prefix(made.id_prefix, row->key.id.value);
    made.rows.push_back(
        {.place = {row->placed_at, row->number},
         .changed_at = row->changed_at,
         .head = row->head,
         .version = row->version,
         .stuck_after = row->stuck_after,
         .id = row->key.id.value,
         .brand = texts.brands.number_of(row->key.brand.value),
         .customer = texts.customers.number_of(row->customer.value),
         .first_sku = static_cast<std::uint32_t>(made.row_skus.size()),
         .skus = static_cast<std::uint32_t>(row->skus.size()),
         .status = row->status,
         .hides = older(row->number)});
    for (const auto& sku : row->skus)
      made.row_skus.push_back(texts.skus.number_of(sku.value));
  }
  std::vector<std::uint32_t> brands;
  std::vector<std::uint32_t> customers;
  std::vector<std::uint32_t> skus;
  std::tie(made.brands, brands) = texts.brands.sorted();
  std::tie(made.customers, customers) = texts.customers.sorted();
  std::tie(made.skus, skus) = texts.skus.sorted();
  for (auto& row : made.rows) {
    row.id.remove_prefix(made.id_prefix.size());
    row.brand = brands[row.brand];
    row.customer = customers[row.customer];
  }
  for (auto& sku : made.row_skus) sku = skus[sku];
  return made;
}

// --- to bytes ---------------------------------------------------------------

class run_encoder {
 public:
  explicit run_encoder(const run_draft& draft)
      : draft_(draft), rows_(draft.rows) {
    scratch_.reserve(rows_.size());
    hash_keys();
  }

  // In the order in which order_run::read reads.
  codec::bytes encode() && {
    write_front();
    write_columns();
    write_postings();
    write_lookups();
    return std::move(out_).finish();
  }

 private:
  static std::uint64_t number_of(const draft_row& row) {
    return row.place.number;
  }

  // What a restart and a look for a key that is not there read of each run. It
  // has a checksum of its own, so that they need not read the rest.
  void write_front() {
    numbers order_numbers;
    order_numbers.reserve(rows_.size());
    for (const auto& row : rows_) order_numbers.push_back(number_of(row));
    const auto [first, last] = std::ranges::minmax(order_numbers);
    out_.number(rows_.size());
    out_.number(first);
    out_.number(last);
    write_filter();
    write_hiding();
    postings(order_status_count, [](const draft_row& row, auto take) {
      take(static_cast<std::size_t>(row.status));
    });
    const auto front = std::exchange(out_, {}).taken();
    out_.number(run_format::mark);
    out_.number(front.size());
    out_.number(crc32c(front));
    out_.data(front);
  }

  void hash_keys() {
    numbers brands;
    for (const auto brand : draft_.brands)
      brands.push_back(run_hash_of_brand(brand));
    std::string id(draft_.id_prefix);
    hashes_.reserve(rows_.size());
    for (const auto& row : rows_) {
      id.resize(draft_.id_prefix.size());
      id += row.id;
      hashes_.push_back(run_hash(brands[row.brand], id));
    }
  }

  void write_filter() {
    const auto blocks = run_filter::blocks_for(rows_.size());
    codec::bytes bits(blocks * run_filter::block_bytes);
    for (const auto hash : hashes_) run_filter::add(bits, blocks, hash);
    out_.number(blocks);
    out_.data(bits);
  }

  void write_hiding() {
    scratch_.clear();
    for (const auto& row : rows_)
      if (row.hides) scratch_.push_back(number_of(row));
    std::ranges::sort(scratch_);
    out_.number(scratch_.size());
    out_.column(scratch_);
  }

  template <class Get>
  void column(Get get) {
    scratch_.clear();
    for (const auto& row : rows_)
      scratch_.push_back(static_cast<std::uint64_t>(get(row)));
    out_.column(scratch_);
  }

  void write_columns() {
    const auto microseconds = [](const draft_row& row) {
      return row.place.placed_at.time_since_epoch().count();
    };
    column(number_of);
    column(microseconds);
    column([&](const draft_row& row) {
      return run_format::changed_after(
          microseconds(row), row.changed_at.time_since_epoch().count());
    });
    column([](const draft_row& row) { return row.head; });
    column([](const draft_row& row) { return row.version; });
    column([](const draft_row& row) { return row.status; });
    write_stuck();
    out_.texts(draft_.brands);
    column([](const draft_row& row) { return row.brand; });
    out_.texts(draft_.customers);
    column([](const draft_row& row) { return row.customer; });
    out_.texts(draft_.skus);
    out_.number(draft_.row_skus.size());
    write_skus();
    out_.number(draft_.id_prefix.size());
    out_.data(std::as_bytes(std::span(draft_.id_prefix)));
    views ids;
    ids.reserve(rows_.size());
    for (const auto& row : rows_) ids.push_back(row.id);
    out_.texts(ids);
  }

  void write_stuck() {
    numbers values;
    for (const auto& row : rows_) {
      const auto value = static_cast<std::uint64_t>(row.stuck_after.count());
      if (values.empty() || values.back() != value) values.push_back(value);
    }
    std::ranges::sort(values);
    values.erase(std::ranges::unique(values).begin(), values.end());
    out_.number(values.size());
    out_.column(values);
    column([&values](const draft_row& row) {
      const auto value = static_cast<std::uint64_t>(row.stuck_after.count());
      return std::ranges::lower_bound(values, value) - values.begin();
    });
  }

  // Where the SKUs of each row end, and the SKUs.
  void write_skus() {
    std::uint64_t end = 0;
    column([&end](const draft_row& row) { return end += row.skus; });
    numbers all;
    all.reserve(draft_.row_skus.size());
    for (const auto& row : rows_)
      for (std::uint32_t i = 0; i < row.skus; ++i)
        all.push_back(draft_.row_skus[row.first_sku + i]);
    out_.column(all);
  }

  // `each(row, take)` takes the values of a row. The rows of each value are in
  // order, since the values are counted first and each row then goes to the
  // place of its own.
  template <class Each>
  void postings(std::size_t values, Each each) {
    numbers ends(values);
    for (const auto& row : rows_)
      each(row, [&ends](std::size_t value) { ++ends[value]; });
    const auto most = std::ranges::max_element(ends);
    const auto unlisted = static_cast<std::size_t>(most - ends.begin());
    if (!ends.empty()) *most = 0;
    std::uint64_t end = 0;
    for (auto& count : ends) count = end += count;
    numbers starts(values);
    std::copy(ends.begin(), ends.end() - (ends.empty() ? 0 : 1),
              starts.begin() + (ends.empty() ? 0 : 1));
    numbers listed(end);
    std::uint64_t row_number = 0;
    for (const auto& row : rows_) {
      each(row, [&](std::size_t value) {
        if (value != unlisted) listed[starts[value]++] = row_number;
      });
      ++row_number;
    }
    out_.number(unlisted);
    out_.number(listed.size());
    out_.column(ends);
    out_.column(listed);
  }

  void write_postings() {
    postings(draft_.brands.size(),
             [](const draft_row& row, auto take) { take(row.brand); });
    postings(draft_.customers.size(),
             [](const draft_row& row, auto take) { take(row.customer); });
    postings(draft_.skus.size(), [this](const draft_row& row, auto take) {
      for (std::uint32_t i = 0; i < row.skus; ++i)
        take(draft_.row_skus[row.first_sku + i]);
    });
  }

  // The rows in the order of `key`.
  template <class Key>
  std::vector<std::pair<std::uint64_t, std::uint32_t>> sorted_by(Key key) {
    std::vector<std::pair<std::uint64_t, std::uint32_t>> sorted;
    sorted.reserve(rows_.size());
    for (std::uint32_t i = 0; i < rows_.size(); ++i)
      sorted.emplace_back(key(i), i);
    std::ranges::sort(sorted);
    return sorted;
  }

  void write_lookups() {
    const auto tags = sorted_by(
        [this](std::size_t i) { return run_format::tag_of(hashes_[i]); });
    scratch_.clear();
    for (const auto& [tag, row] : tags) scratch_.push_back(tag);
    out_.column(scratch_);
    scratch_.clear();
    for (const auto& [tag, row] : tags) scratch_.push_back(row);
    out_.column(scratch_);
    const bool rise = std::ranges::is_sorted(rows_, {}, number_of);
    out_.number(rise ? 0 : 1);
    if (!rise) {
      scratch_.clear();
      for (const auto& [number, row] :
           sorted_by([this](std::size_t i) { return number_of(rows_[i]); }))
        scratch_.push_back(row);
      out_.column(scratch_);
    }
  }

  const run_draft& draft_;
  const std::vector<draft_row>& rows_;
  numbers hashes_;
  numbers scratch_;
  run_writer out_;
};

}  // namespace

codec::bytes encode_run(std::span<const order_row* const> rows,
                        const is_older& older) {
  row_texts texts;
  return run_encoder(draft_of(rows, texts, older)).encode();
}

// --- from older runs --------------------------------------------------------

// Columns and lists of texts are sorted in each run, so each is merged by
// looking at the next of every run: there are few.
class run_merge {
 public:
  explicit run_merge(std::span<const order_run* const> oldest_first) {
    parts_.reserve(oldest_first.size());
    for (const auto* run : oldest_first) parts_.push_back({.run = run});
  }

  run_draft merged() {
    run_draft made;
    made.brands = texts(&order_run::brands_, &part::brands);
    made.customers = texts(&order_run::customers_, &part::customers);
    made.skus = texts(&order_run::skus_, &part::skus);
    made.id_prefix = parts_.front().run->id_prefix_;
    for (const auto& each : parts_)
      made.id_prefix = common_prefix(made.id_prefix, each.run->id_prefix_);
    for (auto& each : parts_) {
      lengthen_ids(each, made.id_prefix.size());
      each.hides.resize(each.run->size());
      for (std::size_t i = 0; i < each.run->hiding(); ++i)
        if (const auto row = each.run->find(each.run->hidden(i)))
          each.hides[*row] = true;
    }
    while (auto* next = first_part()) take_row(*next, made);
    return made;
  }

 private:
  struct part {
    const order_run* run = nullptr;
    std::size_t next = 0;
    // The numbers of its texts in what is made.
    std::vector<std::uint32_t> brands;
    std::vector<std::uint32_t> customers;
    std::vector<std::uint32_t> skus;
    std::vector<bool> hides;
    // Its ids with what the common prefix lacks, unless it lacks nothing.
    std::vector<std::string> ids;
  };

  static void lengthen_ids(part& of, std::size_t prefix) {
    const auto lacking = of.run->id_prefix_.substr(prefix);
    if (lacking.empty()) return;
    of.ids.reserve(of.run->size());
    for (std::size_t row = 0; row < of.run->size(); ++row)
      of.ids.emplace_back(lacking).append(of.run->id_of(row));
  }

  views texts(run_texts order_run::*of,
              std::vector<std::uint32_t> part::*numbers) {
    views all;
    std::vector<std::size_t> next(parts_.size());
    while (true) {
      std::optional<std::string_view> least;
      for (std::size_t i = 0; i < parts_.size(); ++i) {
        const auto& own = parts_[i].run->*of;
        if (next[i] < own.size() && (!least || own[next[i]] < *least))
          least = own[next[i]];
      }
      if (!least) return all;
      for (std::size_t i = 0; i < parts_.size(); ++i) {
        const auto& own = parts_[i].run->*of;
        if (next[i] == own.size() || own[next[i]] != *least) continue;
        (parts_[i].*numbers).push_back(static_cast<std::uint32_t>(all.size()));
        ++next[i];
      }
      all.push_back(*least);
    }
  }

  // The one whose next row comes next; of equal ones, the newest.
  part* first_part() {
    part* first = nullptr;
    order_place least;
    for (auto& each : parts_) {
      if (each.next == each.run->size()) continue;
      const auto place = each.run->place(each.next);
      if (first != nullptr && least < place) continue;
      first = &each;
      least = place;
    }
    return first;
  }

  void take_row(part& from, run_draft& made) {
    const auto& run = *from.run;
    const auto row = from.next;
    const auto place = run.place(row);
    // It hides a row of a run that is older than all of these only if none of
    // them has the first.
    bool hides = true;
    for (auto& each : parts_)
      if (each.next < each.run->size() && each.run->place(each.next) == place)
        hides = each.hides[each.next++] && hides;
    const auto stuck = run.stuck_[row];
    const auto [begin, end] = run.skus_of(row);
    made.rows.push_back(
        {.place = place,
         .changed_at = timestamp{duration{run_format::changed_at(
             run.placed_at_[row], run.changed_after_[row])}},
         .head = run.head_[row],
         .version = run.version_[row],
         .stuck_after = duration{static_cast<std::int64_t>(
             stuck < run.stuck_count_ ? run.stuck_values_[stuck] : 0)},
         .id = from.ids.empty() ? run.id_of(row) : from.ids[row],
         .brand = number_in(from.brands, run.brand_[row]),
         .customer = number_in(from.customers, run.customer_[row]),
         .first_sku = static_cast<std::uint32_t>(made.row_skus.size()),
         .skus = static_cast<std::uint32_t>(end - begin),
         .status = run.status(row),
         .hides = hides});
    for (auto i = begin; i < end; ++i)
      made.row_skus.push_back(number_in(from.skus, run.sku_[i]));
  }

  static std::uint32_t number_in(const std::vector<std::uint32_t>& numbers,
                                 std::uint64_t text) {
    return text < numbers.size() ? numbers[text] : 0;
  }

  std::vector<part> parts_;
};

codec::bytes merge_runs(std::span<const order_run* const> oldest_first) {
  run_merge merge(oldest_first);
  const auto made = merge.merged();
  return run_encoder(made).encode();
}

}  // namespace oms::persistence
