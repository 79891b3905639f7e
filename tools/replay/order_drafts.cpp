#include "tools/replay/order_drafts.hpp"

namespace oms::replay {

void order_draft::refuse_whole(std::string_view reason) {
  // The reason goes to the first row; `finish` rejects the others with it.
  if (order.lines.empty()) return;
  refuse(std::move(order.lines.front()), reason);
  order.lines.erase(order.lines.begin());
}

bool order_draft::complete(std::vector<std::string>& cells) {
  if (heading.empty()) {
    heading = cells;
    return true;
  }
  // Filled in although a cell differs: the caller reports what is wrong with
  // the row itself first.
  bool agrees = true;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].empty()) cells[i] = heading[i];
    agrees = agrees && cells[i] == heading[i];
  }
  return agrees;
}

// Rows of one order may be anywhere in the files, so drafts are kept until all
// files are read.
order_draft& order_drafts::of(const order_key& key) {
  const auto [found, is_new] = known_.emplace(key, drafts_.size());
  if (!is_new) return drafts_[found->second];
  auto& fresh = drafts_.emplace_back();
  fresh.order.placing.order = key;
  return fresh;
}

void order_drafts::finish(feed& out, rejects& rejected) {
  for (auto& draft : drafts_) {
    if (draft.faulty.empty()) {
      out.orders.push_back(std::move(draft.order));
      continue;
    }
    for (const auto& [line, reason] : draft.faulty)
      reject(out, rejected, line, reason);
    // The rows without a fault are counted as rejected, too.
    for (const auto& line : draft.order.lines)
      reject(out, rejected, line, "another line of the order was rejected");
  }
  drafts_.clear();
  known_.clear();
  if (!out.orders.empty())
    out.currency = out.orders.front().placing.body.currency;
  oms::replay::finish(out, rejected);
}

}  // namespace oms::replay
