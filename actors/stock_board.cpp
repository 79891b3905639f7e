#include "actors/stock_board.hpp"

#include <algorithm>

namespace oms {

stock_board::row::~row() {
  for (auto& slot : chunks_) delete slot.load(std::memory_order_relaxed);
}

const stock_board::cell* stock_board::row::find(column at) const {
  const auto* some =
      chunks_[at / cells_per_chunk].load(std::memory_order_acquire);
  return some == nullptr ? nullptr : &(*some)[at % cells_per_chunk];
}

// Chunks are made when a source first has the SKU: most SKUs are at few of the
// 1,024 sources, and a full row would take 16 KB. Two sources may make the same
// chunk at once; the one that is late drops its own and uses the other.
stock_board::cell& stock_board::row::make(column at) {
  auto& slot = chunks_[at / cells_per_chunk];
  auto* some = slot.load(std::memory_order_acquire);
  if (some == nullptr) {
    auto fresh = std::make_unique<chunk>();
    if (slot.compare_exchange_strong(some, fresh.get(),
                                     std::memory_order_acq_rel))
      some = fresh.release();
  }
  return (*some)[at % cells_per_chunk];
}

// Sequentially consistent, like the mark: see the header. `never_had` reads as
// 0.
quantity stock_board::row::available(column at) const {
  const auto* here = find(at);
  if (here == nullptr) return quantity{0};
  return quantity{std::max(std::int64_t{0},
                           here->available.load(std::memory_order_seq_cst))};
}

bool stock_board::row::has(column at) const {
  const auto* here = find(at);
  return here != nullptr &&
         here->available.load(std::memory_order_acquire) != never_had;
}

std::uint64_t stock_board::row::receipts(column at) const {
  const auto* here = find(at);
  return here == nullptr ? 0 : here->receipts.load(std::memory_order_acquire);
}

void stock_board::row::publish(column at, quantity available,
                               std::uint64_t receipts) {
  auto& here = make(at);
  here.available.store(available.value, std::memory_order_seq_cst);
  here.receipts.store(receipts, std::memory_order_release);
}

stock_board::stock_board()
    : heads_(std::make_unique<std::atomic<row*>[]>(buckets)),
      loads_(std::make_unique<load[]>(max_sources)),
      names_(std::make_unique<source_ref[]>(max_sources)) {}

stock_board::~stock_board() {
  for (std::size_t i = 0; i < buckets; ++i)
    for (auto* each = heads_[i].load(std::memory_order_relaxed);
         each != nullptr;) {
      const std::unique_ptr<row> last(each);
      each = last->next_;
    }
}

std::optional<stock_board::column> stock_board::add_column(
    const source_ref& source) {
  if (const auto known = column_of(source)) return known;
  const auto next = columns_.load(std::memory_order_relaxed);
  if (next == max_sources) return std::nullopt;
  // The name before the number that makes it visible to readers.
  names_[next] = source;
  columns_.store(next + 1, std::memory_order_release);
  return next;
}

// A walk over 1,024 names at most, and never on the way of a plan, which has
// the column from the network.
std::optional<stock_board::column> stock_board::column_of(
    const source_ref& source) const {
  const auto count = columns_.load(std::memory_order_acquire);
  for (column at = 0; at < count; ++at)
    if (names_[at] == source) return at;
  return std::nullopt;
}

std::vector<source_ref> stock_board::sources_of(const sku_id& sku) const {
  std::vector<source_ref> sources;
  const auto* of = find(sku);
  if (of == nullptr) return sources;
  const auto count = columns_.load(std::memory_order_acquire);
  for (column at = 0; at < count; ++at)
    if (of->has(at)) sources.push_back(names_[at]);
  std::sort(sources.begin(), sources.end());
  return sources;
}

std::atomic<stock_board::row*>& stock_board::bucket_of(
    const sku_id& sku) const {
  return heads_[std::hash<sku_id>{}(sku) % buckets];
}

// Rows are only ever added, at the head of a list, and none is removed or moved
// while the board lives. So a reader needs no lock, and a pointer to a row may
// be kept. The number of buckets is fixed for the same reason: a table that
// grows would move rows under its readers.
const stock_board::row* stock_board::find(const sku_id& sku) const {
  const auto* each = bucket_of(sku).load(std::memory_order_acquire);
  while (each != nullptr && each->sku_ != sku) each = each->next_;
  return each;
}

stock_board::row& stock_board::make(const sku_id& sku) {
  auto& head = bucket_of(sku);
  auto* first = head.load(std::memory_order_acquire);
  std::unique_ptr<row> fresh;
  for (;;) {
    for (auto* each = first; each != nullptr; each = each->next_)
      if (each->sku_ == sku) return *each;
    if (!fresh) fresh = std::make_unique<row>(sku);
    fresh->next_ = first;
    // If another thread was faster, `first` is now its row, and the list is
    // searched again: it may be the one for this SKU.
    if (head.compare_exchange_weak(first, fresh.get(),
                                   std::memory_order_acq_rel))
      return *fresh.release();
  }
}

}  // namespace oms
