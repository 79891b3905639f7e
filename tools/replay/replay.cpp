#include "tools/replay/replay.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "actors/routing/planner.hpp"
#include "tools/json/names.hpp"
#include "tools/replay/catalog_guess.hpp"
#include "tools/text/number_text.hpp"

namespace oms::replay {

namespace {

// Far below `engine_options::max_commands_in_flight`, above which the engine
// refuses a batch.
constexpr std::size_t max_batch_commands = 20'000;
// Charges are not goods, so each location begins with more of them than is ever
// ordered.
constexpr std::int64_t charge_stock_units = 1'000'000;
// The hours, in UTC, at which parcels leave and arrive where the file gives no
// times, see docs/REPLAY.md.
constexpr auto pick_up_time = std::chrono::hours(17);
constexpr auto delivery_hour = std::chrono::hours(12);

timestamp at_hour(timestamp day, int days_later, std::chrono::hours hour) {
  return std::chrono::floor<std::chrono::days>(day) +
         std::chrono::days(days_later) + hour;
}

// Days in transit by distance, as docs/REPLAY.md says; 3 if a position is not
// known.
int transit_days(const std::optional<coordinates>& from,
                 const std::optional<coordinates>& to) {
  if (!from || !to) return 3;
  const double km = routing::distance_km(*from, *to);
  if (km <= 300) return 2;
  return km <= 1'000 ? 3 : 4;
}

command by(const char* who, command_body body, std::string id) {
  return {std::move(body), actor_name{who}, std::move(id)};
}

}  // namespace

replay::replay(persistence::log_store& store, json::network_setup network,
               feed& orders, rejects& out, replay_settings settings)
    : store_(store),
      network_(std::move(network)),
      feed_(orders),
      rejects_(out),
      settings_(settings),
      tracker_(orders.orders),
      skus_(skus_of(orders)) {
  const auto& all = feed_.orders;
  if (!all.empty()) {
    totals_.first = *all.front().placing.body.placed_at;
    last_order_ = *all.back().placing.body.placed_at;
  }
  totals_.last = totals_.first;
  // In the order of placing, since the feed is sorted; cancellations walk back.
  for (std::size_t i = 0; i < all.size(); ++i)
    by_customer_[all[i].placing.body.customer.value].push_back(i);
}

status replay::open() {
  engine_options options;
  options.seed = settings_.seed;
  // At midnight before the first order, so that the network and its opening
  // stock are there first.
  options.start = std::chrono::floor<std::chrono::days>(totals_.first);
  options.observer = [this](const event& happened) {
    tracker_.observe(happened);
  };
  auto opened = engine::open(store_, std::move(options));
  if (!opened) return opened.failure();
  engine_ = std::move(*opened);
  engine_->settle();
  return done{};
}

void replay::run(const std::function<void(const replay_progress&)>& progress,
                 const std::atomic<bool>& stop) {
  set_up_network();
  stock_up();
  schedule_all();
  std::vector<task> tasks;
  // The main loop: moves the clock to the next task and performs all tasks of
  // that moment, step by step in the order of `step`. So goods that arrive at a
  // time can serve the orders of that time, and orders exist before they are
  // paid.
  while (!tasks_.empty()) {
    if (stop.load()) {
      totals_.interrupted = true;
      break;
    }
    // The time of a task may have passed already: a file may say that an order
    // was shipped before this network had its units.
    const auto now = std::max(tasks_.top().at, engine_->now());
    // Deadlines on the way fire here, and may make more work due.
    engine_->advance_to(now);
    schedule_what_is_due();
    while (!tasks_.empty() && tasks_.top().at <= now) {
      const auto what = tasks_.top().what;
      tasks.clear();
      // Tasks of the same step go to the engine as one batch.
      while (!tasks_.empty() && tasks_.top().at <= now &&
             tasks_.top().what == what) {
        tasks.push_back(tasks_.top());
        tasks_.pop();
      }
      perform(what, tasks);
      schedule_what_is_due();
    }
    totals_.last = now;
    progress({reached_, feed_.orders.size(), now});
  }
  count_rest();
}

// --- before the first order -------------------------------------------------

void replay::set_up_network() {
  std::vector<command> batch;
  for (const auto& location : network_.locations)
    batch.push_back(by("setup", define_location{location}, location.id));
  for (const auto& supplier : network_.suppliers)
    batch.push_back(by("setup", define_supplier{supplier}, supplier.id));
  std::set<sku_id> named;
  for (const auto& product : network_.products) {
    named.insert(product.sku);
    batch.push_back(by("setup", define_product{product}, product.sku.value));
  }
  for (const auto& sku : skus_) {
    const auto name = feed_.names.find(sku.value);
    // What the network file says of a product counts more than its name in the
    // orders.
    if (name == feed_.names.end() || named.contains(sku)) continue;
    product_settings product;
    product.sku = sku;
    product.name = name->second;
    batch.push_back(by("setup", define_product{product}, sku.value));
  }
  for (const auto& rules : network_.routing)
    batch.push_back(by("setup", set_routing{rules}, "routing"));
  for (const auto& level : network_.stock)
    if (level.safety_stock)
      batch.push_back(
          by("setup",
             set_safety_stock{level.location, level.sku, *level.safety_stock},
             "safety stock"));
  (void)submit(std::move(batch), "set up the network");
}

void replay::stock_up() {
  std::vector<command> batch;
  std::set<std::pair<std::string, sku_id>> stated;
  for (const auto& level : network_.stock) {
    stated.emplace(level.location, level.sku);
    if (level.on_hand > quantity{0})
      batch.push_back(
          by("setup", json::opening_stock(level, "opening"), "opening"));
  }
  for (const auto& location : network_.locations)
    for (const auto& sku : skus_) {
      // The network file states this stock, in the place of --initial-stock.
      if (stated.contains({location.id, sku})) continue;
      const auto units =
          is_charge(sku) ? charge_stock_units : settings_.initial_stock;
      if (units == 0) continue;
      batch.push_back(by(
          "setup", receive_stock{location.id, sku, quantity{units}, "opening"},
          "opening"));
    }
  totals_.receipts += static_cast<std::int64_t>(batch.size());
  (void)submit(std::move(batch), "receive the opening stock");
}

// --- what is to be done, and when -------------------------------------------

// Numbers tasks as they are made. A priority queue does not keep the order of
// equal elements, and the same seed must give the same log everywhere.
void replay::schedule(timestamp at, step what, std::size_t index,
                      std::string id, source_ref source) {
  tasks_.push(
      {at, what, tasks_made_++, index, std::move(id), std::move(source)});
}

void replay::schedule_all() {
  for (std::size_t i = 0; i < feed_.orders.size(); ++i) {
    const auto& order = feed_.orders[i];
    const auto placed = *order.placing.body.placed_at;
    schedule(placed, step::place, i);
    // Files are not always consistent: what happens to an order never comes
    // before its placing.
    if (!order.told) continue;
    if (order.told->paid)
      schedule(std::max(placed, *order.told->paid), step::pay, i);
    if (order.told->cancelled)
      schedule(std::max(placed, *order.told->cancelled), step::cancel, i,
               "order");
  }
  for (std::size_t i = 0; i < feed_.cancellations.size(); ++i)
    schedule(feed_.cancellations[i].at, step::cancel, i);
  if (settings_.weekly_receipt > 0 && !feed_.orders.empty())
    schedule(totals_.first + std::chrono::weeks(1), step::receive, 0);
}

void replay::schedule_what_is_due() {
  for (auto& due : tracker_.take_work())
    if (const auto at = shipping_time(due))
      schedule(*at, step::ship, due.order, due.fulfillment.value, due.source);
  for (auto& due : tracker_.take_parcels())
    if (const auto at = delivery_time(due))
      schedule(*at, step::deliver, due.order, due.shipment.value);
}

// When a fulfillment ships; none if the file says that the order never was.
std::optional<timestamp> replay::shipping_time(const work_due& due) const {
  if (const auto& told = feed_.orders[due.order].told) {
    if (!told->shipped) return std::nullopt;
    // As in the file, or as soon as this network has the units.
    return std::max(due.promised, *told->shipped);
  }
  int days = supplier_handling_days;
  for (const auto& location : network_.locations)
    if (due.source == source_ref{source_kind::location, location.id})
      days = location.handling_days;
  return at_hour(due.promised, days, pick_up_time);
}

std::optional<timestamp> replay::delivery_time(const parcel_due& due) const {
  const auto& order = feed_.orders[due.order];
  if (const auto& told = order.told) {
    if (!told->delivered) return std::nullopt;
    return std::max(due.shipped, *told->delivered);
  }
  std::optional<coordinates> from;
  for (const auto& location : network_.locations)
    if (due.source == source_ref{source_kind::location, location.id})
      from = location.position;
  return at_hour(due.shipped,
                 transit_days(from, order.placing.body.ship_to.position),
                 delivery_hour);
}

// --- doing it ---------------------------------------------------------------

void replay::perform(step what, const std::vector<task>& tasks) {
  switch (what) {
    case step::receive:
      return receive_week(tasks.front().at);
    case step::place:
      return place(tasks);
    case step::pay:
      return pay(tasks);
    case step::ship:
      return ship(tasks);
    case step::deliver:
      return deliver(tasks);
    case step::cancel:
      return cancel(tasks);
  }
}

// A location that sold less than it receives would fill up, so only what is
// short of the opening stock comes in.
void replay::receive_week(timestamp now) {
  const auto reference = "week of " + text::minute_text(now).substr(0, 10);
  std::vector<command> batch;
  for (const auto& location : network_.locations)
    for (const auto& sku : skus_) {
      if (tracker_.free_units(location.id, sku) >= settings_.initial_stock)
        continue;
      batch.push_back(
          by("receiving",
             receive_stock{location.id, sku, quantity{settings_.weekly_receipt},
                           reference},
             reference));
    }
  totals_.receipts += static_cast<std::int64_t>(batch.size());
  (void)submit(std::move(batch), "receive stock");
  // Each receipt schedules the next one, because whether it is needed depends
  // on what waits by then.
  const auto next = now + std::chrono::weeks(1);
  // After the last order, receipts go on only while orders wait, and only for
  // some weeks: an order that receipts can never fill would keep the replay
  // going.
  const bool goes_on =
      tracker_.queued_units() > 0 &&
      next <= last_order_ + std::chrono::weeks(settings_.weeks_after);
  if (next <= last_order_ || goes_on) schedule(next, step::receive, 0);
}

void replay::place(const std::vector<task>& tasks) {
  std::vector<command> batch;
  for (const auto& each : tasks) {
    const auto& order = feed_.orders[each.index];
    batch.push_back(by("shop", order.placing, order.placing.order.id.value));
  }
  const auto answers = submit(std::move(batch), "place an order");
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    ++reached_;
    auto& order = feed_.orders[tasks[i].index];
    const auto lines = static_cast<std::int64_t>(order.lines.size());
    if (answers[i]) {
      feed_.counts.placed += lines;
      ++totals_.orders_placed;
      for (const auto& line : order.placing.body.lines)
        totals_.units_placed += line.units.value;
    } else {
      for (const auto& line : order.lines)
        reject(feed_, rejects_, line,
               "the engine refused the order: " + answers[i].failure().message);
    }
    // Its lines are accounted for. What still has lines at the end was not
    // reached.
    order.lines.clear();
  }
}

