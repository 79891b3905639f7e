#include "tests/actors/source/source_fixture.hpp"

#include <gtest/gtest.h>

#include <map>

namespace oms::tests {

namespace {

const sku_id sku_a{"A"};

supplier_settings supplier_of(std::optional<quantity> available) {
  return {.id = "S1", .products = {{.sku = sku_a, .available = available}}};
}

}  // namespace

source_under_test::source_under_test() {
  state_.self = {source_kind::location, "W1"};
  EXPECT_EQ(does(define_location{{.id = "W1"}}), std::nullopt);
}

source_under_test source_under_test::supplier(
    std::optional<quantity> available) {
  source_under_test made{empty_tag{}};
  made.state_.self = {source_kind::supplier, "S1"};
  EXPECT_EQ(made.redefine(available), std::nullopt);
  made.let_go();
  return made;
}

void source_under_test::check(const source_state& before) const {
  auto folded = before;
  for (const auto& body : events_) source::apply(folded, body, now);
  EXPECT_TRUE(folded == state_) << "the state is not the fold of its events";
  std::map<sku_id, quantity> promised_in_all;
  for (const auto& [order, promised] : state_.promises) {
    EXPECT_FALSE(promised.units.empty());
    for (const auto& units : promised.units) {
      EXPECT_GT(units.committed + units.picked, quantity{0});
      EXPECT_GE(units.committed, quantity{0});
      EXPECT_GE(units.picked, quantity{0});
      if (!state_.unacknowledged.contains(order)) {
        EXPECT_LE(units.picked, units.committed);
      }
      promised_in_all[units.sku] += units.committed;
    }
  }
  for (const auto& [sku, of] : state_.stock) {
    EXPECT_EQ(of.committed + of.revoking, promised_in_all[sku]);
    if (of.without_limit) continue;
    EXPECT_EQ(of.on_hand, of.available() + of.reserved + of.on_offer +
                              of.committed + of.safety_stock() + of.damaged);
    for (const auto bucket :
         {of.on_hand, of.available(), of.reserved, of.on_offer, of.committed,
          of.safety_stock(), of.damaged})
      EXPECT_GE(bucket, quantity{0});
    if (state_.self.kind == source_kind::location) {
      EXPECT_EQ(of.received + of.adjusted, of.on_hand + of.shipped);
    }
  }
}

void source_under_test::with_change(
    const std::function<void(source::source_change&)>& act) {
  const auto before = state_;
  source::source_change change(state_, now);
  act(change);
  events_ = std::move(change.events());
  if (!change.unfinished().empty())
    unfinished_ = std::move(change.unfinished().front());
  check(before);
}

template <class Command>
source_under_test::refusal source_under_test::does(const Command& command) {
  refusal said;
  with_change([&](source::source_change& change) {
    if (const auto decided = source::decide(change, command); !decided)
      said = decided.failure().code;
  });
  if (said) {
    EXPECT_TRUE(events_.empty()) << "a refused command has events";
  }
  return said;
}

void source_under_test::has(std::int64_t units) {
  EXPECT_EQ(receive(units), std::nullopt);
  let_go();
}

source_under_test::refusal source_under_test::receive(
    std::int64_t units, const std::string& reference) {
  return does(receive_stock{"W1", sku_a, quantity{units}, reference});
}

source_under_test::refusal source_under_test::adjust(std::int64_t delta) {
  return does(adjust_stock{"W1", sku_a, quantity{delta}, "found"});
}

source_under_test::refusal source_under_test::count(std::int64_t on_hand) {
  return does(count_stock{"W1", sku_a, quantity{on_hand}});
}

source_under_test::refusal source_under_test::safety(std::int64_t units) {
  return does(set_safety_stock{"W1", sku_a, quantity{units}});
}

source_under_test::refusal source_under_test::define(
    const std::function<void(location_settings&)>& edit) {
  auto settings = state_.settings;
  edit(settings);
  return does(define_location{settings});
}

source_under_test::refusal source_under_test::redefine(
    std::optional<quantity> available) {
  return does(define_supplier{supplier_of(available)});
}

source_under_test::refusal source_under_test::redefine_without_products() {
  return does(define_supplier{{.id = "S1"}});
}

std::vector<std::int64_t> source_under_test::reserve(const std::string& order,
                                                     std::int64_t units) {
  return reserve_lines(order, {units});
}

std::int64_t source_under_test::hold(const std::string& reservation,
                                     std::int64_t units, std::int64_t seconds,
                                     bool whole_lines) {
  std::int64_t got = 0;
  with_change([&](source::source_change& change) {
    const auto given = oms::source::hold(
        change, reservation_id{reservation}, {{sku_a, quantity{units}}},
        whole_lines, now + std::chrono::seconds(seconds));
    for (const auto& each : given) got += each.units.value;
  });
  return got;
}

void source_under_test::unhold(const std::string& reservation,
                               std::optional<std::int64_t> units,
                               release_cause cause) {
  with_change([&](source::source_change& change) {
    std::optional<std::vector<sku_quantity>> lines;
    if (units) lines = std::vector<sku_quantity>{{sku_a, quantity{*units}}};
    oms::source::let_go(change, reservation_id{reservation}, lines, cause);
  });
}

std::vector<std::int64_t> source_under_test::take_over(
    const std::string& order, const std::string& reservation,
    std::int64_t units) {
  source::reserve_request ask{
      .order = key(order),
      .round = 1,
      .lines = {{line_id{"1"}, sku_a, quantity{units}}}};
  ask.reservation = reservation_id{reservation};
  with_change([&](source::source_change& change) {
    answered_ = oms::source::reserve(change, ask);
  });
  std::vector<std::int64_t> got;
  for (const auto& each : answered_.promised) got.push_back(each.units.value);
  return got;
}

std::int64_t source_under_test::held(const std::string& reservation) const {
  const auto found = state_.holds.find(reservation_id{reservation});
  if (found == state_.holds.end()) return 0;
  return found->second.units.at(sku_a).value;
}

std::vector<std::int64_t> source_under_test::reserve_lines(
    const std::string& order, const std::vector<std::int64_t>& units,
    bool whole_lines) {
  source::reserve_request ask{
      .order = key(order), .round = 1, .lines = {}, .whole_lines = whole_lines};
  for (std::size_t i = 0; i < units.size(); ++i)
    ask.lines.push_back(
        {line_id{std::to_string(i + 1)}, sku_a, quantity{units[i]}});
  with_change([&](source::source_change& change) {
    answered_ = oms::source::reserve(change, ask);
  });
  std::vector<std::int64_t> promised;
  for (const auto& line : answered_.promised)
    promised.push_back(line.units.value);
  return promised;
}

void source_under_test::let_go() { settle(stock().on_offer.value, {}); }

std::vector<std::int64_t> source_under_test::settle(
    std::int64_t offered,
    const std::vector<std::pair<std::string, std::int64_t>>& takers) {
  source::offer_answer given{
      .sku = sku_a, .offered = quantity{offered}, .takers = {}};
  for (const auto& [order, units] : takers)
    given.takers.push_back(
        {.order = key(order), .line = {line_id{"1"}, sku_a, quantity{units}}});
  with_change([&](source::source_change& change) {
    refused_ = source::settle_offer(change, given);
  });
  std::vector<std::int64_t> refused;
  for (const auto& taker : refused_) refused.push_back(taker.line.units.value);
  return refused;
}

bool source_under_test::revoke() {
  bool goes_on = false;
  with_change([&](source::source_change& change) {
    goes_on = oms::source::revoke(change, unfinished_.value());
  });
  return goes_on;
}

void source_under_test::follow(const std::string& order, instruction_kind kind,
                               std::int64_t units, std::int64_t picked) {
  instruction told{.order = key(order), .kind = kind};
  if (kind == instruction_kind::pick || kind == instruction_kind::unpick)
    picked = units;
  if (units > 0) told.lines = {{sku_a, quantity{units}, quantity{picked}}};
  with_change([&](source::source_change& change) {
    oms::source::follow(change, told);
  });
}

void source_under_test::reject(const std::string& order, std::int64_t units,
                               reject_reason reason, std::int64_t picked) {
  const instruction told{.order = key(order),
                         .kind = instruction_kind::reject,
                         .reason = reason,
                         .lines = {{sku_a, quantity{units}, quantity{picked}}}};
  with_change([&](source::source_change& change) {
    oms::source::follow(change, told);
  });
}

void source_under_test::restock(const std::string& order, std::int64_t sellable,
                                std::int64_t damaged) {
  const instruction told{
      .order = key(order),
      .kind = instruction_kind::restock,
      .restocked = {{sku_a, quantity{sellable}, quantity{damaged}}}};
  with_change([&](source::source_change& change) {
    oms::source::follow(change, told);
  });
}

stock_view source_under_test::stock() const {
  return source::view_of(state_, sku_a);
}

promised_units source_under_test::promised(const std::string& order) const {
  const auto found = state_.promises.find(key(order));
  if (found == state_.promises.end()) return {};
  const auto* units = found->second.find(sku_a);
  return units == nullptr ? promised_units{} : *units;
}

order_key source_under_test::key(const std::string& order) {
  return {brand_id{"acme"}, order_id{order}};
}

}  // namespace oms::tests
