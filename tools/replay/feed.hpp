#pragma once

/// The contents of order files, ready to be replayed.
///
/// The readers of all formats turn their files into a feed, and the replay
/// plays it. Times are file time, in UTC.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "messages/commands.hpp"
#include "tools/files/csv.hpp"
#include "tools/replay/rejects.hpp"

namespace oms::replay {

/// The times that the file itself gives; then no delay is made up.
struct told_times {
  /// None: it was never paid.
  std::optional<timestamp> paid;
  std::optional<timestamp> shipped;
  std::optional<timestamp> delivered;
  std::optional<timestamp> cancelled;
  std::string cancel_reason;
};

struct fed_order {
  /// `body.placed_at` is set. The order is prepaid, unless `told` is set.
  place_order placing;
  std::optional<told_times> told;
  /// The lines of the files that it is made of.
  std::vector<source_line> lines;
};

/// Units that a customer cancelled.
struct fed_cancellation {
  std::string id;
  customer_id customer;
  timestamp at;
  struct item {
    sku_id sku;
    quantity units;
  };
  std::vector<item> items;
};

/// Every line that is read is one of these.
struct line_counts {
  std::int64_t read = 0;
  std::int64_t placed = 0;
  std::int64_t rejected = 0;
  std::int64_t cancellations = 0;
  /// The run was interrupted before their time.
  std::int64_t not_reached = 0;

  [[nodiscard]] bool balance() const {
    return read == placed + rejected + cancellations + not_reached;
  }
};

struct feed {
  /// By time of placing; orders with the same time in the order of the files.
  std::vector<fed_order> orders;
  std::vector<fed_cancellation> cancellations;
  /// Names of SKUs, where the file has them.
  std::unordered_map<std::string, std::string> names;
  /// Suppliers that the file itself names.
  std::vector<supplier_settings> suppliers;
  std::string currency = "USD";
  line_counts counts;
  /// What `source_line::file` points to.
  std::deque<std::string> files;
};

/// Sorts by time, and rejects orders that are over the limits.
void finish(feed& read, rejects& out);

/// A row as a line of the feed; counts it as read.
[[nodiscard]] source_line count_line(feed& read, const std::string& file,
                                     const files::csv_row& row);
/// Counts the line as rejected and writes it to the rejects.
void reject(feed& read, rejects& out, const source_line& line,
            std::string_view reason);

/// The name of a file with the lifetime of the feed.
const std::string& name_of_file(feed& read, const std::string& path);

/// Adds a line, with the next number as its id if none is given. Empty, or why
/// it can't be one.
[[nodiscard]] std::string_view add_line(order_body& body, std::string sku,
                                        std::int64_t units, money price,
                                        std::string line = {});

/// Why `parse_whole` refuses this quantity.
[[nodiscard]] std::string_view fault_of_whole(std::string_view number);

/// The lines and the shipping, with taxes and less discounts.
[[nodiscard]] money total_of(const order_body& body);

}  // namespace oms::replay