void replay::pay(const std::vector<task>& tasks) {
  std::vector<command> batch;
  for (const auto& each : tasks) {
    // The engine may have refused the order.
    if (!tracker_.orders()[each.index].is_placed) continue;
    const auto& order = feed_.orders[each.index];
    record_payment paid;
    paid.order = order.placing.order;
    // Without an amount it pays everything that is open. The engine counts a
    // reference once per order, so an order is never paid twice.
    paid.reference = "file";
    batch.push_back(by("payments", paid, paid.order.id.value));
  }
  (void)submit(std::move(batch), "record a payment");
}

void replay::ship(const std::vector<task>& tasks) {
  std::vector<command> batch;
  for (const auto& each : tasks) {
    // Its units may have been cancelled or revoked since it was scheduled.
    if (!tracker_.begin_shipping(each.index, fulfillment_id{each.id})) continue;
    const auto& order = feed_.orders[each.index];
    work_fulfillment work;
    work.order = order.placing.order;
    work.action = fulfillment_action::ship;
    work.fulfillment = fulfillment_id{each.id};
    work.carrier = "parcel post";
    work.tracking = fmt::format("{}-{}", work.order.id.value, each.id);
    // The source signs its own work.
    batch.push_back(by(each.source.id.c_str(), work, work.tracking));
  }
  (void)submit(std::move(batch), "ship a parcel");
}

