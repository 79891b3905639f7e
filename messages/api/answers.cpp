#include "messages/api/answers.hpp"

#include <utility>

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
  receipt_answer out{.at = done.at,
                     .stock = {},
                     .plan = done.plan,
                     .edit = done.edit,
                     .reservation = done.reservation,
                     .consolidation = done.consolidation};
  out.stock.reserve(done.stock.size());
  for (const auto& each : done.stock) out.stock.push_back(shown(each));
  return out;
}

error refused(std::vector<fault> faults) {
  const auto& first = faults.front();
  auto sentence = (first.path.empty() ? std::string("the body") : first.path) +
                  " " + first.message;
  return {error_code::invalid, std::move(sentence), std::move(faults)};
}

error refused(std::string path, std::string message) {
  return refused({{std::move(path), std::move(message)}});
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
