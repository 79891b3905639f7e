#include "actors/order/price.hpp"

#include <algorithm>
#include <numeric>

namespace oms::order {

namespace {

// A discount times the net of a line may have more than 64 bits.
__extension__ using wide = __int128;

// The largest remainder: each share is rounded down, and the minor units that
// are left go to those that lost most by that. The shares add up to the
// discount, which rounding each by itself would not do.
std::vector<money> discount_shares(const order_state& state,
                                   const std::vector<money>& nets) {
  std::vector<money> shares(nets.size());
  const auto discount = state.body->discount.value;
  const auto base =
      std::accumulate(nets.begin(), nets.end(), money{},
                      [](money sum, money net) { return sum + net; });
  if (discount == 0 || base.value == 0) return shares;
  std::vector<std::int64_t> remainders(nets.size());
  std::int64_t spread = 0;
  for (std::size_t i = 0; i < nets.size(); ++i) {
    const wide product = static_cast<wide>(discount) * nets[i].value;
    shares[i] = money{static_cast<std::int64_t>(product / base.value)};
    remainders[i] = static_cast<std::int64_t>(product % base.value);
    spread += shares[i].value;
  }
  // Stable, so that equal remainders go to the first lines and every replay
  // gives the same shares.
  std::vector<std::size_t> order(nets.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&remainders](std::size_t a, std::size_t b) {
                     return remainders[a] > remainders[b];
                   });
  // Less than one for each line that has a remainder, so a line that costs
  // nothing gets no discount.
  for (std::size_t i = 0; spread < discount; ++i, ++spread)
    shares[order[i % order.size()]] += money{1};
  return shares;
}

// The excess alone: goodwill gives money back for units that stay paid.
money kept_of(const order_state& state) {
  auto kept = state.captured;
  for (const auto& each : state.refunds)
    if (each.status != refund_status::failed) kept -= each.excess;
  return kept;
}

}  // namespace

// Placing has refused lines whose product would be too large.
money net_of(const order_line& line) {
  return money{line.unit_price.value * line.units.value} - line.discount;
}

std::vector<money> line_values(const order_state& state) {
  std::vector<money> values;
  values.reserve(state.lines.size());
  for (const auto& line : state.lines) values.push_back(net_of(line.ordered));
  const auto shares = discount_shares(state, values);
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] += state.lines[i].ordered.tax - shares[i];
  return values;
}

money value_of_first(money line_value, quantity ordered, quantity units) {
  const auto each = line_value.value / ordered.value;
  const auto odd = line_value.value % ordered.value;
  return money{each * units.value + std::min(odd, units.value)};
}

money total_of(const order_state& state) {
  // Asked for each status that an order walks to, so the values are listed only
  // where a discount has to be spread over them.
  const bool is_spread = state.body->discount != money{};
  const auto values = is_spread ? line_values(state) : std::vector<money>{};
  money total;
  bool alive = false;
  for (std::size_t i = 0; i < state.lines.size(); ++i) {
    const auto& line = state.lines[i];
    const auto value =
        is_spread ? values[i] : net_of(line.ordered) + line.ordered.tax;
    const auto cancelled = line.buckets.cancelled;
    total += value;
    if (cancelled > quantity{0})
      total -= value_of_first(value, line.ordered.units, cancelled);
    // With the last unit the shipping is not due any more either.
    alive = alive || cancelled < line.ordered.units;
  }
  return alive ? total + state.body->shipping.price : money{};
}

money due_of(const order_state& state) {
  return due_of(state, total_of(state));
}

money due_of(const order_state& state, money total) {
  return due_of(state, total, state.plan_on);
}

money due_of(const order_state& state, money total, plan_moment plan_on) {
  return plan_on == plan_moment::authorized ? unsecured_of(state, total)
                                            : uncaptured_of(state, total);
}

money authorized_of(const order_state& state) {
  money sum;
  for (const auto& each : state.authorizations) sum += each.open;
  return sum;
}

money uncaptured_of(const order_state& state, money total) {
  return std::max(money{}, total - kept_of(state));
}

money unsecured_of(const order_state& state, money total) {
  return std::max(money{}, total - kept_of(state) - authorized_of(state));
}

money edit_due_of(const order_state& state) {
  if (state.edit_due == money{}) return money{};
  return std::min(state.edit_due, due_of(state));
}

money due_without_edits(const order_state& state) {
  return std::max(money{}, due_of(state) - state.edit_due);
}

bool is_paid_in_full(const order_state& state) {
  return due_without_edits(state) == money{};
}

bool is_unsecured(const order_state& state) {
  return state.plan_on == plan_moment::authorized && !is_paid_in_full(state);
}

money to_capture_of(const order_state& state) {
  if (state.plan_on == plan_moment::captured) return money{};
  auto worth = state.body->shipping.price;
  const auto values = line_values(state);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto& line = state.lines[i];
    const auto& in = line.buckets;
    const auto of_first = [&](quantity units) {
      return value_of_first(values[i], line.ordered.units, units);
    };
    // As for refunds, the first units are the cancelled ones.
    const auto left = in.shipped + in.delivered + in.returned + in.lost;
    worth += of_first(in.cancelled + left) - of_first(in.cancelled);
  }
  const auto requested = state.capture_requested;
  return std::max(money{}, std::min(worth - kept_of(state) - requested,
                                    authorized_of(state) - requested));
}

money overpaid_of(const order_state& state) {
  return overpaid_of(state, total_of(state));
}

money overpaid_of(const order_state& state, money total) {
  const auto held = state.captured - state.refunded - state.refund_requested;
  return std::max(money{}, held - total);
}

}  // namespace oms::order
