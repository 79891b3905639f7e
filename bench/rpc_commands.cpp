#include "bench/rpc_commands.hpp"

#include <stdexcept>
#include <variant>

#include "messages/api/shapes.hpp"

namespace oms::bench {

namespace {

void write_order(api::OrderRef::Builder out, const order_key& in) {
  out.setBrand(in.brand.value);
  out.setId(in.id.value);
}

void write_body(api::Command::Builder out, const place_order& in) {
  write(out.initPlace(), in);
}

void write_body(api::Command::Builder out, const record_payment& in) {
  write_order(out.initOrder(), in.order);
  auto body = out.initPayment();
  body.setEvent(api::PaymentEvent::CAPTURED);
  body.setReference(in.reference);
}

void write_body(api::Command::Builder out, const cancel_order& in) {
  write_order(out.initOrder(), in.order);
  auto body = out.initCancellation();
  body.setReason(in.reason);
  if (!in.lines) return;
  auto lines = body.initLines(static_cast<unsigned>(in.lines->size()));
  for (unsigned i = 0; i < lines.size(); ++i) {
    lines[i].setLine((*in.lines)[i].line.value);
    lines[i].setQuantity((*in.lines)[i].units.value);
  }
}

void write_body(api::Command::Builder out, const work_fulfillment& in) {
  write_order(out.initOrder(), in.order);
  out.setSubject(in.order.id.value + ":" + in.fulfillment.value);
  if (in.action == fulfillment_action::pick) {
    out.initPick();
    return;
  }
  if (in.action != fulfillment_action::ship)
    throw std::logic_error("work that no load has");
  auto body = out.initShip();
  body.setShipment(in.shipment.value);
  body.setCarrier(in.carrier);
}

void write_body(api::Command::Builder out, const track_shipment& in) {
  if (in.news != tracking_status::delivered)
    throw std::logic_error("news that no load has");
  write_order(out.initOrder(), in.order);
  out.setSubject(in.shipment.value);
  out.initTracking().setStatus(schema::TrackingStatus::DELIVERED);
}

void write_body(api::Command::Builder out, const define_location& in) {
  api::write(out.initLocation(), in.settings);
}

void write_body(api::Command::Builder out, const receive_stock& in) {
  out.setSubject(in.location);
  auto body = out.initReceipt();
  body.setSku(in.sku.value);
  body.setQuantity(in.units.value);
  body.setReference(in.reference);
}

}  // namespace

void write(api::Order::Builder out, const place_order& in) {
  out.setId(in.order.id.value);
  out.setBrand(in.order.brand.value);
  out.setChannel(in.body.channel);
  auto customer = out.initCustomer();
  auto to = out.initShipTo();
  customer.setId(in.body.customer.value);
  if (const auto& person = in.personal; !person.empty()) {
    customer.setName(person.customer_name);
    customer.setEmail(person.email);
    to.setName(person.name);
    to.setLine1(person.line1);
    to.setCity(person.city);
    to.setPostalCode(person.postal_code);
  }
  to.setCountry(in.body.ship_to.country);
  to.initLatitude().setValue(in.body.ship_to.position->latitude);
  to.initLongitude().setValue(in.body.ship_to.position->longitude);
  auto lines = out.initLines(static_cast<unsigned>(in.body.lines.size()));
  for (unsigned i = 0; i < lines.size(); ++i) {
    const auto& line = in.body.lines[i];
    lines[i].setLine(line.line.value);
    lines[i].setSku(line.sku.value);
    lines[i].setQuantity(line.units.value);
    lines[i].setUnitPrice(line.unit_price.value);
  }
  if (!in.body.payment) return;
  auto payment = out.initPayment();
  payment.setCaptured(in.body.payment->captured.value);
  payment.setReference(in.body.payment->reference);
}

void write(api::Command::Builder out, const command& in) {
  out.setBy(in.by.value);
  std::visit(
      [&](const auto& body) {
        if constexpr (requires { write_body(out, body); })
          write_body(out, body);
        else
          throw std::logic_error("a command that no load has");
      },
      static_cast<const command_variant&>(in.body));
}

}  // namespace oms::bench