void replay::deliver(const std::vector<task>& tasks) {
  std::vector<command> batch;
  for (const auto& each : tasks) {
    track_shipment news;
    news.order = feed_.orders[each.index].placing.order;
    news.shipment = shipment_id{each.id};
    news.news = tracking_status::delivered;
    batch.push_back(by("carrier", news, each.id));
  }
  (void)submit(std::move(batch), "deliver a parcel");
}

// --- cancelling -------------------------------------------------------------

void replay::cancel(const std::vector<task>& tasks) {
  // One by one, each settled before the next: what one cancellation takes is no
  // longer there for another.
  for (const auto& each : tasks) {
    std::vector<command> batch;
    if (each.id.empty()) {
      ++cancellations_reached_;
      cancel_by_customer(feed_.cancellations[each.index], batch);
    } else if (const auto& order = tracker_.orders()[each.index];
               order.is_placed &&
               std::any_of(order.lines.begin(), order.lines.end(),
                           [](const auto& line) { return line.open > 0; })) {
      // The file cancels the order as a whole; anything of it is still open.
      cancel_order gone;
      gone.order = feed_.orders[each.index].placing.order;
      gone.reason = feed_.orders[each.index].told->cancel_reason;
      batch.push_back(by("shop", gone, "cancel"));
    }
    if (batch.empty()) continue;
    (void)submit(std::move(batch), "cancel units");
  }
}

