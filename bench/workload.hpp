#pragma once

/// What benchmarks and the load generator let the engine do: a network with
/// stock, and paid orders of two lines on it. The same seed gives the same
/// orders on every machine, for the engine and for its peers.
///
/// The bare mix: no personal data, and each order can be served by one
/// location. The real mix: name, address and e-mail; of a hundred orders twenty
/// need two locations, five are partly backordered until a receipt of the run
/// serves them, and two are partly cancelled a batch later. One hot SKU: orders
/// of one line of one unit, all of the same SKU at one location, which has
/// units for half of them.

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "messages/commands.hpp"

namespace oms::bench {

enum class order_mix : std::uint8_t { bare, real, hot_sku };

/// For the command line.
[[nodiscard]] std::map<std::string, order_mix> mix_names();

struct workload_settings {
  std::uint64_t seed = 1;
  order_mix mix = order_mix::bare;
  /// At least 2.
  std::size_t locations = 10;
  /// At least 2.
  std::size_t skus = 10'000;
  /// Of each SKU at each location; of the hot SKU in all.
  std::int64_t stock_units = 1'000'000;
};

/// The stock of the hot SKU for so many orders: what the warm-up wants, and
/// units for every second order after it.
[[nodiscard]] std::int64_t hot_sku_units(std::size_t warm_up,
                                         std::size_t orders);

/// Orders are numbered from 1, customers and SKUs from 0.
[[nodiscard]] order_key order_named(std::uint64_t number);
inline constexpr std::uint64_t customers = 100'000;
[[nodiscard]] customer_id customer_named(std::uint64_t number);

class workload {
 public:
  explicit workload(const workload_settings& settings);

  /// Defines the locations and receives the stock, in batches.
  [[nodiscard]] std::vector<std::vector<command>> setup(
      std::size_t batch_size) const;

  /// SKUs that get stock only by receipts of the run.
  [[nodiscard]] std::vector<std::string> skus_without_stock() const;

  /// The next order: two lines of different SKUs, one to three units each,
  /// paid, to a point near one of the locations.
  [[nodiscard]] command next_order();

  /// The next orders, after what the mix lets happen besides: receipts for
  /// orders that wait, and cancellations in orders of the batch before.
  [[nodiscard]] std::vector<command> next_batch(std::size_t orders);
  /// The receipts and cancellations that are still due after the last batch.
  [[nodiscard]] std::vector<command> last_batch();

  [[nodiscard]] std::uint64_t orders_made() const { return orders_; }
  /// One that orders ask for, by any number.
  [[nodiscard]] sku_id some_sku(std::uint64_t number) const;

  /// Units of all orders so far.
  [[nodiscard]] std::int64_t units_ordered() const { return units_; }
  [[nodiscard]] std::int64_t units_cancelled() const { return cancelled_; }
  /// How many of them can be promised: all, but for the hot SKU.
  [[nodiscard]] std::int64_t units_promisable() const;

 private:
  std::uint64_t next();
  [[nodiscard]] location_settings location(std::size_t index) const;
  void add_line(order_body& body, const std::string& sku, std::int64_t units);
  void add_lines(order_body& body);
  void add_what_follows(std::vector<command>& batch, std::int64_t least_units);

  workload_settings settings_;
  std::uint64_t random_;
  std::uint64_t orders_ = 0;
  std::int64_t units_ = 0;
  std::int64_t cancelled_ = 0;
  /// Units that wait for a receipt, by SKU.
  std::map<std::string, std::int64_t> awaited_;
  /// Orders of this batch that the next one cancels in part.
  std::vector<order_key> regretted_;
};

}  // namespace oms::bench
