#pragma once

/// The best allocation when the set of sources is given.
///
/// Once it is settled which sources may be used, the SKUs no longer compete,
/// and every objective is linear or convex in the units. Taking each unit where
/// it adds least, in the lexicographic order of the objectives and then of the
/// ids, is therefore optimal per SKU; `balance_stock` is convex and is served
/// in whole layers instead of unit by unit.
///
/// Lines that must stay whole are harder where one SKU has several of them:
/// they compete for its units. For these `allocate` lets each choose as if it
/// were alone, which is a lower bound, and `pack` finds a real packing.
///
/// It refers to the tier, which must outlive it. Not for several threads at
/// once: `bound` fills buffers of its own, although it is const.

#include <cstdint>
#include <span>
#include <vector>

#include "actors/routing/tier.hpp"

namespace oms::routing {

/// What the search has decided about a source; `open` is not decided yet.
enum class standing : std::uint8_t { out, open, in };

/// Units that one source has free of one SKU.
struct supply {
  std::uint32_t source = 0;
  std::int64_t free = 0;
  std::int64_t unit_cost = 0;
  std::int64_t day = 0;
};

class allocator {
 public:
  explicit allocator(const tier& asked);

  /// The best allocation over the sources whose standing is `least` or above.
  /// It covers all that they can. `taken`, when it is not empty, gets the units
  /// by source * skus + sku (split lines only).
  void allocate(std::span<const standing> standings, standing least,
                allocation& out, std::span<std::int64_t> taken = {}) const;

  /// As `allocate`, but with every line whole. Each step of the packing takes
  /// one of `steps`; false when they ran out and a better one may exist.
  bool pack(std::span<const standing> standings, standing least,
            allocation& out, std::int64_t& steps) const;

  /// A lower bound over all allocations of exactly `units` units, fewer than
  /// `allocate` covers. Returns how many leading objectives it is good for;
  /// one more than there are when the units by source bound the last tie.
  std::size_t bound(std::span<const standing> standings, std::int64_t units,
                    allocation& out) const;

  /// `allocate` gives real plans: nothing competes within a SKU.
  [[nodiscard]] bool is_exact() const { return is_exact_; }

  /// What the sources can give of a SKU, the preferred ones first.
  [[nodiscard]] std::span<const supply> supplies(std::size_t sku) const {
    return {supplies_.data() + first_[sku], first_[sku + 1] - first_[sku]};
  }

 private:
  struct priced_supply {
    std::size_t sku;
    supply from;
  };

  void sort_supplies();
  void find_groups(std::size_t sku);
  [[nodiscard]] int compare(const supply& a, const supply& b, std::size_t from,
                            std::size_t to) const;
  void take(const supply& from, std::int64_t units, allocation& out) const;
  /// All SKUs, each by itself; see `pack_lines`.
  bool pack_each(std::span<const standing> standings, standing least,
                 std::int64_t day, allocation& out, std::int64_t& steps) const;
  void allocate_levels(std::size_t sku, std::span<const standing> standings,
                       standing least, allocation& out,
                       std::span<std::int64_t> taken) const;
  void allocate_whole(std::span<const standing> standings, standing least,
                      allocation& out) const;
  std::size_t bound_whole(std::span<const standing> standings,
                          std::int64_t units, allocation& out) const;
  void sort_cheapest() const;
  void reset(allocation& out) const;

  const tier& asked_;
  bool is_exact_ = true;
  /// The tier has days.
  bool has_days_ = false;
  /// Lines are split and the stock is to be balanced.
  bool levels_ = false;
  /// Position of `balance_stock` among the objectives, or their number.
  std::size_t balance_at_ = 0;
  /// By SKU; `first_` has where each begins and, last, the end.
  std::vector<supply> supplies_;
  std::vector<std::size_t> first_;
  /// With `levels_`: the end of the group of equals each supply belongs to,
  /// and the group once more in the order in which a last layer is served.
  std::vector<std::size_t> group_end_;
  std::vector<std::size_t> layer_order_;
  /// All supplies of all SKUs, the preferred first; made when first needed.
  mutable std::vector<priced_supply> cheapest_;
  mutable std::vector<std::int64_t> left_;
};

}  // namespace oms::routing
