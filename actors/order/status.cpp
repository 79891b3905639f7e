#include "actors/order/status.hpp"

#include <algorithm>
#include <array>

#include "actors/order/price.hpp"
#include "messages/checkpoint.hpp"

namespace oms::order {

namespace {

struct transition {
  order_status from;
  order_status to;
};

using enum order_status;

// The table of docs/DOMAIN.md, "Order status".
constexpr std::array transitions = {
    transition{pending, payment_processing},
    transition{pending, cancelled},
    transition{payment_processing, paid},
    transition{payment_processing, cancelled},
    transition{paid, awaiting_fulfillment},
    transition{paid, cancelled},
    transition{awaiting_fulfillment, fulfilled},
    transition{awaiting_fulfillment, partially_fulfilled},
    transition{awaiting_fulfillment, cancelled},
    transition{partially_fulfilled, fulfilled},
    transition{fulfilled, delivered},
    transition{fulfilled, refunded},
    transition{delivered, refunded},
};

}  // namespace

bool is_transition(order_status from, order_status to) {
  return std::any_of(transitions.begin(), transitions.end(),
                     [from, to](const transition& step) {
                       return step.from == from && step.to == to;
                     });
}

std::optional<std::vector<order_status>> status_path(order_status from,
                                                     order_status to) {
  if (from == to) return std::vector<order_status>{};
  // Breadth first: the table is tiny and the shortest way is the right one.
  // Each status is recorded, so that no reader of the timeline sees a jump.
  std::array<std::optional<order_status>, order_status_count> reached_from{};
  const auto come_from = [&reached_from](order_status at) -> auto& {
    return reached_from.at(static_cast<std::size_t>(at));
  };
  come_from(from) = from;
  std::array<order_status, order_status_count> reached{from};
  std::size_t count = 1;
  for (std::size_t i = 0; i < count && !come_from(to); ++i)
    for (const auto& step : transitions)
      if (step.from == reached.at(i) && !come_from(step.to)) {
        come_from(step.to) = step.from;
        reached.at(count++) = step.to;
      }
  if (!come_from(to)) return std::nullopt;
  std::vector<order_status> path;
  for (auto at = to; at != from; at = *come_from(at)) path.push_back(at);
  std::reverse(path.begin(), path.end());
  return path;
}

// The rules of docs/DOMAIN.md, "Order status", in their order: the first that
// is true decides.
order_status computed_status(const order_state& state) {
  quantity live;
  quantity left;
  quantity ended;
  for (const auto& line : state.lines) {
    const auto& in = line.buckets;
    live += line.ordered.units - in.cancelled;
    ended += in.delivered + in.returned + in.lost;
    left += in.shipped + in.delivered + in.returned + in.lost;
  }
  if (live == quantity{0}) return cancelled;
  // Money that goes back does not end an order of which something is still to
  // be shipped.
  const bool all_left = left == live;
  if (all_left && state.captured > money{0} && state.refunded >= state.captured)
    return refunded;
  if (ended == live) return delivered;
  if (all_left) return fulfilled;
  if (left > quantity{0}) return partially_fulfilled;
  // Planning may have allocated units by now, so neither a hold nor money that
  // comes to be missing later takes the status back.
  if (state.status == awaiting_fulfillment) return awaiting_fulfillment;
  if (is_paid_in_full(state))
    return state.holds.empty() ? awaiting_fulfillment : paid;
  // It has been paid in full, and what secured it has ended before it could be
  // planned.
  if (state.status == paid) return paid;
  return state.payment_started ? payment_processing : pending;
}

payment_status computed_payment_status(const order_state& state) {
  if (!state.authorizations.empty() && state.refunded == money{0}) {
    const auto total = total_of(state);
    if (uncaptured_of(state, total) > money{}) {
      if (unsecured_of(state, total) == money{})
        return payment_status::authorized;
      if (!state.payment_failed_finally) return payment_status::processing;
    }
  }
  if (state.captured == money{0}) {
    if (state.payment_failed_finally) return payment_status::failed;
    // Paid in full without any money: the total is 0.
    return state.payment_started && state.status != paid &&
                   state.status != awaiting_fulfillment
               ? payment_status::processing
               : payment_status::none;
  }
  if (state.refunded >= state.captured) return payment_status::refunded;
  if (state.refunded > money{0}) return payment_status::partially_refunded;
  return uncaptured_of(state, total_of(state)) > money{}
             ? payment_status::processing
             : payment_status::captured;
}

bool is_on_hold(const order_state& state) {
  if (!state.holds.empty()) return true;
  // What it has taken over from a reservation waits for the payment.
  if (state.status == pending || state.status == payment_processing)
    return true;
  if (state.body->policy != shipping_policy::ship_complete) return false;
  // Cancelled units are not waited for, so cancelling what is missing releases
  // the rest; nor are those that an edit added and that are not paid yet.
  return std::any_of(state.lines.begin(), state.lines.end(),
                     [](const order_line_state& line) {
                       return line.buckets.unrouted > line.awaiting_payment ||
                              line.buckets.backordered > quantity{0};
                     });
}

fulfillment_status computed_status(const order_state& state,
                                   const fulfillment& work) {
  if (work.remaining() == quantity{0}) {
    if (work.shipped() > quantity{0}) return fulfillment_status::closed;
    // The work on units that moved away was not done here, and "cancelled"
    // would hide that.
    const bool all_cancelled = std::all_of(
        work.lines.begin(), work.lines.end(), [](const fulfillment_line& line) {
          return line.moved_away == quantity{0};
        });
    return all_cancelled ? fulfillment_status::cancelled
                         : fulfillment_status::incomplete;
  }
  if (is_on_hold(state)) return fulfillment_status::on_hold;
  return work.accepted ? fulfillment_status::in_progress
                       : fulfillment_status::open;
}

}  // namespace oms::order
