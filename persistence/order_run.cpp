// A run as it is read.

#include "persistence/order_run.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include "persistence/crc32c.hpp"
#include "persistence/run_filter.hpp"
#include "persistence/run_format.hpp"

namespace oms::persistence {

namespace {

constexpr std::uint64_t mixing = 0xff51afd7ed558ccdULL;

// Eight bytes a step. Written here, and not taken from the standard library,
// because the result is on disk.
std::uint64_t hash_of_text(std::string_view text, std::uint64_t seed) {
  auto hash = seed ^ (text.size() * mixing);
  const auto mix = [&hash](std::uint64_t word) {
    hash = (hash ^ word) * mixing;
    hash ^= hash >> 32U;
  };
  while (text.size() >= sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), sizeof word);
    mix(word);
    text.remove_prefix(sizeof word);
  }
  std::uint64_t word = 0;
  if (!text.empty()) std::memcpy(&word, text.data(), text.size());
  mix(word);
  mix(hash >> 29U);
  return hash;
}

error no_run() {
  return {.code = error_code::invalid,
          .message = "a run of orders is malformed",
          .faults = {}};
}

run_postings postings(run_reader& in, std::size_t values) {
  const auto unlisted = in.number();
  const auto count = in.count(run_format::max_count);
  const auto ends = in.column(values);
  return {unlisted, ends, in.column(count), count};
}

