#pragma once

/// Orders that have changed since a checkpoint, and what has changed of each.
///
/// A table by the keys of entities. It keeps its orders in the order in which
/// they came, which is nearly that of runs, and looks at two places for one: a
/// slot and the order itself. A pure value; a reference to a change is good
/// until the next order comes.

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "messages/checkpoint.hpp"
#include "messages/number_table.hpp"

namespace oms::checkpoint {

/// Each of them becomes an index entry.
void sort_unique(std::vector<sku_id>& skus);

/// What has changed of an order since the checkpoint.
struct row_change {
  /// Since it was placed, and `row` is all of it. If not, `row` has its last
  /// event, and these:
  bool is_placed = false;
  bool has_status = false;
  bool has_stuck_after = false;
  /// The customer, and SKUs that came with an edit.
  bool has_edit = false;
  order_row row;

  /// The row, from the one of the checkpoint before.
  [[nodiscard]] order_row onto(order_row before) const;
  /// Adds what came after this.
  void append(const row_change& later);
};

class order_changes {
 public:
  using value_type = std::pair<std::string, row_change>;
  using const_iterator = std::vector<value_type>::const_iterator;

  /// Nothing has changed of an order that was not there.
  row_change& operator[](const std::string& key);
  [[nodiscard]] const_iterator find(const std::string& key) const;
  [[nodiscard]] const row_change& at(const std::string& key) const;

  [[nodiscard]] std::size_t size() const { return orders_.size(); }
  [[nodiscard]] const_iterator begin() const { return orders_.begin(); }
  [[nodiscard]] const_iterator end() const { return orders_.end(); }
  void reserve(std::size_t orders);

 private:
  [[nodiscard]] auto has_key(const std::string& key) const {
    return [this, &key](std::uint32_t number) {
      return orders_[number - 1].first == key;
    };
  }

  std::vector<value_type> orders_;
  number_table numbers_;
};

}  // namespace oms::checkpoint
