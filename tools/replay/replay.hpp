#pragma once

/// Plays a feed through a simulated engine, in file time.
///
/// Orders are placed at their times. What is promised ships and arrives after
/// documented delays, or when the file says so. Every week the locations
/// receive stock, and cancellations take what has not been shipped. Every line
/// of the files is accounted for: it is placed, rejected, a cancellation or not
/// reached.
///
/// Delays, where the file gives no times: a parcel leaves at 17:00 UTC, as many
/// days after its units were promised as its location's handling days (a
/// supplier: 3). It arrives at 12:00 UTC, two days later up to 300 km, three up
/// to 1,000 km or if the distance is not known, and four beyond.
///
/// The caller keeps the store, the feed and the rejects while the replay
/// exists. A command that should have worked and was refused is counted with
/// its reason; an order that is refused goes to the rejects.

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "actors/engine.hpp"
#include "persistence/log_store.hpp"
#include "tools/json/network.hpp"
#include "tools/replay/feed.hpp"
#include "tools/replay/rejects.hpp"
#include "tools/replay/tracker.hpp"

namespace oms::replay {

struct replay_settings {
  std::uint64_t seed = 1;
  /// Units per SKU and location at the start.
  std::int64_t initial_stock = 0;
  /// Units per week of each SKU of which a location has fewer free than
  /// `initial_stock`.
  std::int64_t weekly_receipt = 0;
  /// How many weeks receipts go on after the last order while backorders are
  /// open.
  std::int64_t weeks_after = 4;
};

/// Reported from time to time while it runs.
struct replay_progress {
  std::size_t orders = 0;
  std::size_t of_orders = 0;
  timestamp now;
};

struct replay_totals {
  std::int64_t orders_placed = 0;
  std::int64_t units_placed = 0;
  std::int64_t receipts = 0;
  std::int64_t asked_to_cancel_units = 0;
  std::int64_t cancelled_units = 0;
  timestamp first;
  timestamp last;
  bool interrupted = false;
  /// Refused commands, by what they were and why.
  std::map<std::string, std::int64_t> refused;
};

class replay {
 public:
  replay(persistence::log_store& store, json::network_setup network,
         feed& orders, rejects& out, replay_settings settings);

  /// Opens the engine on the store, which should be empty.
  [[nodiscard]] status open();
  /// Plays everything, or until `stop` is set.
  void run(const std::function<void(const replay_progress&)>& progress,
           const std::atomic<bool>& stop);

  [[nodiscard]] oms::engine& engine() { return *engine_; }
  [[nodiscard]] const tracker& seen() const { return tracker_; }
  [[nodiscard]] const replay_totals& totals() const { return totals_; }
  /// Stops the engine; the store has everything that happened.
  void close() { engine_.reset(); }

 private:
  enum class step : std::uint8_t { receive, place, pay, ship, deliver, cancel };

  /// Something to be done at a time of the file.
  struct task {
    timestamp at;
    step what = step::receive;
    /// Orders the tasks of one time and step; counts from 0 as they are made.
    std::uint64_t number = 0;
    /// Of an order in the feed, or of a cancellation.
    std::size_t index = 0;
    /// The fulfillment that ships or the shipment that has arrived. Of a
    /// cancellation: empty for a customer's wish, else the order's own.
    std::string id;
    source_ref source;

    [[nodiscard]] bool operator>(const task& other) const {
      return std::tie(at, what, number) >
             std::tie(other.at, other.what, other.number);
    }
  };

  void set_up_network();
  void stock_up();
  void schedule_all();
  void schedule(timestamp at, step what, std::size_t index, std::string id = {},
                source_ref source = {});
  void schedule_what_is_due();
  [[nodiscard]] std::optional<timestamp> shipping_time(
      const work_due& due) const;
  [[nodiscard]] std::optional<timestamp> delivery_time(
      const parcel_due& due) const;

  void perform(step what, const std::vector<task>& tasks);
  void receive_week(timestamp now);
  void place(const std::vector<task>& tasks);
  void pay(const std::vector<task>& tasks);
  void ship(const std::vector<task>& tasks);
  void deliver(const std::vector<task>& tasks);
  void cancel(const std::vector<task>& tasks);
  void cancel_by_customer(const fed_cancellation& wish,
                          std::vector<command>& batch);

  /// Submits, runs until nothing is left to do, and counts what is refused.
  std::vector<answer> submit(std::vector<command> batch, const char* what);
  void count_rest();

  persistence::log_store& store_;
  json::network_setup network_;
  feed& feed_;
  rejects& rejects_;
  replay_settings settings_;
  tracker tracker_;
  replay_totals totals_;
  std::unique_ptr<oms::engine> engine_;

  std::priority_queue<task, std::vector<task>, std::greater<>> tasks_;
  std::uint64_t tasks_made_ = 0;
  std::size_t reached_ = 0;
  std::size_t cancellations_reached_ = 0;
  std::vector<sku_id> skus_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_customer_;
  timestamp last_order_;
};

}  // namespace oms::replay