// A cancellation names a customer and SKUs but no order. It takes what has not
// been shipped, from the customer's newest order backwards.
void replay::cancel_by_customer(const fed_cancellation& wish,
                                std::vector<command>& batch) {
  std::map<std::string, std::int64_t> wanted;
  for (const auto& item : wish.items) {
    wanted[item.sku.value] += item.units.value;
    totals_.asked_to_cancel_units += item.units.value;
  }
  // Without a customer, any order without a customer would match.
  const auto found = wish.customer.empty()
                         ? by_customer_.end()
                         : by_customer_.find(wish.customer.value);
  if (found == by_customer_.end()) return;
  const auto& orders = found->second;
  for (auto index = orders.rbegin(); index != orders.rend(); ++index) {
    const auto& order = tracker_.orders()[*index];
    if (!order.is_placed) continue;
    cancel_order gone;
    gone.order = feed_.orders[*index].placing.order;
    gone.reason = "cancelled by the customer";
    gone.note = wish.id;
    std::vector<line_choice> lines;
    for (const auto& line : order.lines) {
      const auto open = wanted.find(line.sku->value);
      if (open == wanted.end()) continue;
      const auto units = std::min(open->second, line.open);
      if (units <= 0) continue;
      open->second -= units;
      lines.push_back({*line.line, quantity{units}});
    }
    if (lines.empty()) continue;
    gone.lines = std::move(lines);
    batch.push_back(by("customer", gone, wish.id));
  }
}

// --- commands and accounts --------------------------------------------------

// Submits in parts and runs the engine until nothing is left to do, so that the
// next step finds everything planned. Refusals are counted by reason: in a
// replay every command should work.
std::vector<answer> replay::submit(std::vector<command> batch,
                                   const char* what) {
  std::vector<answer> answers;
  for (std::size_t at = 0; at < batch.size(); at += max_batch_commands) {
    const auto end = std::min(batch.size(), at + max_batch_commands);
    std::vector<command> part(
        std::make_move_iterator(batch.begin() +
                                static_cast<std::ptrdiff_t>(at)),
        std::make_move_iterator(batch.begin() +
                                static_cast<std::ptrdiff_t>(end)));
    auto some = engine_->execute(std::move(part));
    std::move(some.begin(), some.end(), std::back_inserter(answers));
  }
  engine_->settle();
  for (const auto& each : answers)
    if (!each)
      ++totals_.refused[fmt::format("{}: {} ({})", what, each.failure().message,
                                    json::name_of(each.failure().code))];
  return answers;
}

void replay::count_rest() {
  totals_.cancelled_units = tracker_.cancelled_units();
  for (const auto& order : feed_.orders)
    feed_.counts.not_reached += static_cast<std::int64_t>(order.lines.size());
}

}  // namespace oms::replay
