#include <utility>

#include "messages/time_text.hpp"
#include "tools/simulation/workload.hpp"

namespace oms::simulation {

namespace {

const std::vector<std::string> countries{"NL", "DE", "US"};

// Positions, brands and countries are often left out: then nothing restricts a
// source.
std::optional<coordinates> some_position(dice& random) {
  if (random.chance(30)) return std::nullopt;
  return coordinates{static_cast<double>(random.between(-60, 60)),
                     static_cast<double>(random.between(-120, 120))};
}

std::vector<std::string> some_countries(dice& random) {
  if (random.chance(75)) return {};
  return {random.one_of(countries)};
}

std::vector<brand_id> some_brands(dice& random,
                                  const std::vector<brand_id>& brands) {
  if (random.chance(75)) return {};
  return {random.one_of(brands)};
}

void add_calendar(dice& random, location_settings& some) {
  static const std::vector<std::string> zones{"",
                                              "America/Los_Angeles",
                                              "Europe/Berlin",
                                              "Asia/Kathmandu",
                                              "Africa/Cairo",
                                              "Pacific/Auckland"};
  some.handling_days = static_cast<std::int32_t>(random.between(0, 2));
  some.time_zone = random.one_of(zones);
  if (random.chance(30)) some.cutoff = "12:00";
  if (random.chance(30))
    some.working_days = {weekday::mon, weekday::tue, weekday::wed, weekday::thu,
                         weekday::fri};
}

}  // namespace

location_settings workload::location(dice& random,
                                     const std::string& id) const {
  static const std::vector<source_type> kinds{
      source_type::warehouse, source_type::warehouse, source_type::store,
      source_type::three_pl};
  location_settings some;
  some.id = id;
  some.kind = random.one_of(kinds);
  some.position = some_position(random);
  some.active = random.chance(85);
  some.priority = random.between(1, 3);
  some.shipment_cost = money{random.between(0, 900)};
  some.unit_cost = money{random.between(0, 50)};
  some.cost_per_km = money{random.between(0, 2)};
  if (with_capacity_ && random.chance(50))
    some.daily_capacity = random.between(1, 3);
  some.brands = some_brands(random, brands_);
  some.countries = some_countries(random);
  add_calendar(random, some);
  return some;
}

supplier_settings workload::supplier(dice& random,
                                     const std::string& id) const {
  supplier_settings some;
  some.id = id;
  some.priority = random.between(1, 3);
  some.active = random.chance(85);
  some.shipment_cost = money{random.between(0, 900)};
  some.brands = some_brands(random, brands_);
  some.countries = some_countries(random);
  for (const auto& sku : skus_) {
    if (random.chance(40)) continue;
    supplier_product product{
        .sku = sku,
        .available = {},
        .unit_cost = money{random.between(1, 90)},
        .lead_time_days = static_cast<std::int32_t>(random.between(0, 5))};
    if (random.chance(85)) product.available = quantity{random.between(0, 6)};
    some.products.push_back(std::move(product));
  }
  return some;
}

product_settings workload::product(dice& random, const sku_id& sku,
                                   timestamp now) const {
  product_settings some;
  some.sku = sku;
  some.backorderable = !with_limits_ || random.chance(75);
  if (with_limits_ && random.chance(30))
    some.backorder_limit = quantity{random.between(1, 6)};
  if (random.chance(20))
    some.restock_date = timestamp{date_of(now) + std::chrono::days(5)};
  return some;
}

routing_rules workload::rules(dice& random, const brand_id& brand) const {
  // Valid combinations only: a type of source may be in one tier, and neither
  // list may be empty.
  static const std::vector<std::vector<objective>> wishes{
      {objective::fewest_shipments, objective::priority},
      {objective::lowest_cost},
      {objective::nearest, objective::fewest_shipments},
      {objective::priority, objective::balance_stock},
      {objective::balance_stock},
      {objective::soonest, objective::fewest_shipments}};
  using enum source_type;
  static const std::vector<std::vector<std::vector<source_type>>> tiers{
      {{warehouse, store, three_pl}, {dropship}},
      {{warehouse, store, three_pl}, {dropship}},
      {{warehouse}, {store, three_pl}, {dropship}},
      {{warehouse, store, three_pl, dropship}},
      {{warehouse, three_pl}}};
  routing_rules some;
  some.brand = brand;
  some.tiers = random.one_of(tiers);
  some.objectives = random.one_of(wishes);
  some.split_lines = random.chance(70);
  some.max_shipments = random.chance(30) ? random.between(1, 2) : 0;
  if (random.chance(20)) some.stuck_after_s = random.between(1, 90'000);
  if (random.chance(40)) some.plan_on = plan_moment::authorized;
  if (random.chance(20)) some.consolidate_every_s = random.between(1, 90'000);
  return some;
}

std::vector<command> workload::network() {
  dice random(seed_, 0);
  std::vector<command> commands;
  const auto add = [&commands](command_body body) {
    commands.push_back({std::move(body), actor_name{"setup"},
                        "0." + std::to_string(commands.size() + 1)});
  };
  for (const auto& id : locations_) add(define_location{location(random, id)});
  for (const auto& id : suppliers_) add(define_supplier{supplier(random, id)});
  for (const auto& sku : skus_)
    if (random.chance(60))
      add(define_product{product(random, sku, timestamp{})});
  for (const auto& brand : brands_)
    if (random.chance(50)) add(set_routing{rules(random, brand)});
  for (const auto& id : locations_)
    for (const auto& sku : skus_)
      if (random.chance(60))
        add(receive_stock{id, sku, quantity{random.between(1, 10)},
                          "initial-" + id + sku.value});
  return commands;
}

command_body workload::stock_command(dice& random,
                                     const std::string& name) const {
  // Sometimes invalid: a location that does not exist, quantities of 0 or
  // below, a count below what is promised.
  const auto place = random.chance(3) ? "NOWHERE" : random.one_of(locations_);
  const auto& sku = random.one_of(skus_);
  switch (random.below(16)) {
    case 0:
    case 1:
    case 14:
    case 15:
      return coming_command(random, name, place);
    case 2:
      return lines_command(random, name, place);
    case 3:
    case 4:
    case 5:
    case 6:
    case 7:
    case 8:
      return receive_stock{place, sku, quantity{random.between(0, 9)},
                           random.chance(80) ? "receipt-" + name : ""};
    case 9:
      return adjust_stock{place, sku, quantity{random.between(-4, 4)},
                          "adjusted"};
    case 10:
    case 11:
      return count_stock{place, sku, quantity{random.between(0, 9)}};
    default:
      return set_safety_stock{place, sku, quantity{random.between(-1, 3)}};
  }
}

// Few ids, so that the same one comes again with another body, after its end,
// or while an order takes it over.
reservation_id workload::some_reservation(dice& random) const {
  return reservation_id{"R" + std::to_string(random.between(1, 12))};
}

command_body workload::cart_command(dice& random) const {
  const auto some_lines = [&] {
    std::vector<stock_line> lines;
    const auto count = random.between(1, 2);
    for (std::int64_t i = 0; i < count; ++i)
      lines.push_back({random.one_of(skus_), quantity{random.between(1, 4)}});
    return lines;
  };
  if (random.chance(30)) {
    release_reservation some{some_reservation(random), {}};
    if (random.chance(50)) some.lines = some_lines();
    return some;
  }
  reserve_stock some;
  some.reservation = some_reservation(random);
  some.wanted.brand = random.one_of(brands_);
  some.wanted.lines = some_lines();
  some.expires_in_s =
      random.chance(30) ? random.between(1, 3) : random.between(60, 100'000);
  some.partial = random.chance(40);
  return some;
}

// Few names, so that the same announcement is replaced, drawn down and ended,
// and the same transfer asked for again, with another body too.
command_body workload::coming_command(dice& random, const std::string& name,
                                      const std::string& place) const {
  const auto reference = "po-" + std::to_string(random.below(4));
  const auto moving = "move-" + std::to_string(random.below(60));
  const date today{std::chrono::days(20'458)};
  const auto day = today + std::chrono::days(random.between(0, 40));
  switch (random.below(6)) {
    case 0:
    case 1: {
      announce_incoming coming{place, reference, {}, day};
      for (const auto& sku : skus_)
        if (random.chance(40))
          coming.lines.push_back({sku, quantity{random.between(0, 9)}});
      return coming;
    }
    case 2:
      return end_incoming{place, reference};
    case 3:
      return receive_stock{place, random.one_of(skus_),
                           quantity{random.between(1, 5)}, "receipt-" + name,
                           random.chance(50) ? reference : moving};
    case 4: {
      transfer_stock sent{
          transfer_id(moving), place, random.one_of(locations_), {}, {}};
      if (random.chance(60)) sent.expected = day;
      for (const auto& sku : skus_)
        if (random.chance(40))
          sent.lines.push_back({sku, quantity{random.between(1, 3)}});
      return sent;
    }
    default:
      return close_transfer{transfer_id(moving)};
  }
}

command_body workload::lines_command(dice& random, const std::string& name,
                                     const std::string& place) const {
  const auto some_lines = [&](auto line_of) {
    std::vector<decltype(line_of(sku_id()))> lines;
    for (const auto& sku : skus_)
      if (random.chance(50)) lines.push_back(line_of(sku));
    if (lines.empty()) lines.push_back(line_of(skus_.front()));
    return lines;
  };
  const auto reference = random.chance(70) ? "lines-" + name : "";
  switch (random.below(4)) {
    case 0: {
      adjust_stock change{place, {}, {}, "adjusted", reference};
      change.lines = some_lines([&](const sku_id& sku) {
        return adjusted_line{sku, quantity{random.between(-2, 4)}};
      });
      return change;
    }
    case 1: {
      count_stock count{place, {}, {}, "counted", reference};
      count.lines = some_lines([&](const sku_id& sku) {
        return counted_line{sku, quantity{random.between(0, 9)}};
      });
      return count;
    }
    default: {
      receive_stock came{place, {}, {}, reference};
      came.lines = some_lines([&](const sku_id& sku) {
        return stock_line{sku, quantity{random.between(1, 5)}};
      });
      return came;
    }
  }
}

command_body workload::settings_command(dice& random, engine& seen) const {
  switch (random.below(9)) {
    case 0:
    case 1:
    case 2: {
      // A location goes off and on again with its other settings unchanged:
      // what it holds is offered again.
      auto all = seen.locations();
      if (all.empty()) break;
      auto some = random.one_of(all);
      some.active = !some.active;
      return define_location{std::move(some)};
    }
    case 3:
      return define_location{location(random, random.one_of(locations_))};
    case 4:
    case 5:
      if (suppliers_.empty()) break;
      return define_supplier{supplier(random, random.one_of(suppliers_))};
    case 6:
      return set_routing{rules(random, random.one_of(brands_))};
    case 7: {
      consolidate_orders some;
      if (random.chance(30)) some.brand = random.one_of(brands_);
      if (random.chance(30)) some.sku = random.one_of(skus_);
      if (random.chance(50)) some.limit = random.between(0, 2);
      some.preview = random.chance(20);
      return some;
    }
    default:
      break;
  }
  return define_product{product(random, random.one_of(skus_), seen.now())};
}

}  // namespace oms::simulation
