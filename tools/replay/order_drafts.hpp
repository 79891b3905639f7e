#pragma once

/// Orders whose rows are still being read.
///
/// Purpose: an order is taken whole or not at all. A fault in one of its rows
/// rejects them all: half an order would be another one. Owner: a reader.
/// Threads: one.

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
  /// The cells that belong to the order and not to a line, from its first
  /// row: later rows may leave them blank.
  std::vector<std::string> heading;
  /// Names of its lines, where the file has them.
  std::unordered_set<std::string> line_names;
  /// Rows that are no lines of it, each with its reason.
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

  /// Takes `cells` for the heading, or completes them from it where they are
  /// blank. False when one of them says something else than the first row.
  [[nodiscard]] bool complete(std::vector<std::string>& cells);
};

class order_drafts {
 public:
  /// The draft of this order; a new one where there is none yet.
  [[nodiscard]] order_draft& of(const order_key& key);

  [[nodiscard]] std::deque<order_draft>& all() { return drafts_; }

  /// Moves the whole ones to the feed, which then has the currency of its
  /// first order, rejects the others, row by row, and finishes the feed.
  void finish(feed& out, rejects& rejected);

 private:
  /// In the order of their first rows; a deque, so that they stay in place.
  std::deque<order_draft> drafts_;
  std::unordered_map<order_key, std::size_t> known_;
};

}  // namespace oms::replay
