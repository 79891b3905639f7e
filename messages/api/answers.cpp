#include "messages/api/answers.hpp"

namespace oms::api {

namespace {

stock_change_answer shown(const stock_change& of) {
  const bool is_location = of.source.kind == source_kind::location;
  return {.location = is_location ? of.source.id : "",
          .supplier = is_location ? "" : of.source.id,
          .change = of};
}

}  // namespace

receipt_answer shown(const receipt& done) {
  receipt_answer out{.at = done.at, .stock = {}, .plan = done.plan};
  out.stock.reserve(done.stock.size());
  for (const auto& each : done.stock) out.stock.push_back(shown(each));
  return out;
}

problem problem_of(const error& failure) {
  return {.type = "about:blank",
          .title = {},
          .status = 0,
          .code = failure.code,
          .detail = failure.message,
          .faults = failure.faults};
}

// rpc.cpp and omsd's routes take the name apart.
void name_fulfillment(const order_key& order, fulfillment_id& id) {
  id.value = order.id.value + ":" + id.value;
}

void name_fulfillments(order_view& order) {
  for (auto& each : order.fulfillments) name_fulfillment(order.key, each.id);
  for (auto& each : order.shipments)
    name_fulfillment(order.key, each.fulfillment);
}

}  // namespace oms::api
