#include "bench/workload.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace oms::bench {

namespace {

std::string sku_name(std::uint64_t number) {
  return "SKU-" + std::to_string(10'000 + number);
}

// The real mix. SKUs that only one half of the locations has: an order of one
// of each needs two locations.
constexpr std::uint64_t skus_of_a_half = 1'000;
std::string west_sku(std::uint64_t number) {
  return "WEST-" + std::to_string(number);
}
std::string east_sku(std::uint64_t number) {
  return "EAST-" + std::to_string(number);
}
// SKUs without stock until a receipt of the run.
constexpr std::uint64_t late_skus = 20;
std::string late_sku(std::uint64_t number) {
  return "LATE-" + std::to_string(number);
}
// A receipt serves about ten waiting orders.
constexpr std::int64_t units_of_a_receipt = 20;

constexpr const char* hot_sku = "HOT";

// The kind of an order follows from its number, so that their shares are exact
// in any hundred orders.
bool is_split(std::uint64_t number) { return number % 5 == 0; }
bool is_backordered(std::uint64_t number) { return number % 20 == 1; }
bool is_partly_cancelled(std::uint64_t number) { return number % 50 == 2; }

personal_data person(std::uint64_t number) {
  const auto text = std::to_string(number);
  return {.customer_name = "Customer " + text,
          .email = "customer." + text + "@example.com",
          .name = "Customer " + text,
          .line1 = std::to_string(number % 200 + 1) + " Example Street",
          .city = "Berlin",
          .postal_code = std::to_string(10'115 + number % 3'000)};
}

}  // namespace

std::map<std::string, order_mix> mix_names() {
  return {{"bare", order_mix::bare},
          {"real", order_mix::real},
          {"hot_sku", order_mix::hot_sku}};
}

order_key order_named(std::uint64_t number) {
  return {brand_id{"bench"}, order_id{"SO-" + std::to_string(number)}};
}

customer_id customer_named(std::uint64_t number) {
  return customer_id{"C-" + std::to_string(number)};
}

std::int64_t hot_sku_units(std::size_t warm_up, std::size_t orders) {
  return static_cast<std::int64_t>(warm_up + (orders + 1) / 2);
}

workload::workload(const workload_settings& settings)
    : settings_(settings), random_(settings.seed) {}

// splitmix64 (Steele, Lea, Flood 2014). The standard's distributions give other
// numbers with another library, and measurements must be of the same orders.
std::uint64_t workload::next() {
  random_ += 0x9e3779b97f4a7c15ULL;
  auto z = random_;
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31U);
}

location_settings workload::location(std::size_t index) const {
  location_settings out;
  out.id = "WH-" + std::to_string(index);
  out.priority = static_cast<std::int64_t>(index) + 1;
  // On a grid over Europe; only the distances matter.
  const auto row = index / 5;
  out.position = coordinates{38.0 + static_cast<double>(index % 5) * 4,
                             -9.0 + static_cast<double>(row) * 10};
  return out;
}

std::vector<std::vector<command>> workload::setup(
    std::size_t batch_size) const {
  std::vector<std::vector<command>> batches(1);
  const auto add = [&](command_body body) {
    if (batches.back().size() == batch_size) batches.emplace_back();
    batches.back().push_back({std::move(body), actor_name{"bench"}, {}});
  };
  for (std::size_t i = 0; i < settings_.locations; ++i)
    add(define_location{location(i)});
  const auto receive = [&](std::size_t where, std::string sku,
                           std::int64_t units) {
    add(receive_stock{location(where).id, sku_id{std::move(sku)},
                      quantity{units}, "opening"});
  };
  if (settings_.mix == order_mix::hot_sku) {
    receive(0, hot_sku, settings_.stock_units);
    return batches;
  }
  for (std::size_t i = 0; i < settings_.locations; ++i)
    for (std::uint64_t sku = 0; sku < settings_.skus; ++sku)
      receive(i, sku_name(sku), settings_.stock_units);
  if (settings_.mix == order_mix::real) {
    for (std::size_t i = 0; i < settings_.locations; ++i)
      for (std::uint64_t sku = 0; sku < skus_of_a_half; ++sku)
        receive(i, i < settings_.locations / 2 ? west_sku(sku) : east_sku(sku),
                settings_.stock_units);
  }
  return batches;
}

