#include "actors/history/sku_history.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "actors/history/history.hpp"
#include "actors/history/log_fold.hpp"
#include "actors/history/log_position.hpp"

namespace oms::history {

namespace {

using persistence::log_store;

constexpr std::size_t page_rows = 1'000;

// Reads what it can. Unlike a network, which is whole or an error, the stock of
// one SKU is of use with a part missing, as long as the part is named.
class sku_reader {
 public:
  sku_reader(const log_store& store, const sku_id& sku, sequence at)
      : store_(store), sku_(sku), at_(std::min(at, store.stats().last)) {}

  sku_history operator()() {
    begin_at_checkpoint();
    follow_the_log();
    return finish();
  }

  // What `dispatch` calls.

  void on_source(const event& e) {
    auto ref = source_of(e.entity);
    // Its state up to here is not known, so later events have nothing to
    // change.
    if (lost_.contains(ref)) return;
    auto& state = sources_[ref];
    fold(state, std::move(ref), e);
  }

  void on_order(const event& e) {
    auto key = order_of(e.entity);
    // Most orders have nothing to do with the SKU; an edit may add a line of
    // it.
    if (const auto* placed = std::get_if<order_placed>(&e.body)) {
      const auto& lines = placed->body->lines;
      if (std::none_of(lines.begin(), lines.end(),
                       [this](const auto& line) { return line.sku == sku_; }))
        return;
      orders_.try_emplace(key);
    }
    const auto known = orders_.find(key);
    if (known == orders_.end()) {
      if (adds_line(e)) add_order(key, e.at);
      return;
    }
    fold(known->second, std::move(key), e);
    // An order that is over never waits again: memory stays with those that do.
    if (is_over(known->second.status)) orders_.erase(known);
  }

  void on_product(const event& /*e*/) {}
  void on_rules(const event& /*e*/) {}
  void on_engine(const event& /*e*/) {}
  void on_reservation(const event& /*e*/) {}

 private:
  [[nodiscard]] bool adds_line(const event& e) const {
    const auto* edited = std::get_if<order_edited>(&e.body);
    return edited != nullptr &&
           std::any_of(edited->lines.begin(), edited->lines.end(),
                       [this](const edited_line& each) {
                         return each.is_new && each.line.sku == sku_;
                       });
  }

  void add_order(const order_key& key, sequence upto) {
    auto state = order_at(store_, key, upto);
    if (state)
      orders_.emplace(key, std::move(*state));
    else if (state.failure().code != error_code::not_found)
      refuse(key.id.value, state.failure());
  }

  void refuse(std::string of, error why) {
    found_.unreadable.push_back({std::move(of), std::move(why)});
  }

  void begin_at_checkpoint() {
    const auto checkpoint = checkpoint_of(store_);
    const auto begin = std::min(checkpoint, at_);
    if (begin == 0) return;
    // Tables that can't be read say nothing: then the log says all.
    if (!add_sources(begin) || !add_orders(begin, begin == checkpoint)) {
      sources_.clear();
      orders_.clear();
      found_.unreadable.clear();
      return;
    }
    found_.upto = begin;
  }

  bool add_sources(sequence upto) {
    const auto heads = checkpoints_of(store_).heads();
    if (!heads) return false;
    for (const auto& each : *heads) {
      if (!is_source(each.entity.kind)) continue;
      const auto ref = source_of(each.entity);
      auto state = source_at(store_, ref, upto);
      // `not_found` is not damage: the source came after `upto`.
      if (state)
        sources_.emplace(ref, std::move(*state));
      else if (state.failure().code != error_code::not_found)
        lost_.emplace(ref, state.failure());
    }
    for (const auto& [ref, why] : lost_) refuse(ref.id, why);
    return true;
  }

  // `newest`: the rows are true at `upto`, so an order that is over in its row
  // can't wait then. Before that it may have waited.
  bool add_orders(sequence upto, bool newest) {
    const auto tables = checkpoints_of(store_);
    std::string cursor;
    do {
      const auto page = tables.orders({.sku = sku_}, cursor, page_rows);
      if (!page) return false;
      for (const auto& row : page->rows) {
        if (newest && is_over(row.status)) continue;
        add_order(row.key, upto);
      }
      cursor = page->cursor;
    } while (!cursor.empty());
    return true;
  }

  void follow_the_log() {
    const auto read =
        read_log(store_, {found_.upto, at_}, [this](const event& e) {
          found_.upto = e.at;
          dispatch(e, *this);
          return true;
        });
    // `upto` is the last event that was read: the answer is true there.
    if (!read) refuse("", read.failure());
  }

  sku_history finish() {
    for (const auto& [ref, state] : sources_) {
      if (!state.stock.contains(sku_)) continue;
      if (ref.kind == source_kind::location)
        found_.locations.push_back(source::view_of(state, sku_));
      else
        found_.suppliers.push_back(supplier_view_of(state, sku_));
    }
    add_waiting();
    return std::move(found_);
  }

  void add_waiting() {
    // As `queue_rank` (actors/backorder/backorder_queue.hpp) serves them. The
    // queue keeps no log, so it is made from what the orders have backordered.
    struct entry {
      std::tuple<std::int64_t, timestamp, std::uint64_t, std::size_t> rank;
      waiting_view view;
    };
    std::vector<entry> line;
    for (const auto& [key, order] : orders_)
      for (std::size_t i = 0; i < order.lines.size(); ++i) {
        const auto& of = order.lines[i];
        const auto units = of.buckets.backordered;
        if (of.ordered.sku != sku_ || units <= quantity{0}) continue;
        line.push_back(
            {{-order.body->priority, order.placed_at, order.number, i},
             {key, of.ordered.line, units, order.body->priority,
              order.placed_at}});
      }
    std::sort(line.begin(), line.end(),
              [](const entry& a, const entry& b) { return a.rank < b.rank; });
    for (auto& each : line) found_.waiting.push_back(std::move(each.view));
  }

  const log_store& store_;
  const sku_id& sku_;
  sequence at_;
  sku_history found_;
  std::map<source_ref, source_state> sources_;
  std::map<source_ref, error> lost_;
  std::unordered_map<order_key, order_state> orders_;
};

}  // namespace

sku_history sku_at(const log_store& store, const sku_id& sku, sequence at) {
  return sku_reader(store, sku, at)();
}

supplier_stock_view supplier_view_of(const source_state& state,
                                     const sku_id& sku) {
  const auto& of = state.item(sku);
  supplier_stock_view shown{state.self.id, sku, {}, of.committed};
  if (!of.without_limit) shown.available = of.available();
  return shown;
}

}  // namespace oms::history
