// Commands: from the shapes that callers send to the vocabulary.
//
// Nothing is checked here: the lists of fields tell what is wrong with a
// command (messages/fields/check.hpp), and the engine whether it makes sense.
// What the path of a call names (the order, the action) is in `out` already and
// is left alone.

#include <type_traits>

#include "messages/api/shapes.hpp"
#include "messages/limits.hpp"

namespace oms::codec {

// Not with the others in parts.hpp, because it is on no disk: each kind of
// payment is an event of its own.
template <>
struct enumeration<payment_event>
    : alike<payment_event::failed, api::PaymentEvent::FAILED> {};

}  // namespace oms::codec

namespace oms::api {

namespace {

std::optional<timestamp> read_time(bool there, Time::Reader in) {
  if (!there) return {};
  return codec::time_of(in.getUs());
}

order_line read(OrderLine::Reader in) {
  return {.line = text<line_id>(in.getLine()),
          .sku = text<sku_id>(in.getSku()),
          .units = quantity{in.getQuantity()},
          .unit_price = money{in.getUnitPrice()},
          .discount = money{in.getDiscount()},
          .tax = money{in.getTax()}};
}

// A list that was sent. An empty one is not the same as none: none means
// everything, so a client whose list came out empty by mistake would cancel the
// whole order. The engine refuses an empty list.
std::optional<std::vector<line_choice>> read(
    bool there, capnp::List<LineChoice>::Reader in) {
  if (!there) return {};
  return sent_entries<line_choice>(
      in, limits::max_order_lines, [](LineChoice::Reader line) {
        return line_choice{text<line_id>(line.getLine()),
                           quantity{line.getQuantity()}};
      });
}

std::optional<std::vector<work_line>> read(bool there,
                                           capnp::List<WorkLine>::Reader in) {
  if (!there) return {};
  return sent_entries<work_line>(
      in, limits::max_order_lines, [](WorkLine::Reader line) {
        return work_line{text<line_id>(line.getLine()),
                         text<sku_id>(line.getSku()),
                         quantity{line.getQuantity()}};
      });
}

// Not by number like other words: the API's enumeration has one more, for a
// reason that was left out, and its numbers are others than those on disk.
std::optional<reject_reason> reason_of(RejectionReason in) {
  switch (in) {
    case RejectionReason::MISMATCH:
      return reject_reason::mismatch;
    case RejectionReason::DAMAGED:
      return reject_reason::damaged;
    case RejectionReason::OUT_OF_STOCK:
      return reject_reason::out_of_stock;
    case RejectionReason::UNABLE:
      return reject_reason::unable;
    case RejectionReason::NONE:
      break;
  }
  return {};
}

}  // namespace

// One shape becomes two values: what identifies the person, which is stored
// beside the log, and the rest. The split is made here, at the first moment, so
// that no later code can put the one into the other. Of the address, country
// and position stay with the order because routing needs them.
void read(Order::Reader in, place_order& out) {
  out.order = {text<brand_id>(in.getBrand()), text<order_id>(in.getId())};
  const auto customer = in.getCustomer();
  const auto ship_to = in.getShipTo();
  out.personal = {.customer_name = text(customer.getName()),
                  .email = text(customer.getEmail()),
                  .name = text(ship_to.getName()),
                  .line1 = text(ship_to.getLine1()),
                  .line2 = text(ship_to.getLine2()),
                  .city = text(ship_to.getCity()),
                  .region = text(ship_to.getRegion()),
                  .postal_code = text(ship_to.getPostalCode())};
  auto& body = out.body;
  body.channel = text(in.getChannel());
  body.placed_at = read_time(in.hasPlacedAt(), in.getPlacedAt());
  body.currency = text(in.getCurrency());
  body.customer = text<customer_id>(customer.getId());
  body.ship_to = {text(ship_to.getCountry()), read_position(ship_to)};
  body.lines = sent_entries<order_line>(
      in.getLines(), limits::max_order_lines,
      [](OrderLine::Reader line) { return read(line); });
  body.shipping = {text(in.getShipping().getService()),
                   money{in.getShipping().getPrice()}};
  body.discount = money{in.getDiscount()};
  body.policy = sent_word<shipping_policy>(in.getPolicy());
  body.priority = in.getPriority();
  body.reservation = text<reservation_id>(in.getReservation());
  body.payment.reset();
  if (in.hasPayment())
    body.payment = {money{in.getPayment().getCaptured()},
                    text(in.getPayment().getReference())};
}

void read(Payment::Reader in, record_payment& out) {
  out.event = sent_word<payment_event>(in.getEvent());
  if (in.hasAmount()) out.amount = money{in.getAmount().getValue()};
  out.reference = text(in.getReference());
  out.final = in.getFinal();
}

void read(Cancellation::Reader in, cancel_order& out) {
  out.lines = read(in.hasLines(), in.getLines());
  out.reason = text(in.getReason());
  out.note = text(in.getNote());
}

void read(Hold::Reader in, place_hold& out) {
  out.hold = text<hold_id>(in.getHold());
  out.reason = text(in.getReason());
}

void read(Note::Reader in, add_note& out) { out.text = text(in.getText()); }

void read(Plan::Reader in, plan_order& out) { out.preview = in.getPreview(); }

void read(RefundRequest::Reader in, request_refund& out) {
  out.lines = read(in.hasLines(), in.getLines());
  out.shipping = in.getShipping();
  if (in.hasAmount()) out.amount = money{in.getAmount().getValue()};
  out.reason = text(in.getReason());
}

void read(Settlement::Reader in, settle_refund& out) {
  out.succeeded = in.getSucceeded();
}

void read(ReturnRequest::Reader in, request_return& out) {
  out.id = text<return_id>(in.getReturn());
  out.lines = read(in.hasLines(), in.getLines());
  out.reason = text(in.getReason());
}

// A condition that is left out is `sellable`, the first word of its schema.
void read(ReturnReceipt::Reader in, receive_return& out) {
  out.location = text(in.getLocation());
  out.lines.reset();
  if (!in.hasLines()) return;
  out.lines = sent_entries<returned_line>(
      in.getLines(), limits::max_order_lines, [](ReturnedLine::Reader line) {
        return returned_line{text<line_id>(line.getLine()),
                             quantity{line.getQuantity()},
                             sent_word<return_condition>(line.getCondition())};
      });
}

void read(ReturnDecision::Reader in, decide_return& out) {
  out.accepted = in.getAccepted();
}

// All commands of a source are one struct of the vocabulary, with an action
// that the path has set. Each action has a shape of its own, so that a field
// which it does not know is refused and not ignored.
void read(Acceptance::Reader, work_fulfillment&) {}

void read(Pick::Reader in, work_fulfillment& out) {
  out.lines = read(in.hasLines(), in.getLines());
}

void read(Rejection::Reader in, work_fulfillment& out) {
  out.lines = read(in.hasLines(), in.getLines());
  out.reason = reason_of(in.getReason());
  out.text = text(in.getText());
}

// The reason of a short pick is always `mismatch`, its default; the engine
// refuses another. It may be sent because a rejection has one.
void read(ShortPick::Reader in, work_fulfillment& out) {
  out.lines = read(in.hasLines(), in.getLines());
  out.reason = sent_word<reject_reason>(in.getReason());
  out.text = text(in.getText());
}

void read(Ship::Reader in, work_fulfillment& out) {
  out.shipment = text<shipment_id>(in.getShipment());
  out.lines = read(in.hasLines(), in.getLines());
  out.carrier = text(in.getCarrier());
  out.tracking = text(in.getTracking());
}

void read(CancelAnswer::Reader in, work_fulfillment& out) {
  out.agreed = in.getAgreed();
}

void read(Tracking::Reader in, track_shipment& out) {
  out.news = sent_word<tracking_status>(in.getStatus());
}

void read(Receipt::Reader in, receive_stock& out) {
  out.sku = text<sku_id>(in.getSku());
  out.units = quantity{in.getQuantity()};
  out.reference = text(in.getReference());
}

void read(Adjustment::Reader in, adjust_stock& out) {
  out.sku = text<sku_id>(in.getSku());
  out.delta = quantity{in.getDelta()};
  out.reason = text(in.getReason());
}

void read(Count::Reader in, count_stock& out) {
  out.sku = text<sku_id>(in.getSku());
  out.on_hand = quantity{in.getOnHand()};
}

void read(SafetyStock::Reader in, set_safety_stock& out) {
  out.sku = text<sku_id>(in.getSku());
  out.units = quantity{in.getQuantity()};
}

}  // namespace oms::api
