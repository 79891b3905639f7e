#include "tests/crash/customers.hpp"

namespace oms::crash {

namespace {

const std::vector<std::string> places{"N", "S", "W"};
const std::vector<std::string> skus{"HOT", "WARM", "MILD"};
constexpr std::size_t remembered_orders = 200;

}  // namespace

std::vector<wish> customers::opening() {
  std::vector<wish> all;
  for (const auto& place : places) {
    all.push_back(some(wish_kind::location));
    all.back().place = place;
  }
  all.push_back(some(wish_kind::supplier));
  all.back().place = "D";
  for (const auto& sku : skus) all.back().units.push_back({sku, 50});
  for (const auto& place : places)
    for (const auto& sku : skus) {
      all.push_back(some(wish_kind::receive));
      all.back().place = place;
      all.back().units = {{sku, random_.between(5, 40)}};
    }
  return all;
}

wish customers::next(const book& known) {
  const auto choice = random_.below(100);
  if (orders_.empty() || choice < 40) return placement();
  if (choice < 52 && !unpaid_.empty()) {
    auto pay = some(wish_kind::pay);
    pay.order = unpaid_.front();
    unpaid_.pop_front();
    return pay;
  }
  if (choice < 60) {
    auto cancel = some(wish_kind::cancel);
    cancel.order = orders_[random_.below(orders_.size())];
    return cancel;
  }
  if (choice < 78) return work(known);
  if (choice < 82) {
    auto plan = some(wish_kind::plan);
    plan.order = orders_[random_.below(orders_.size())];
    return plan;
  }
  auto stock = some(choice < 97 ? wish_kind::receive : wish_kind::count);
  stock.place = random_.one_of(places);
  stock.units = {{random_.one_of(skus), stock.kind == wish_kind::count
                                            ? random_.between(0, 20)
                                            : random_.between(1, 8)}};
  return stock;
}

wish customers::placement() {
  auto place =
      some(random_.chance(60) ? wish_kind::place_paid : wish_kind::place);
  for (auto lines = random_.between(1, 2); lines > 0; --lines)
    place.units.push_back(
        {random_.chance(60) ? skus.front() : random_.one_of(skus),
         random_.between(1, 3)});
  orders_.push_back(place.id);
  if (orders_.size() > remembered_orders) orders_.pop_front();
  if (place.kind == wish_kind::place) unpaid_.push_back(place.id);
  return place;
}

wish customers::work(const book& known) {
  auto work = some(random_.chance(35) ? wish_kind::pick : wish_kind::ship);
  // Where there is something to do, as far as the log of the last life says.
  // Some go elsewhere, to be refused.
  if (const auto& all = known.allocated(); !all.empty() && random_.chance(70)) {
    const auto& one = random_.one_of(all);
    work.order = one.order;
    work.place = one.place;
  } else {
    work.order = orders_[random_.below(orders_.size())];
    work.place = random_.chance(20) ? "D" : random_.one_of(places);
  }
  return work;
}

}  // namespace oms::crash
