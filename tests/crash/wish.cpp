#include "tests/crash/wish.hpp"

#include <sstream>

namespace oms::crash {

namespace {

constexpr std::int64_t unit_price = 1'000;

place_order placement(const wish& given, bool paid) {
  place_order place{.order = order_named(given.id), .body = {}, .personal = {}};
  money total;
  for (std::size_t i = 0; i < given.units.size(); ++i) {
    const auto& wanted = given.units[i];
    place.body.lines.push_back({.line = line_id{std::to_string(i + 1)},
                                .sku = sku_id{wanted.sku},
                                .units = quantity{wanted.units},
                                .unit_price = money{unit_price}});
    total += money{wanted.units * unit_price};
  }
  place.personal.customer_name = "Customer " + std::to_string(given.id);
  if (paid)
    place.body.payment = prepayment{total, "prepaid-" + place.order.id.value};
  return place;
}

work_fulfillment work(const wish& given, fulfillment_action action) {
  work_fulfillment work{.order = order_named(given.order), .action = action};
  work.source = given.place;
  if (action == fulfillment_action::ship)
    work.shipment = shipment_id{"P" + std::to_string(given.id)};
  return work;
}

command_body body_of(const wish& given) {
  const auto first = given.units.empty() ? wanted_units{} : given.units.front();
  switch (given.kind) {
    case wish_kind::location:
      return define_location{{.id = given.place}};
    case wish_kind::supplier: {
      supplier_settings supplier{.id = given.place};
      for (const auto& each : given.units)
        supplier.products.push_back(
            {.sku = sku_id{each.sku}, .available = quantity{each.units}});
      return define_supplier{std::move(supplier)};
    }
    case wish_kind::receive:
      return receive_stock{given.place, sku_id{first.sku},
                           quantity{first.units},
                           "delivery-" + std::to_string(given.id)};
    case wish_kind::count:
      return count_stock{given.place, sku_id{first.sku}, quantity{first.units}};
    case wish_kind::place:
      return placement(given, false);
    case wish_kind::place_paid:
      return placement(given, true);
    case wish_kind::pay:
      return record_payment{.order = order_named(given.order),
                            .reference = "paid-" + std::to_string(given.order)};
    case wish_kind::cancel:
      return cancel_order{.order = order_named(given.order),
                          .lines = {},
                          .reason = "changed my mind"};
    case wish_kind::pick:
      return work(given, fulfillment_action::pick);
    case wish_kind::ship:
      return work(given, fulfillment_action::ship);
    case wish_kind::plan:
      return plan_order{.order = order_named(given.order)};
  }
  return {};
}

}  // namespace

std::string text_of(const wish& given) {
  std::ostringstream text;
  text << static_cast<int>(given.kind) << ' ' << given.id << ' ' << given.order
       << ' ' << (given.place.empty() ? "-" : given.place);
  for (const auto& each : given.units)
    text << ' ' << each.sku << ' ' << each.units;
  return text.str();
}

std::optional<wish> wish_in(const std::string& line) {
  std::istringstream text(line);
  wish read;
  int kind = 0;
  if (!(text >> kind >> read.id >> read.order >> read.place) || kind < 0 ||
      kind > static_cast<int>(wish_kind::plan))
    return std::nullopt;
  read.kind = static_cast<wish_kind>(kind);
  for (wanted_units each; text >> each.sku >> each.units;)
    read.units.push_back(each);
  return read;
}

command command_of(const wish& given) {
  return {.body = body_of(given),
          .by = actor_name{"client"},
          .id = command_id_of(given)};
}

std::string command_id_of(const wish& given) {
  return "w" + std::to_string(given.id);
}

order_key order_named(std::uint64_t placed_by) {
  return {brand_id{"acme"}, order_id{"O" + std::to_string(placed_by)}};
}

bool is_repeatable(wish_kind kind) {
  return kind == wish_kind::location || kind == wish_kind::receive ||
         kind == wish_kind::place || kind == wish_kind::place_paid ||
         kind == wish_kind::pay || kind == wish_kind::ship;
}

}  // namespace oms::crash