// The first of `count` numbers of a sorted sequence that is not below `wanted`.
template <class Numbers>
std::size_t lower_bound(std::size_t count, std::uint64_t wanted,
                        Numbers number) {
  std::size_t first = 0;
  while (count > 0) {
    const auto half = count / 2;
    if (number(first + half) < wanted) {
      first += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  return first;
}

}  // namespace

std::uint64_t run_hash_of_brand(std::string_view brand) {
  return hash_of_text(brand, 0);
}

std::uint64_t run_hash(std::uint64_t brand, std::string_view id) {
  return hash_of_text(id, brand);
}

std::uint64_t run_hash(const order_key& key) {
  return run_hash(run_hash_of_brand(key.brand.value), key.id.value);
}

std::pair<std::size_t, std::size_t> run_postings::of(std::size_t value) const {
  const auto end = std::min<std::uint64_t>(ends_[value], count_);
  const auto begin =
      value == 0 ? 0 : std::min<std::uint64_t>(ends_[value - 1], end);
  return {begin, end};
}

// In the order in which encode_run writes.
result<order_run> order_run::read(std::span<const std::byte> data) {
  run_reader in(data);
  order_run run;
  if (in.number() != run_format::mark) return no_run();
  const auto front_bytes = in.number();
  run.front_check_ = in.number();
  const auto front_begin = in.left();
  // Each takes more than a bit of the filter.
  run.rows_ = in.count(data.size() * 8);
  const auto rows = run.rows_;
  run.first_number_ = in.number();
  run.last_number_ = in.number();
  run.filter_blocks_ = in.count(run_format::max_count);
  if (run.filter_blocks_ != run_filter::blocks_for(rows)) return no_run();
  run.filter_ = in.data(run.filter_blocks_ * run_filter::block_bytes);
  run.hiding_count_ = in.count(rows);
  run.hiding_ = in.column(run.hiding_count_);
  run.by_status_ = postings(in, order_status_count);
  if (!in.is_good() || front_begin - in.left() != front_bytes) return no_run();
  run.front_ = data.subspan(3 * sizeof(std::uint64_t), front_bytes);
  run.number_ = in.column(rows);
  run.placed_at_ = in.column(rows);
  run.changed_after_ = in.column(rows);
  run.head_ = in.column(rows);
  run.version_ = in.column(rows);
  run.status_ = in.column(rows);
  run.stuck_count_ = in.count(rows);
  run.stuck_values_ = in.column(run.stuck_count_);
  run.stuck_ = in.column(rows);
  run.brands_ = in.texts();
  run.brand_ = in.column(rows);
  run.customers_ = in.texts();
  run.customer_ = in.column(rows);
  run.skus_ = in.texts();
  run.sku_count_ = in.count(run_format::max_count);
  run.sku_ends_ = in.column(rows);
  run.sku_ = in.column(run.sku_count_);
  const auto prefix = in.data(in.number());
  run.id_prefix_ = {reinterpret_cast<const char*>(prefix.data()),
                    prefix.size()};
  run.ids_ = in.texts();
  run.by_brand_ = postings(in, run.brands_.size());
  run.by_customer_ = postings(in, run.customers_.size());
  run.by_sku_ = postings(in, run.skus_.size());
  run.tags_ = in.column(rows);
  run.tag_rows_ = in.column(rows);
  run.numbers_rise_ = in.number() == 0;
  if (!run.numbers_rise_) run.by_number_ = in.column(rows);
  // Every row has the number of a text, and what is empty has none.
  if (!in.is_over() || rows == 0 || run.brands_.size() == 0 ||
      run.customers_.size() == 0 ||
      (run.sku_count_ > 0 && run.skus_.size() == 0))
    return no_run();
  return run;
}

bool order_run::has_good_front() const {
  return crc32c(front_) == front_check_;
}

std::pair<std::size_t, std::size_t> order_run::skus_of(std::size_t row) const {
  const auto end = std::min<std::uint64_t>(sku_ends_[row], sku_count_);
  const auto begin = row == 0 ? 0 : std::min(sku_ends_[row - 1], end);
  return {begin, end};
}

order_row order_run::row(std::size_t row) const {
  const auto where = place(row);
  order_row found{
      .key = {brand_id{std::string(brands_[brand_[row]])},
              order_id{std::string(id_prefix_)}},
      .number = where.number,
      .status = status(row),
      .placed_at = where.placed_at,
      .changed_at = timestamp{duration{
          run_format::changed_at(placed_at_[row], changed_after_[row])}},
      .head = head_[row],
      .version = version_[row],
      .stuck_after = {},
      .customer = customer_id{std::string(customers_[customer_[row]])},
      .skus = {}};
  found.key.id.value += id_of(row);
  if (const auto stuck = stuck_[row]; stuck < stuck_count_)
    found.stuck_after =
        duration{static_cast<std::int64_t>(stuck_values_[stuck])};
  const auto [begin, end] = skus_of(row);
  found.skus.reserve(end - begin);
  for (auto i = begin; i < end; ++i)
    found.skus.emplace_back(std::string(skus_[sku_[i]]));
  return found;
}

bool order_run::may_have(std::uint64_t hash) const {
  return run_filter::may_have(filter_, filter_blocks_, hash);
}

std::optional<std::size_t> order_run::find(const order_key& key,
                                           std::uint64_t hash) const {
  const auto tag = run_format::tag_of(hash);
  auto i =
      lower_bound(rows_, tag, [this](std::size_t at) { return tags_[at]; });
  for (; i < rows_ && tags_[i] == tag; ++i) {
    const auto row = std::min<std::size_t>(tag_rows_[i], rows_ - 1);
    const std::string_view id = key.id.value;
    if (id.starts_with(id_prefix_) &&
        id.substr(id_prefix_.size()) == id_of(row) &&
        brands_[brand_[row]] == key.brand.value)
      return row;
  }
  return {};
}

std::optional<std::size_t> order_run::find(std::uint64_t number) const {
  if (!spans(number)) return {};
  const auto row_at = [this](std::size_t i) {
    return numbers_rise_ ? i : std::min<std::size_t>(by_number_[i], rows_ - 1);
  };
  const auto i = lower_bound(
      rows_, number, [&](std::size_t at) { return number_[row_at(at)]; });
  if (i == rows_ || number_[row_at(i)] != number) return {};
  return row_at(i);
}

std::size_t order_run::first_from(const order_place& wanted) const {
  std::size_t first = 0;
  std::size_t end = rows_;
  while (first < end) {
    const auto middle = first + (end - first) / 2;
    if (place(middle) < wanted)
      first = middle + 1;
    else
      end = middle;
  }
  return first;
}

bool order_run::hides(std::uint64_t number) const {
  if (hiding_count_ == 0 || number < hiding_[0] ||
      number > hiding_[hiding_count_ - 1])
    return false;
  const auto i = lower_bound(hiding_count_, number,
                             [this](std::size_t at) { return hiding_[at]; });
  return i < hiding_count_ && hiding_[i] == number;
}

bool order_run::has_sku(std::size_t row, std::size_t sku) const {
  const auto [begin, end] = skus_of(row);
  for (auto i = begin; i < end; ++i)
    if (sku_[i] == sku) return true;
  return false;
}

}  // namespace oms::persistence