void workload::add_line(order_body& body, const std::string& sku,
                        std::int64_t units) {
  order_line line;
  line.line = line_id{std::to_string(body.lines.size() + 1)};
  line.sku = sku_id{sku};
  line.units = quantity{units};
  line.unit_price = money{1'999};
  units_ += units;
  body.lines.push_back(std::move(line));
}

void workload::add_lines(order_body& body) {
  if (settings_.mix == order_mix::hot_sku) {
    add_line(body, hot_sku, 1);
    return;
  }
  const auto first = next() % settings_.skus;
  const auto second =
      (first + 1 + next() % (settings_.skus - 1)) % settings_.skus;
  auto skus = std::array{sku_name(first), sku_name(second)};
  const bool is_real = settings_.mix == order_mix::real;
  if (is_real && is_split(orders_))
    skus = {west_sku(first % skus_of_a_half),
            east_sku(second % skus_of_a_half)};
  else if (is_real && is_backordered(orders_))
    skus[1] = late_sku(second % late_skus);
  for (const auto& sku : skus)
    add_line(body, sku, static_cast<std::int64_t>(1 + next() % 3));
  if (is_real && is_backordered(orders_))
    awaited_[skus[1]] += body.lines[1].units.value;
}

command workload::next_order() {
  place_order placing;
  placing.order = order_named(++orders_);
  auto& body = placing.body;
  body.channel = "web";
  const auto customer = next() % customers;
  body.customer = customer_named(customer);
  body.ship_to.country = "DE";
  body.ship_to.position = location(next() % settings_.locations).position;
  add_lines(body);
  money total;
  for (const auto& line : body.lines)
    total += money{line.unit_price.value * line.units.value};
  body.payment = prepayment{total, "bench"};
  if (settings_.mix == order_mix::real) {
    placing.personal = person(customer);
    if (is_partly_cancelled(orders_)) regretted_.push_back(placing.order);
  }
  return {std::move(placing), actor_name{"shop"}, {}};
}

std::vector<std::string> workload::skus_without_stock() const {
  std::vector<std::string> out;
  if (settings_.mix == order_mix::real)
    for (std::uint64_t number = 0; number < late_skus; ++number)
      out.push_back(late_sku(number));
  return out;
}

sku_id workload::some_sku(std::uint64_t number) const {
  return sku_id{settings_.mix == order_mix::hot_sku
                    ? hot_sku
                    : sku_name(number % settings_.skus)};
}

std::int64_t workload::units_promisable() const {
  return settings_.mix == order_mix::hot_sku
             ? std::min(units_, settings_.stock_units)
             : units_;
}

std::vector<command> workload::next_batch(std::size_t orders) {
  std::vector<command> batch;
  add_what_follows(batch, units_of_a_receipt);
  for (std::size_t i = 0; i < orders; ++i) batch.push_back(next_order());
  return batch;
}

std::vector<command> workload::last_batch() {
  std::vector<command> batch;
  add_what_follows(batch, 1);
  return batch;
}

void workload::add_what_follows(std::vector<command>& batch,
                                std::int64_t least_units) {
  for (auto& [sku, units] : awaited_) {
    if (units < least_units) continue;
    batch.push_back({receive_stock{location(next() % settings_.locations).id,
                                   sku_id{sku},
                                   quantity{units},
                                   {}},
                     actor_name{"bench"},
                     {}});
    units = 0;
  }
  for (auto& order : regretted_) {
    cancel_order cancelling{.order = std::move(order)};
    cancelling.lines = {{line_id{"1"}, quantity{1}}};
    cancelling.reason = "customer";
    batch.push_back({std::move(cancelling), actor_name{"support"}, {}});
    ++cancelled_;
  }
  regretted_.clear();
}

}  // namespace oms::bench
