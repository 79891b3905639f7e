#include "tools/replay/demo_orders.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>

namespace oms::replay {

namespace {

struct city {
  std::string_view name;
  std::string_view country;
  coordinates position;
};

constexpr std::array cities = {
    city{"London", "GB", {51.51, -0.13}},
    city{"Birmingham", "GB", {52.48, -1.89}},
    city{"Leeds", "GB", {53.8, -1.55}},
    city{"Glasgow", "GB", {55.86, -4.25}},
    city{"Bristol", "GB", {51.45, -2.59}},
    city{"Dublin", "IE", {53.35, -6.26}},
    city{"Amsterdam", "NL", {52.37, 4.9}},
    city{"Brussels", "BE", {50.85, 4.35}},
    city{"Paris", "FR", {48.86, 2.35}},
    city{"Lyon", "FR", {45.76, 4.84}},
    city{"Hamburg", "DE", {53.55, 9.99}},
    city{"Berlin", "DE", {52.52, 13.4}},
    city{"Munich", "DE", {48.14, 11.58}},
    city{"Vienna", "AT", {48.21, 16.37}},
};

constexpr std::array<std::string_view, 10> things = {
    "mug",    "lantern", "notebook", "scarf", "clock",
    "teapot", "cushion", "candle",   "vase",  "tray"};
constexpr std::array<std::string_view, 6> looks = {"white",   "blue",   "red",
                                                   "striped", "wooden", "tiny"};

// splitmix64 (Steele, Lea, Flood 2014). The distributions of the standard
// library differ between implementations.
class dice {
 public:
  explicit dice(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15ULL;
    auto z = state_;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31U);
  }
  std::size_t below(std::size_t n) {
    return static_cast<std::size_t>(next() % n);
  }
  // Small numbers are much likelier than large ones, so that a few SKUs sell
  // fast and run out.
  std::size_t skewed_below(std::size_t n) {
    return below(below(below(n) + 1) + 1);
  }

 private:
  std::uint64_t state_;
};

std::string name_of(std::size_t sku) {
  return fmt::format("{} {} no. {}", looks.at(sku % looks.size()),
                     things.at(sku % things.size()), sku);
}

fed_order make_order(dice& random, const demo_settings& settings,
                     std::size_t number, timestamp placed_at) {
  fed_order order;
  auto& body = order.placing.body;
  order.placing.order = {brand_id{random.below(4) == 0 ? "outlet" : "main"},
                         order_id{fmt::format("SO-{}", 10'000 + number)}};
  body.channel = random.below(3) == 0 ? "app" : "web";
  body.placed_at = placed_at;
  body.currency = "GBP";
  // Twice as many orders as customers, so that some order again. A customer
  // always lives in the same city.
  const auto person = random.below(settings.orders / 2 + 1);
  const auto& home = cities.at(person % cities.size());
  body.customer = customer_id{fmt::format("C-{}", person)};
  body.ship_to.country = home.country;
  body.ship_to.position = home.position;
  order.placing.personal.city = home.name;
  const auto lines = 1 + random.skewed_below(6);
  std::vector<std::size_t> taken;
  while (taken.size() < lines) {
    const auto sku = random.skewed_below(settings.skus);
    // A SKU has one line per order, as in a shopping cart.
    if (std::find(taken.begin(), taken.end(), sku) != taken.end()) continue;
    taken.push_back(sku);
    (void)add_line(body, fmt::format("SKU-{:03}", sku),
                   1 + static_cast<std::int64_t>(random.skewed_below(8)),
                   money{static_cast<std::int64_t>(199 + 50 * (sku % 60))});
  }
  body.shipping = {"standard", money{395}};
  return order;
}

}  // namespace

feed make_demo_orders(const demo_settings& settings) {
  feed out;
  out.currency = "GBP";
  dice random(settings.seed);
  const timestamp start =
      std::chrono::sys_days{std::chrono::year{2026} / 1 / 5};
  const auto& file = name_of_file(out, "generated");
  for (std::size_t i = 0; i < settings.orders; ++i) {
    // The later of two random hours, because evenings are busier.
    const auto hour = std::max(random.below(24), random.below(24));
    const auto time =
        start +
        std::chrono::days(
            random.below(static_cast<std::size_t>(settings.days))) +
        std::chrono::hours(hour) + std::chrono::minutes(random.below(60));
    auto order = make_order(random, settings, i, time);
    const auto& body = order.placing.body;
    // A line of a feed is a line of a file: it is counted, and must be placed
    // or rejected.
    for (const auto& line : body.lines) {
      (void)line;
      order.lines.push_back({&file, i + 1, {}});
      ++out.counts.read;
    }
    // The customer cancels the first line, perhaps too late: that is for the
    // replay to find out.
    if (random.below(40) == 0) {
      ++out.counts.read;
      ++out.counts.cancellations;
      out.cancellations.push_back(
          {"cancel " + order.placing.order.id.value,
           body.customer,
           time + std::chrono::hours(1 + random.below(30)),
           {{body.lines.front().sku, body.lines.front().units}}});
    }
    out.orders.push_back(std::move(order));
  }
  for (std::size_t sku = 0; sku < settings.skus; ++sku)
    out.names.emplace(fmt::format("SKU-{:03}", sku), name_of(sku));
  // Generated orders are within all limits, so nothing is rejected.
  rejects none;
  finish(out, none);
  return out;
}

}  // namespace oms::replay
