#include "tests/actors/order/order_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace oms::tests {

sku_id sku_of_line(std::size_t n) {
  return sku_id{std::string(1, static_cast<char>('A' + n))};
}

order_key key_of(const std::string& id) {
  return {brand_id{"acme"}, order_id{id}};
}

order_line& order_builder::add(std::int64_t units, std::int64_t unit_price) {
  command.order = key_of("o1");
  auto& lines = command.body.lines;
  const auto place = lines.size();
  lines.push_back({.line = line_id{std::to_string(place + 1)},
                   .sku = sku_of_line(place),
                   .units = quantity{units},
                   .unit_price = money{unit_price}});
  return lines.back();
}

order_builder& order_builder::line(std::int64_t units, std::int64_t unit_price,
                                   std::int64_t discount, std::int64_t tax) {
  auto& made = add(units, unit_price);
  made.discount = money{discount};
  made.tax = money{tax};
  return *this;
}

order_builder& order_builder::same_sku(std::int64_t units,
                                       std::int64_t unit_price) {
  add(units, unit_price).sku = sku_of_line(0);
  return *this;
}

order_builder& order_builder::shipping(std::int64_t price) {
  command.body.shipping.price = money{price};
  return *this;
}

order_builder& order_builder::discount(std::int64_t amount) {
  command.body.discount = money{amount};
  return *this;
}

order_builder& order_builder::ship_complete() {
  command.body.policy = shipping_policy::ship_complete;
  return *this;
}

order_builder& order_builder::authorized(std::int64_t amount,
                                         std::string reference) {
  command.body.payment = prepayment{{}, std::move(reference), money{amount}};
  return *this;
}

order_builder& order_builder::prepaid(std::int64_t captured,
                                      std::string reference) {
  command.body.payment = prepayment{money{captured}, std::move(reference)};
  return *this;
}

order_builder one_line(std::int64_t units) {
  return order_builder{}.line(units);
}

order_builder two_lines(std::int64_t first, std::int64_t second) {
  return order_builder{}.line(first).line(second);
}

std::vector<line_choice> choices(const units_by_line& units) {
  std::vector<line_choice> chosen;
  for (const auto& [line, n] : units)
    chosen.push_back({line_id{line}, quantity{n}});
  return chosen;
}

namespace {

/// None stands for everything.
std::optional<std::vector<line_choice>> some(const units_by_line& units) {
  if (units.empty()) return {};
  return choices(units);
}

std::optional<std::vector<work_line>> work_lines(const units_by_line& units) {
  if (units.empty()) return {};
  std::vector<work_line> lines;
  for (const auto& [line, n] : units)
    lines.push_back({line_id{line}, sku_id{}, quantity{n}});
  return lines;
}

}  // namespace

source_ref source_named(const std::string& id, source_type kind) {
  return {kind == source_type::dropship ? source_kind::supplier
                                        : source_kind::location,
          id};
}

order_under_test::order_under_test(const order_builder& builder)
    : order_under_test() {
  EXPECT_EQ(does(builder.command), std::nullopt);
}

void order_under_test::check(const order::order_outcome& outcome) const {
  auto folded = state_;
  auto status = state_.status;
  for (const auto& body : outcome.events) {
    order::apply(folded, body, now);
    const auto* step = std::get_if<status_changed>(&body);
    if (step == nullptr) continue;
    EXPECT_EQ(step->from, status);
    EXPECT_TRUE(order::is_transition(step->from, step->to));
    status = step->to;
  }
  EXPECT_TRUE(folded == outcome.next)
      << "the outcome is not the fold of its events";
  EXPECT_EQ(status, outcome.next.status);
  EXPECT_EQ(order::computed_status(outcome.next), outcome.next.status);
  std::vector<quantity> allocated(folded.lines.size());
  std::vector<quantity> picked(folded.lines.size());
  for (const auto& each : folded.fulfillments)
    for (const auto& line : each.lines) {
      allocated.at(line.line) += line.allocated;
      picked.at(line.line) += line.picked;
      for (const auto bucket :
           {line.allocated, line.picked, line.shipped, line.cancelled,
            line.moved_away, line.cancel_requested})
        EXPECT_GE(bucket, quantity{0});
      EXPECT_LE(line.cancel_requested, line.remaining());
    }
  for (std::size_t i = 0; i < folded.lines.size(); ++i) {
    const auto& line = folded.lines[i];
    const auto& in = line.buckets;
    EXPECT_EQ(in.sum(), line.ordered.units);
    for (const auto bucket :
         {in.unrouted, in.backordered, in.allocated, in.picked, in.shipped,
          in.delivered, in.returned, in.lost, in.cancelled, line.unfillable,
          line.in_return, line.refunded_units})
      EXPECT_GE(bucket, quantity{0});
    EXPECT_LE(line.unfillable, in.unrouted);
    EXPECT_EQ(in.allocated, allocated[i]);
    EXPECT_EQ(in.picked, picked[i]);
  }
  EXPECT_LE(folded.refunded + folded.refund_requested, folded.captured);
  EXPECT_GE(folded.refund_requested, money{0});
  EXPECT_GE(order::total_of(folded), money{0});
}

