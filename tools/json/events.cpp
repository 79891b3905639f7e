#include "tools/json/events.hpp"

#include <variant>

#include "messages/time_text.hpp"
#include "tools/json/fields.hpp"
#include "tools/json/names.hpp"

namespace oms::json {

namespace {

void write_order(const order_key& order, value& out) {
  out["order"] = order.id.value;
  write_text("brand", order.brand.value, out);
}

}  // namespace

// Apart from the envelope, since RPC has fields of its own for that.
value write_content(const event_body& body) {
  return std::visit([](const auto& event) { return write(event); }, body);
}

// Under the key that commands use for it: an order has its brand apart, and a
// product is its SKU.
value write_entity(const entity_ref& entity) {
  value out = value::object();
  switch (entity.kind) {
    case entity_kind::order:
      write_order(order_of(entity), out);
      break;
    case entity_kind::product:
      out["sku"] = entity.key;
      break;
    case entity_kind::location:
    case entity_kind::supplier:
    case entity_kind::routing:
    case entity_kind::engine:
    case entity_kind::reservation:
      out[std::string(name_of(entity.kind))] = entity.key;
      break;
  }
  return out;
}

value write(const event& happened) {
  value out{{"at", happened.at}, {"time", time_text(happened.time)}};
  out.update(write_entity(happened.entity));
  out["kind"] = kind_of(happened.body);
  out["by"] = happened.by.value;
  // The caller's key of the command, if it had one.
  write_text("command", happened.command, out);
  // Last, so that all events begin alike. Versions, causes and the link to the
  // event before are for recovery and not shown.
  out.update(write_content(happened.body));
  return out;
}

}  // namespace oms::json
