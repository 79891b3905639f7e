#pragma once

/// Orders whose rows are still being read.
///
/// An order is accepted completely or not at all: a fault in one of its rows
/// rejects them all, because half an order would be a different order.

#include <deque>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "tools/replay/feed.hpp"

namespace oms::replay {

struct order_draft {
  fed_order order;
  /// The cells that belong to the order and not to a line, from its first row.
  /// Later rows may leave them blank.
  std::vector<std::string> heading;
  /// The names of its lines, if the file has them.
  std::unordered_set<std::string> line_names;
  /// Rows that can't be lines of it, each with its reason.
  std::vector<std::pair<source_line, std::string>> faulty;

  void refuse(source_line line, std::string_view reason) {
    faulty.emplace_back(std::move(line), reason);
  }
  /// Takes a row as a line of the order; with a fault, as one that is not.
  void take(source_line line, std::string_view fault) {
    if (fault.empty())
      order.lines.push_back(std::move(line));
    else
      refuse(std::move(line), fault);
  }
  /// Refuses the whole order, at its first row.
  void refuse_whole(std::string_view reason);

  /// Takes `cells` as the heading, or fills in its blank cells from the
  /// heading. False if one of them differs from the first row.
  [[nodiscard]] bool complete(std::vector<std::string>& cells);
};

class order_drafts {
 public:
  /// The draft of this order; a new one where there is none yet.
  [[nodiscard]] order_draft& of(const order_key& key);

  [[nodiscard]] std::deque<order_draft>& all() { return drafts_; }

  /// Moves the orders without faults to the feed, which then has the currency
  /// of its first order, rejects the others, row by row, and finishes the feed.
  void finish(feed& out, rejects& rejected);

 private:
  /// In the order of their first rows. A deque, so that references to drafts
  /// stay valid.
  std::deque<order_draft> drafts_;
  std::unordered_map<order_key, std::size_t> known_;
};

}  // namespace oms::replay