void order_under_test::take(order::order_outcome outcome) {
  check(outcome);
  for (const auto& body : outcome.events)
    if (const auto* note = std::get_if<notification_recorded>(&body))
      told_.push_back(note->kind);
  state_ = std::move(outcome.next);
  events_ = std::move(outcome.events);
}

void order_under_test::take_over(
    const std::function<order::order_events(order_state& state)>& happens) {
  order::order_outcome outcome{{}, state_, now};
  outcome.events = happens(outcome.next);
  take(std::move(outcome));
}

refusal order_under_test::take(order::order_decision decision) {
  if (!decision) {
    EXPECT_FALSE(decision.failure().message.empty());
    return decision.failure().code;
  }
  take(std::move(*decision));
  return std::nullopt;
}

refusal order_under_test::does(const work_fulfillment& command) {
  if (is_faulty(command)) return error_code::invalid;
  const auto read = [this](const source_ref&, const sku_id&) {
    return receipts;
  };
  return take(order::decide(state_, command, read, now));
}

refusal order_under_test::pay(std::optional<std::int64_t> amount,
                              std::string reference) {
  record_payment command{.order = state_.key};
  if (amount) command.amount = money{*amount};
  command.reference = std::move(reference);
  return does(command);
}

refusal order_under_test::payment_starts(std::string reference) {
  return does(record_payment{.order = state_.key,
                             .event = payment_event::started,
                             .reference = std::move(reference)});
}

refusal order_under_test::payment_fails(bool final) {
  return does(record_payment{
      .order = state_.key, .event = payment_event::failed, .final = final});
}

refusal order_under_test::authorize(std::optional<std::int64_t> amount,
                                    std::string reference) {
  record_payment command{.order = state_.key,
                         .event = payment_event::authorized};
  if (amount) command.amount = money{*amount};
  command.reference = std::move(reference);
  return does(command);
}

refusal order_under_test::end_authorization(std::string reference) {
  return does(record_payment{.order = state_.key,
                             .event = payment_event::voided,
                             .reference = std::move(reference)});
}

refusal order_under_test::capture_of(std::string authorization,
                                     std::int64_t amount) {
  return does(record_payment{.order = state_.key,
                             .amount = money{amount},
                             .authorization = std::move(authorization)});
}

refusal order_under_test::cancel(const units_by_line& units) {
  return does(cancel_order{
      .order = state_.key, .lines = some(units), .reason = "customer"});
}

refusal order_under_test::hold(const std::string& id) {
  return does(place_hold{state_.key, hold_id{id}, "fraud"});
}

refusal order_under_test::release(const std::string& id) {
  return does(release_hold{state_.key, hold_id{id}});
}

std::vector<line_units> order_under_test::lines(
    const units_by_line& units) const {
  std::vector<line_units> some;
  for (const auto& [line, n] : units) {
    const auto index = state_.line_index(line_id{line});
    EXPECT_TRUE(index) << "no line " << line;
    if (index)
      some.push_back(
          {line_id{line}, state_.lines[*index].ordered.sku, quantity{n}});
  }
  return some;
}

reservation order_under_test::promise(const std::string& source,
                                      const units_by_line& units,
                                      source_type kind) const {
  return {.source = source_named(source, kind),
          .place = kind,
          .lines = lines(units),
          .opens = true,
          .round = 1};
}

void order_under_test::allocate(const std::string& source,
                                const units_by_line& units, source_type kind) {
  take_over([&](order_state& state) {
    return order::granted(state, promise(source, units, kind), net, now);
  });
}

void order_under_test::fill(const std::string& source,
                            const units_by_line& units,
                            std::int64_t max_sources) {
  auto given = promise(source, units, source_type::warehouse);
  given.round = 0;
  given.max_sources = max_sources;
  take_over([&](order_state& state) {
    return order::granted(state, given, net, now);
  });
}

void order_under_test::backorder(const units_by_line& units) {
  take_over([&](order_state& state) {
    return order::entered_backorder_queue(state, lines(units), {}, now);
  });
}

void order_under_test::unfillable(const units_by_line& units) {
  take_over([&](order_state& state) {
    return order::entered_backorder_queue(state, {}, lines(units), now);
  });
}

