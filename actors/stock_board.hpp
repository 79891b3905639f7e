#pragma once

/// The stock board: what every source has free of every SKU, as a hint.
///
/// Planning reads it instead of asking; only a source's own answer is a
/// promise. It also marks the SKUs that orders wait for, so that a source
/// offers only those when all of its stock becomes available at once.
///
/// No offer is lost between the two. A backorder queue sets the mark and then
/// reads the stock; a source publishes its stock and then reads the mark. These
/// four accesses are sequentially consistent, so if they run at the same time,
/// at least one side sees the other: the source makes its offer, or the queue
/// calls for it.
///
/// The engine owns the board. Any thread may add rows, without a lock. Each
/// counter has one writer, its source or the backorder queue of the SKU, and
/// any number of readers. Units are units of stock. It has `max_sources`
/// columns; a source beyond them is refused when it is defined.

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "messages/ids.hpp"

namespace oms {

class stock_board {
 public:
  /// The column of a source on the board.
  using column = std::uint32_t;
  static constexpr column max_sources = 1'024;
  static constexpr std::int64_t never_had = -1;

  struct cell {
    /// `never_had` until the source publishes the SKU for the first time.
    std::atomic<std::int64_t> available{never_had};
    /// How often units came in.
    std::atomic<std::uint64_t> receipts{0};
  };

  class row {
   public:
    explicit row(sku_id sku) : sku_(std::move(sku)) {}
    ~row();
    row(const row&) = delete;
    row& operator=(const row&) = delete;

    [[nodiscard]] const sku_id& sku() const { return sku_; }
    [[nodiscard]] quantity available(column at) const;
    [[nodiscard]] std::uint64_t receipts(column at) const;
    /// Whether the source has the SKU or ever had it.
    [[nodiscard]] bool has(column at) const;
    void publish(column at, quantity available, std::uint64_t receipts);
    [[nodiscard]] bool is_waited_for() const { return is_waited_for_; }
    void set_waited_for(bool orders_wait) { is_waited_for_ = orders_wait; }

   private:
    friend class stock_board;
    static constexpr column cells_per_chunk = 16;
    using chunk = std::array<cell, cells_per_chunk>;

    [[nodiscard]] const cell* find(column at) const;
    cell& make(column at);

    sku_id sku_;
    std::atomic<bool> is_waited_for_{false};
    row* next_ = nullptr;
    std::array<std::atomic<chunk*>, max_sources / cells_per_chunk> chunks_{};
  };

  stock_board();
  ~stock_board();
  stock_board(const stock_board&) = delete;
  stock_board& operator=(const stock_board&) = delete;

  /// None when no source ever had the SKU and no order ever waited for it.
  [[nodiscard]] const row* find(const sku_id& sku) const;
  row& make(const sku_id& sku);

  /// Gives a source its column, once; none when the board is full. Only the
  /// network actor calls it.
  std::optional<column> add_column(const source_ref& source);
  [[nodiscard]] std::optional<column> column_of(const source_ref& source) const;
  /// The sources that have the SKU or ever had it, by kind and id.
  [[nodiscard]] std::vector<source_ref> sources_of(const sku_id& sku) const;

  /// New fulfillments of a source on a day, as a hint for planning.
  struct load {
    std::atomic<std::int64_t> day{0};
    std::atomic<std::int64_t> opened{0};
  };
  [[nodiscard]] load& load_of(column at) { return loads_[at]; }
  [[nodiscard]] const load& load_of(column at) const { return loads_[at]; }

 private:
  static constexpr std::size_t buckets = std::size_t{1} << 16U;
  [[nodiscard]] std::atomic<row*>& bucket_of(const sku_id& sku) const;

  std::unique_ptr<std::atomic<row*>[]> heads_;
  std::unique_ptr<load[]> loads_;
  std::unique_ptr<source_ref[]> names_;
  std::atomic<column> columns_{0};
};

}  // namespace oms
