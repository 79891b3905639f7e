#include "actors/history/order_history.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include "actors/history/log_fold.hpp"
#include "actors/history/log_position.hpp"
#include "messages/checkpoint.hpp"

namespace oms::history {

namespace {

using persistence::log_store;

// Reads the log after the checkpoint once, before any order is shown, and keeps
// only where each timeline ends. Then each order is folded from its own events,
// so an export of millions of orders holds one of them at a time.
class order_reader {
 public:
  using visitor = std::function<bool(const order_state&)>;

  order_reader(const log_store& store, sequence at, const order_choice& choice,
               const visitor& visit)
      : store_(store),
        at_(std::min(at, store.stats().last)),
        choice_(choice),
        visit_(visit) {}

  status operator()() {
    begin_at_checkpoint();
    if (auto read = follow_the_log(); !read) return read;
    if (auto visited = visit_old_orders(); !visited || stopped_) return visited;
    return visit_new_orders();
  }

 private:
  // The orders numbered up to `last_old_` have a row; the log tells about the
  // later ones, and what happened to the others since.
  void begin_at_checkpoint() {
    const auto upto = checkpoint_of(store_);
    if (upto == 0 || upto > at_) return;
    const auto head = checkpoints_of(store_).head();
    // One that was written meanwhile is ahead of where the log is read from.
    if (!head || !*head || (*head)->head.upto != upto) return;
    checkpoint_ = upto;
    last_old_ = (*head)->head.last_number;
  }

  status follow_the_log() {
    return read_log(store_, {checkpoint_, at_}, [this](const event& e) {
      if (e.entity.kind != entity_kind::order) return true;
      auto key = order_of(e.entity);
      if (choice_.brand && key.brand != *choice_.brand) return true;
      if (const auto* placed = std::get_if<order_placed>(&e.body))
        new_orders_.emplace(placed->number, key);
      // Of all orders: one that has a row may have gone on since.
      heads_[std::move(key)] = e.at;
      return true;
    });
  }

  // By number, since pages of the index come newest first. Each row is a read
  // of its own, so a checkpoint that is written meanwhile does no harm.
  status visit_old_orders() {
    for (std::uint64_t number = 1; number <= last_old_ && !stopped_; ++number) {
      const auto row = checkpoints_of(store_).order(number);
      if (!row) return row.failure();
      if (!*row || !may_be_chosen(**row)) continue;
      const auto newer = heads_.find((*row)->key);
      // The row may be of a newer checkpoint by now. Its head is later then,
      // and `show` leaves out what is later than `at_`.
      const auto head = newer == heads_.end() ? (*row)->head : newer->second;
      if (auto shown = show((*row)->key, head); !shown) return shown;
    }
    return done{};
  }

  status visit_new_orders() {
    for (const auto& [number, key] : new_orders_) {
      if (auto shown = show(key, heads_.at(key)); !shown) return shown;
      if (stopped_) break;
    }
    return done{};
  }

  // By its row, which spares reading its events. Brands never change; a status
  // in the row counts only while the row is of the state that is asked for.
  [[nodiscard]] bool may_be_chosen(const order_row& row) const {
    if (choice_.brand && row.key.brand != *choice_.brand) return false;
    const bool is_newest = row.head <= at_ && !heads_.contains(row.key);
    return !choice_.status || !is_newest || row.status == *choice_.status;
  }

  status show(const order_key& key, sequence head) {
    const auto state = read_order_state(store_, key, {head, 0, at_});
    if (!state) return state.failure();
    // Placed after `at_`: a row of a newer checkpoint.
    if (!state->exists()) return done{};
    if (choice_.status && state->status != *choice_.status) return done{};
    stopped_ = !visit_(*state);
    return done{};
  }

  const log_store& store_;
  sequence at_;
  const order_choice& choice_;
  const visitor& visit_;
  sequence checkpoint_ = 0;
  std::uint64_t last_old_ = 0;
  std::map<std::uint64_t, order_key> new_orders_;
  std::unordered_map<order_key, sequence> heads_;
  bool stopped_ = false;
};

}  // namespace

status visit_orders(const log_store& store, sequence at,
                    const order_choice& choice,
                    const std::function<bool(const order_state&)>& visit) {
  return order_reader(store, at, choice, visit)();
}

}  // namespace oms::history
