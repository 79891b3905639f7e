#include "tests/actors/engine_fixture.hpp"

#include <gtest/gtest.h>

namespace oms::tests {

command by_test(command_body body) {
  return {.body = std::move(body), .by = actor_name{"test"}, .id = "c"};
}

order_key order_named(const std::string& id) {
  return {brand_id{"acme"}, order_id{id}};
}

command placing(const std::string& id, const std::vector<std::int64_t>& units,
                bool paid) {
  place_order place;
  place.order = order_named(id);
  place.body.ship_to.country = "US";
  std::int64_t total = 0;
  for (std::size_t i = 0; i < units.size(); ++i) {
    place.body.lines.push_back(
        {.line = line_id{std::to_string(i + 1)},
         .sku = sku_id{std::string(1, static_cast<char>('A' + i % 4))},
         .units = quantity{units[i]},
         .unit_price = money{1'000}});
    total += units[i] * 1'000;
  }
  if (paid) place.body.payment = prepayment{money{total}, "pre"};
  return by_test(std::move(place));
}

command receiving(const std::string& location, const std::string& sku,
                  std::int64_t units) {
  return by_test(receive_stock{location, sku_id{sku}, quantity{units}, ""});
}

command shipping(const std::string& id, const std::string& source) {
  return by_test(work_fulfillment{.order = order_named(id),
                                  .action = fulfillment_action::ship,
                                  .source = source});
}

std::vector<command> small_network() {
  std::vector<command> all;
  all.push_back(by_test(define_location{{.id = "W1", .priority = 1}}));
  all.push_back(by_test(define_location{{.id = "W2", .priority = 2}}));
  all.push_back(by_test(define_location{
      {.id = "P1", .kind = source_type::three_pl, .priority = 3}}));
  all.push_back(by_test(define_supplier{
      {.id = "S1",
       .products = {{.sku = sku_id{"D"}, .available = quantity{6}}}}}));
  return all;
}

std::unique_ptr<engine> simulated(persistence::log_store& store,
                                  std::uint64_t seed, timestamp start) {
  engine_options options;
  options.seed = seed;
  options.start = start;
  auto opened = engine::open(store, std::move(options));
  if (!opened) throw std::runtime_error(opened.failure().message);
  return std::move(*opened);
}

std::vector<event> events_of(const persistence::log_store& store) {
  std::vector<event> all;
  const auto read = store.scan(1, [&all](const event& e) {
    all.push_back(e);
    return true;
  });
  EXPECT_TRUE(read.ok());
  return all;
}

std::unique_ptr<persistence::memory_store> prefix_of(
    const std::vector<event>& log, std::size_t count) {
  auto store = std::make_unique<persistence::memory_store>();
  if (count > 0) {
    EXPECT_TRUE(store->append(std::span(log).first(count)).ok());
  }
  return store;
}

std::string text_of(const std::vector<violation>& all) {
  std::string text;
  for (const auto& each : all)
    text += "invariant " + std::to_string(each.invariant) + " at " +
            each.where + ": " + each.what + "\n";
  return text;
}

// --- random business --------------------------------------------------------

business::business(std::uint64_t seed, std::string prefix, int orders)
    : random_(seed), prefix_(std::move(prefix)), orders_(orders) {}

std::int64_t business::below(std::int64_t n) {
  return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(n));
}

order_key business::any_order() {
  return order_named(prefix_ + std::to_string(below(orders_)));
}

std::string business::any_location() {
  static const std::vector<std::string> all{"W1", "W2", "P1"};
  return all[static_cast<std::size_t>(below(3))];
}

std::string business::any_source() {
  return below(8) == 0 ? "S1" : any_location();
}

sku_id business::any_sku() {
  return sku_id{std::string(1, static_cast<char>('A' + below(4)))};
}

work_fulfillment business::any_work() {
  using enum fulfillment_action;
  static const std::vector<fulfillment_action> often{
      accept, pick,   pick,       ship,   ship,         ship,
      ship,   reject, short_pick, unpick, cancel_answer};
  work_fulfillment work{.order = any_order(),
                        .action = often[static_cast<std::size_t>(
                            below(static_cast<std::int64_t>(often.size())))],
                        .source = any_source(),
                        .agreed = below(2) == 0};
  if (work.action == reject) {
    work.reason = static_cast<reject_reason>(below(4));
    work.text = "no courier";
  }
  if (below(2) == 0)
    work.lines = {{{line_id{"1"}, sku_id{}, quantity{1 + below(2)}}}};
  return work;
}

command_body business::of_an_order() {
  switch (below(12)) {
    case 0:
      return record_payment{.order = any_order(),
                            .reference = std::to_string(below(1'000'000))};
    case 1:
      return cancel_order{.order = any_order(), .lines = {}, .reason = "c"};
    case 2:
    case 3:
      return cancel_order{.order = any_order(),
                          .lines = {{{line_id{"1"}, quantity{1}}}},
                          .reason = "c"};
    case 4:
      return place_hold{any_order(), hold_id{"h"}, "check"};
    case 5:
      return release_hold{any_order(), hold_id{"h"}};
    case 6:
      return plan_order{any_order()};
    case 7:
      return track_shipment{.order = any_order(),
                            .news = below(3) > 0 ? tracking_status::delivered
                                                 : tracking_status::lost};
    default:
      return any_work();
  }
}

command_body business::of_the_stock() {
  switch (below(6)) {
    case 0:
      return count_stock{any_location(), any_sku(), quantity{below(6)}};
    case 1:
      return adjust_stock{any_location(), any_sku(), quantity{below(5) - 2},
                          "found"};
    case 2:
      return set_safety_stock{any_location(), any_sku(), quantity{below(3)}};
    default:
      return receive_stock{any_location(), any_sku(), quantity{1 + below(5)},
                           std::to_string(below(1'000'000))};
  }
}

command_body business::of_the_settings() {
  switch (below(3)) {
    case 0:
      return define_location{
          {.id = "W2",
           .active = below(2) == 0,
           .priority = 2,
           .daily_capacity = with_capacity ? below(2) * 3 : 0}};
    case 1:
      return define_supplier{
          {.id = "S1",
           .products = {{.sku = any_sku(), .available = quantity{below(4)}}}}};
    default:
      return define_product{{.sku = any_sku(),
                             .backorderable = below(4) > 0,
                             .backorder_limit = quantity{below(2) * 4}}};
  }
}

command business::next() {
  const auto chance = below(20);
  if (chance < 5 && placed_ < orders_) {
    std::vector<std::int64_t> units;
    for (auto lines = 1 + below(3); lines > 0; --lines)
      units.push_back(1 + below(4));
    return placing(prefix_ + std::to_string(placed_++), units, below(5) > 0);
  }
  if (chance < 14) return by_test(of_an_order());
  if (chance < 19) return by_test(of_the_stock());
  return by_test(of_the_settings());
}

std::vector<command> business::next(std::size_t count) {
  std::vector<command> all;
  all.reserve(count);
  while (all.size() < count) all.push_back(next());
  return all;
}

}  // namespace oms::tests
