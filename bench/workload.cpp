#include "bench/workload.hpp"

#include <utility>

namespace oms::bench {

namespace {

std::string sku_name(std::uint64_t number) {
  return "SKU-" + std::to_string(10'000 + number);
}

}  // namespace

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
  for (std::size_t i = 0; i < settings_.locations; ++i)
    for (std::uint64_t sku = 0; sku < settings_.skus; ++sku)
      add(receive_stock{location(i).id, sku_id{sku_name(sku)},
                        quantity{settings_.stock_units}, "opening"});
  return batches;
}

command workload::next_order() {
  place_order placing;
  placing.order = {brand_id{"bench"},
                   order_id{"SO-" + std::to_string(++orders_)}};
  auto& body = placing.body;
  body.channel = "web";
  body.customer = customer_id{"C-" + std::to_string(next() % 100'000)};
  body.ship_to.country = "DE";
  body.ship_to.position = location(next() % settings_.locations).position;
  const auto first = next() % settings_.skus;
  const auto second =
      (first + 1 + next() % (settings_.skus - 1)) % settings_.skus;
  money total;
  for (const auto sku : {first, second}) {
    order_line line;
    line.line = line_id{std::to_string(body.lines.size() + 1)};
    line.sku = sku_id{sku_name(sku)};
    line.units = quantity{static_cast<std::int64_t>(1 + next() % 3)};
    line.unit_price = money{1'999};
    units_ += line.units.value;
    total += money{line.unit_price.value * line.units.value};
    body.lines.push_back(std::move(line));
  }
  body.payment = prepayment{total, "bench"};
  return {std::move(placing), actor_name{"shop"}, {}};
}

}  // namespace oms::bench