void order_under_test::revoked_units(const std::string& source,
                                     const std::string& sku, std::int64_t units,
                                     std::int64_t picked) {
  const oms::revoked_units loss{source_named(source, source_type::warehouse),
                                sku_id{sku}, quantity{units}, quantity{picked}};
  take_over(
      [&](order_state& state) { return order::taken_back(state, loss, now); });
}

refusal order_under_test::work(fulfillment_action action,
                               const std::string& source,
                               const units_by_line& units) {
  return does(work_fulfillment{.order = state_.key,
                               .action = action,
                               .source = source,
                               .lines = work_lines(units)});
}

refusal order_under_test::accept(const std::string& source) {
  return work(fulfillment_action::accept, source, {});
}

refusal order_under_test::reject(const std::string& source,
                                 const units_by_line& units,
                                 reject_reason reason,
                                 const std::string& text) {
  return does(work_fulfillment{.order = state_.key,
                               .action = fulfillment_action::reject,
                               .source = source,
                               .lines = work_lines(units),
                               .reason = reason,
                               .text = text});
}

refusal order_under_test::pick(const std::string& source,
                               const units_by_line& units) {
  return work(fulfillment_action::pick, source, units);
}

refusal order_under_test::unpick(const std::string& source,
                                 const units_by_line& units) {
  return work(fulfillment_action::unpick, source, units);
}

refusal order_under_test::short_pick(const std::string& source,
                                     const units_by_line& units) {
  return work(fulfillment_action::short_pick, source, units);
}

refusal order_under_test::ship(const std::string& source,
                               const units_by_line& units,
                               const std::string& shipment) {
  return does(work_fulfillment{.order = state_.key,
                               .action = fulfillment_action::ship,
                               .source = source,
                               .lines = work_lines(units),
                               .shipment = shipment_id{shipment},
                               .carrier = "DHL",
                               .tracking = "T1"});
}

refusal order_under_test::answer_cancel(const std::string& source,
                                        bool agreed) {
  return does(work_fulfillment{.order = state_.key,
                               .action = fulfillment_action::cancel_answer,
                               .source = source,
                               .agreed = agreed});
}

refusal order_under_test::track(tracking_status news,
                                const std::string& shipment) {
  return does(track_shipment{
      .order = state_.key, .shipment = shipment_id{shipment}, .news = news});
}

refusal order_under_test::refund_lines(const units_by_line& units) {
  return does(request_refund{.order = state_.key, .lines = some(units)});
}

refusal order_under_test::refund_shipping() {
  return does(request_refund{.order = state_.key, .shipping = true});
}

refusal order_under_test::refund_amount(std::int64_t amount) {
  return does(request_refund{
      .order = state_.key, .amount = money{amount}, .reason = "goodwill"});
}

refusal order_under_test::settle(const std::string& refund, bool succeeded) {
  return does(settle_refund{state_.key, refund_id{refund}, succeeded});
}

refusal order_under_test::ask_return(const std::string& id,
                                     const units_by_line& units) {
  return does(
      request_return{state_.key, return_id{id}, some(units), "too small"});
}

refusal order_under_test::receive_back(const std::string& id,
                                       const units_by_line& units,
                                       return_condition condition,
                                       const std::string& location) {
  std::vector<returned_line> lines;
  for (const auto& [line, n] : units)
    lines.push_back({line_id{line}, quantity{n}, condition});
  return does(
      receive_return{state_.key, return_id{id}, location, std::move(lines)});
}

const line_buckets& order_under_test::buckets(const std::string& line) const {
  return state_.lines.at(state_.line_index(line_id{line}).value()).buckets;
}

fulfillment_status order_under_test::work_status(const std::string& id) const {
  const auto* found = state_.find_fulfillment(fulfillment_id{id});
  EXPECT_NE(found, nullptr) << "no fulfillment " << id;
  return found == nullptr ? fulfillment_status::cancelled
                          : order::computed_status(state_, *found);
}

std::vector<order_status> order_under_test::walked() const {
  std::vector<order_status> steps;
  for (const auto& each : events_of<status_changed>()) steps.push_back(each.to);
  return steps;
}

std::size_t order_under_test::told(const std::string& kind) const {
  return static_cast<std::size_t>(std::count(told_.begin(), told_.end(), kind));
}

order_under_test paid_order(const order_builder& builder) {
  order_under_test order(builder);
  if (order.total() > 0) {
    EXPECT_EQ(order.pay(), std::nullopt);
  }
  return order;
}

order_under_test allocated(std::int64_t units, const std::string& source,
                           source_type kind) {
  auto order = paid_order(one_line(units));
  order.allocate(source, {{"1", units}}, kind);
  return order;
}

}  // namespace oms::tests
