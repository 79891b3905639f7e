#include <algorithm>
#include <utility>

#include "tools/simulation/workload.hpp"

namespace oms::simulation {

namespace {

// Mostly within what exists, sometimes one unit beyond it or none: the borders
// are where deciders go wrong.
quantity some_units(dice& random, quantity there) {
  if (random.chance(4)) return quantity{0};
  return quantity{random.between(
      1, std::max<std::int64_t>(1, there.value + (random.chance(8) ? 1 : 0)))};
}

// A fulfillment that something can still happen to, if there is one; sometimes
// any.
fulfillment_view live_one(dice& random, const order_view& order) {
  std::vector<fulfillment_view> live;
  for (const auto& each : order.fulfillments)
    if (each.status == fulfillment_status::open ||
        each.status == fulfillment_status::in_progress)
      live.push_back(each);
  return random.one_of(live.empty() || random.chance(10) ? order.fulfillments
                                                         : live);
}

bool asks_to_cancel(const order_view& order) {
  for (const auto& work : order.fulfillments)
    for (const auto& line : work.lines)
      if (line.cancel_requested > quantity{0}) return true;
  return false;
}

money rest_of(const order_view& order) { return order.total - order.captured; }

}  // namespace

place_order workload::placement(dice& random, const std::string& name,
                                const std::vector<order_key>& known) const {
  place_order some;
  some.order = {random.one_of(brands_), order_id{"O" + name}};
  // Sometimes the id of an existing order: a conflict, or the same order again.
  if (!known.empty() && random.chance(4)) some.order = random.one_of(known);
  auto& body = some.body;
  const auto lines = random.between(1, 3);
  money nets;
  for (std::int64_t i = 0; i < lines; ++i) {
    order_line line{.line = line_id{std::to_string(i + 1)},
                    .sku = random.one_of(skus_),
                    .units = quantity{random.between(1, 4)},
                    .unit_price = money{random.between(0, 999)},
                    .discount = {},
                    .tax = money{random.between(0, 99)}};
    const auto full = line.unit_price.value * line.units.value;
    if (random.chance(30)) line.discount = money{random.between(0, full)};
    nets += money{full} - line.discount;
    body.lines.push_back(std::move(line));
  }
  // Sometimes invalid.
  if (random.chance(3)) body.lines.back().units = quantity{0};
  if (random.chance(30)) body.discount = money{random.between(0, nets.value)};
  if (random.chance(50)) body.shipping.price = money{random.between(0, 500)};
  if (random.chance(30)) body.policy = shipping_policy::ship_complete;
  if (random.chance(30)) body.priority = random.between(0, 2);
  if (random.chance(15)) body.reservation = some_reservation(random);
  static const std::vector<std::string> countries{"", "NL", "DE", "US"};
  body.ship_to.country = random.one_of(countries);
  if (random.chance(60))
    body.ship_to.position =
        coordinates{static_cast<double>(random.between(-60, 60)), 10};
  if (random.chance(50)) some.personal.customer_name = "Customer " + name;
  if (random.chance(10))
    body.lines.front().attributes.entries = {{"note", name}};
  if (random.chance(10)) body.objectives = {objective::lowest_cost};
  // Sometimes of another brand, where nothing has the id, or itself.
  if (!known.empty() && random.chance(15))
    body.relates_to = {{random.one_of(known).id, relation_kind::exchange}};
  if (random.chance(60))
    // Mostly more than any order costs, so that most are paid and planned; some
    // payments are smaller than the order.
    body.payment =
        prepayment{money{random.chance(80) ? 100'000 : random.between(0, 900)},
                   "prepaid-" + name};
  if (body.payment && random.chance(25)) {
    std::swap(body.payment->captured, body.payment->authorized);
    body.payment->reference = "auth-0";
  }
  return some;
}

std::vector<line_choice> workload::some_lines(dice& random,
                                              const order_view& order) const {
  std::vector<line_choice> chosen;
  const auto count = random.between(1, 2);
  for (std::int64_t i = 0; i < count; ++i) {
    const auto& line = random.one_of(order.lines).line;
    chosen.push_back({random.chance(3) ? line_id{"none"} : line.line,
                      some_units(random, line.units)});
  }
  return chosen;
}

command_body workload::order_command(dice& random, const std::string& name,
                                     const order_view& order) const {
  const auto choice = random.below(100);
  if (random.chance(6)) return edit_command(random, name, order);
  // What can be shipped, returned or paid mostly is, so that orders go through
  // their whole life and do not pile up.
  if (order.status == order_status::pending && choice < 60)
    return money_command(random, name, order);
  if (!order.returns.empty() && choice < 25)
    return return_command(random, name, order);
  // It is captured, or not, in the middle of its life.
  if (order.authorized > money{} && choice < 15)
    return money_command(random, name, order);
  if (choice < 55) return work_command(random, name, order);
  if (choice < 66) return money_command(random, name, order);
  if (choice < 74) {
    cancel_order cancel{order.key, {}, "changed my mind", ""};
    if (random.chance(85)) cancel.lines = some_lines(random, order);
    // Sometimes the same reference again, which must count once.
    if (random.chance(30)) cancel.reference = random.chance(50) ? name : "once";
    return cancel;
  }
  if (!order.holds.empty() && choice < 82)
    return release_hold{order.key, random.one_of(order.holds).id};
  if (choice < 78)
    return place_hold{order.key, hold_id{std::to_string(random.below(3))},
                      "looked at"};
  if (choice < 85) {
    const auto hold =
        order.holds.empty() ? hold_id{"1"} : random.one_of(order.holds).id;
    return release_hold{order.key, hold};
  }
  if (choice < 86) return add_note{order.key, "note " + name};
  if (choice < 87) return erase_personal_data{order.key};
  if (choice < 91) return plan_order{order.key, random.chance(20)};
  return return_command(random, name, order);
}

command_body workload::work_command(dice& random, const std::string& name,
                                    const order_view& order) const {
  if (!order.shipments.empty() && random.chance(30)) {
    static const std::vector<tracking_status> news{
        tracking_status::in_transit, tracking_status::delivered,
        tracking_status::delivered,  tracking_status::delivered,
        tracking_status::lost,       tracking_status::returned};
    track_shipment track{order.key, {}, {}, random.one_of(news)};
    if (random.chance(70)) track.shipment = random.one_of(order.shipments).id;
    return track;
  }
  if (!order.fulfillments.empty() && random.chance(8))
    return label_command(random, name, order);
  work_fulfillment work;
  work.order = order.key;
  using enum fulfillment_action;
  static const std::vector<fulfillment_action> actions{
      accept,
      accept,
      accept,
      reject,
      pick,
      pick,
      pick,
      pick,
      unpick,
      short_pick,
      short_pick,
      cancel_answer,
      ship,
      ship,
      ship,
      ship,
      fulfillment_action::move,
      fulfillment_action::move};
  work.action = random.one_of(actions);
  static const std::vector<reject_reason> reasons{
      reject_reason::out_of_stock, reject_reason::mismatch,
      reject_reason::damaged, reject_reason::unable};
  if (work.action == reject) {
    work.reason = random.one_of(reasons);
    work.text = random.chance(95) ? "no courier" : "";
  }
  if (work.action == fulfillment_action::move) {
    work.to = random.chance(3) ? "NOWHERE" : random.one_of(locations_);
    if (!suppliers_.empty() && random.chance(15))
      work.to = random.one_of(suppliers_);
    work.text = random.chance(95) ? "staff" : "";
  }
  work.agreed = random.chance(60);
  // Units whose cancellation is requested stay until the source answers.
  if (asks_to_cancel(order) && random.chance(40)) work.action = cancel_answer;
  if (order.fulfillments.empty()) {
    work.source = random.one_of(locations_);
  } else {
    const auto at = live_one(random, order);
    if (random.chance(60))
      work.source = at.source.id;
    else
      work.fulfillment = at.id;
    if (random.chance(50)) {
      auto& lines = work.lines.emplace();
      for (const auto& line : at.lines) {
        work_line some{line.line, {}, some_units(random, line.units)};
        // A line may be named by its SKU instead.
        if (random.chance(30)) some = {{}, line.sku, some.units};
        if (random.chance(70)) lines.push_back(std::move(some));
      }
    }
  }
  if (work.action == ship) {
    // Sometimes the id of a shipment that exists, and sometimes "S", which
    // orders compete for: an id may ship once.
    if (!order.shipments.empty() && random.chance(40))
      work.shipment = random.one_of(order.shipments).id;
    else if (random.chance(80))
      work.shipment = shipment_id{random.chance(90) ? "S" + name : "S"};
    work.carrier = "post";
    work.tracking = name;
  }
  return work;
}

// Few ids, so that a label meets another of its id.
command_body workload::label_command(dice& random, const std::string& name,
                                     const order_view& order) const {
  const auto at = live_one(random, order);
  work_fulfillment label;
  label.order = order.key;
  label.fulfillment = at.id;
  label.label = label_id{std::to_string(random.below(3))};
  if (random.chance(40)) {
    label.action = fulfillment_action::void_label;
    return label;
  }
  label.action = fulfillment_action::label;
  label.carrier = "post";
  // Sometimes under the number of a parcel that has left.
  label.tracking = !order.shipments.empty() && random.chance(50)
                       ? random.one_of(order.shipments).tracking
                       : name;
  label.cost = money{random.between(0, 999)};
  label.currency = random.chance(95) ? "EUR" : "E";
  return label;
}

// Mostly one change, so that most edits are accepted.
command_body workload::edit_command(dice& random, const std::string& name,
                                    const order_view& order) const {
  edit_order edit;
  edit.order = order.key;
  edit.preview = random.chance(10);
  static const std::vector<std::string> countries{"", "NL", "DE", "US"};
  const auto changes = random.chance(75) ? 1 : 2;
  for (int i = 0; i < changes; ++i) switch (random.below(10)) {
      case 0:
        edit.ship_to.emplace().country = random.one_of(countries);
        if (random.chance(60)) {
          edit.ship_to->latitude = static_cast<double>(random.between(-60, 60));
          edit.ship_to->longitude = 10;
        }
        break;
      case 1:
        edit.shipping.emplace().service =
            random.chance(50) ? "express" : "standard";
        if (random.chance(50))
          edit.shipping->price = money{random.between(0, 900)};
        break;
      case 2:
        edit.priority = random.between(0, 2);
        break;
      case 3:
        edit.policy = random.chance(50) ? shipping_policy::ship_complete
                                        : shipping_policy::as_available;
        break;
      case 4:
        edit.discount = money{random.between(0, 300)};
        break;
      case 5:
        edit.customer.emplace().name =
            random.chance(80) ? "Customer again " + name : "";
        edit.channel_order = "#" + name;
        break;
      case 6:
        edit.lines.emplace().push_back(
            {.line = line_id{"E" + name},
             .sku = random.one_of(skus_),
             .units = quantity{random.between(random.chance(5) ? 0 : 1, 3)},
             .unit_price = money{random.between(0, 999)}});
        break;
      default: {
        const auto& line = random.one_of(order.lines);
        const auto live = line.line.units - line.buckets.cancelled;
        edit.lines.emplace().push_back(
            {.line = line.line.line,
             .units = quantity{random.between(0, live.value + 3)}});
        if (random.chance(15)) edit.lines->front().discount = money{1};
      }
    }
  return edit;
}

// What came of what the order has told, and what the customer says.
command_body workload::told_command(dice& random, const order_view& order,
                                    engine& seen) const {
  if (!order.queue.empty() && random.chance(60))
    return answer_backorder{
        order.key,
        random.chance(95) ? random.one_of(order.queue).line : line_id{"none"},
        random.chance(60) ? backorder_choice::wait : backorder_choice::cancel};
  const auto trail = seen.order_timeline(order.key);
  if (!trail) return add_note{order.key, "of nobody"};
  std::vector<sequence> alerts;
  std::vector<sequence> told;
  for (const auto& each : *trail) {
    if (std::holds_alternative<alert_raised>(each.body))
      alerts.push_back(each.at);
    if (std::holds_alternative<notification_recorded>(each.body))
      told.push_back(each.at);
  }
  // Sometimes an event that is not the order's, or no such event.
  if (random.chance(5)) told = alerts = {1 + random.below(trail->back().at)};
  acknowledge_alert acknowledged;
  if (!alerts.empty() && random.chance(30)) {
    acknowledged.order = order.key;
    acknowledged.alert = random.one_of(alerts);
    acknowledged.note = "looked at";
    return acknowledged;
  }
  static const std::vector<delivery_outcome> outcomes{
      delivery_outcome::sent, delivery_outcome::failed, delivery_outcome::dead,
      delivery_outcome::suppressed};
  deliver_notification delivered;
  delivered.order = order.key;
  delivered.notification = told.empty() ? 0 : random.one_of(told);
  delivered.channel = random.chance(95) ? "email" : "";
  delivered.outcome = random.one_of(outcomes);
  delivered.attempt = random.between(1, 2);
  return delivered;
}

command_body workload::money_command(dice& random, const std::string& name,
                                     const order_view& order) const {
  const auto open = rest_of(order);
  const auto choice = random.below(100);
  if (choice < 50) {
    record_payment payment;
    payment.order = order.key;
    // Sometimes the same reference again, which must count once.
    payment.reference = random.chance(85) ? "paid-" + name : "paid";
    if (random.chance(50))
      payment.amount = money{random.between(
          random.chance(5) ? 0 : 1,
          std::max<std::int64_t>(
              2, random.chance(60) ? open.value : open.value / 2))};
    if (random.chance(15)) payment.event = payment_event::started;
    if (random.chance(15)) {
      payment.event = payment_event::failed;
      payment.final = random.chance(40);
    }
    // Few names, since an order does not show those of its authorizations.
    const auto authorization =
        "auth-" + std::to_string(random.chance(60) ? 0 : random.below(3));
    if (random.chance(20)) {
      payment.event = payment_event::authorized;
      payment.reference = authorization;
    } else if (order.authorized > money{} && random.chance(70)) {
      if (random.chance(40)) {
        payment.event = payment_event::voided;
        payment.reference = authorization;
      } else {
        payment.authorization = authorization;
      }
    }
    return payment;
  }
  if (choice < 75) {
    request_refund refund{order.key, {}, false, {}, "sorry"};
    switch (random.below(4)) {
      case 0:
        refund.shipping = true;
        break;
      case 1:
        refund.amount = money{
            random.between(0, std::max<std::int64_t>(1, order.captured.value))};
        break;
      case 2:
        refund.amount =
            order.captured - order.refunded - order.refund_requested;
        break;
      default:
        refund.lines = some_lines(random, order);
    }
    if (random.chance(30)) refund.reference = random.chance(50) ? name : "once";
    return refund;
  }
  settle_refund settle{order.key, {}, random.chance(70)};
  if (!order.refunds.empty() && random.chance(60))
    settle.refund = random.one_of(order.refunds).id;
  return settle;
}

command_body workload::return_command(dice& random, const std::string& name,
                                      const order_view& order) const {
  if (order.returns.empty() || random.chance(35)) {
    request_return back{order.key, {}, {}, "does not fit"};
    if (random.chance(70)) back.id = return_id{"R" + name};
    if (random.chance(50)) back.lines = some_lines(random, order);
    return back;
  }
  const auto& open = random.one_of(order.returns);
  if (random.chance(25))
    return decide_return{order.key, open.id, random.chance(50)};
  receive_return receive{order.key, open.id, random.one_of(locations_), {}};
  // Without lines: everything has come back.
  if (random.chance(5)) return receive;
  auto& lines = receive.lines.emplace();
  if (random.chance(3)) receive.location = "NOWHERE";
  for (const auto& line : open.lines) {
    returned_line came{line.line, some_units(random, line.units)};
    if (random.chance(40)) came.condition = return_condition::damaged;
    if (random.chance(85)) lines.push_back(std::move(came));
  }
  return receive;
}

}  // namespace oms::simulation
