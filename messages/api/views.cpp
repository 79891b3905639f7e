// Views: from the vocabulary to the shapes that callers see.
//
// A text or struct that may be missing is left out; numbers are always there,
// so that a client need not tell 0 from nothing.

#include <algorithm>

#include "messages/api/shapes.hpp"

namespace oms::codec {

// Here and not in parts.hpp, because errors are never on disk.
template <>
struct enumeration<error_code> : alike<error_code::storage_unavailable,
                                       api::ErrorCode::STORAGE_UNAVAILABLE> {};

}  // namespace oms::codec

namespace oms::api {

namespace {

using codec::stored;

template <class Builder, class List, class Write>
void fill(Builder out, const List& in, Write write_one) {
  for (unsigned i = 0; i < in.size(); ++i) write_one(out[i], in[i]);
}

template <class List>
unsigned size_of(const List& list) {
  return static_cast<unsigned>(list.size());
}

void write(Source::Builder out, const source_ref& in) {
  out.setKind(stored(in.kind));
  out.setId(in.id);
}

void write(LineUnits::Builder out, const line_units& in) {
  out.setLine(stored(in.line));
  out.setSku(stored(in.sku));
  out.setQuantity(in.units.value);
}

void write(SkuUnits::Builder out, const sku_quantity& in) {
  out.setSku(stored(in.sku));
  out.setQuantity(in.units.value);
}

// Customer and address are put together again of what the order has and what
// the record of personal data has. After an erasure the id, the country and the
// position are left; if nothing is left there is no key.
void write_customer(OrderView::Builder out, const order_view& in) {
  const auto& personal = in.personal;
  if (!codec::filled(in.body.customer) && personal.customer_name.empty() &&
      personal.email.empty())
    return;
  auto customer = out.initCustomer();
  OMS_SET_TEXT(customer, Id, in.body.customer);
  OMS_SET_TEXT(customer, Name, personal.customer_name);
  OMS_SET_TEXT(customer, Email, personal.email);
}

void write_ship_to(OrderView::Builder out, const order_view& in) {
  const auto& personal = in.personal;
  const auto& to = in.body.ship_to;
  if (personal.empty() && to == destination{}) return;
  auto ship_to = out.initShipTo();
  OMS_SET_TEXT(ship_to, Name, personal.name);
  OMS_SET_TEXT(ship_to, Line1, personal.line1);
  OMS_SET_TEXT(ship_to, Line2, personal.line2);
  OMS_SET_TEXT(ship_to, City, personal.city);
  OMS_SET_TEXT(ship_to, Region, personal.region);
  OMS_SET_TEXT(ship_to, PostalCode, personal.postal_code);
  OMS_SET_TEXT(ship_to, Country, to.country);
  if (!to.position) return;
  ship_to.initLatitude().setValue(to.position->latitude);
  ship_to.initLongitude().setValue(to.position->longitude);
}

void write(LineView::Builder out, const line_view& in) {
  out.setLine(stored(in.line.line));
  out.setSku(stored(in.line.sku));
  out.setQuantity(in.line.units.value);
  out.setUnitPrice(in.line.unit_price.value);
  out.setDiscount(in.line.discount.value);
  out.setTax(in.line.tax.value);
  out.setUnrouted(in.buckets.unrouted.value);
  out.setBackordered(in.buckets.backordered.value);
  out.setAllocated(in.buckets.allocated.value);
  out.setPicked(in.buckets.picked.value);
  out.setShipped(in.buckets.shipped.value);
  out.setDelivered(in.buckets.delivered.value);
  out.setReturned(in.buckets.returned.value);
  out.setLost(in.buckets.lost.value);
  out.setCancelled(in.buckets.cancelled.value);
  out.setUnfillable(in.unfillable.value);
}

void write(FulfillmentLineView::Builder out, const fulfillment_line_view& in) {
  out.setLine(stored(in.line));
  out.setSku(stored(in.sku));
  out.setQuantity(in.units.value);
  out.setPicked(in.picked.value);
  out.setShipped(in.shipped.value);
  out.setCancelRequested(in.cancel_requested.value);
}

// These statuses are computed and on no disk, so their words are the API's own.
FulfillmentStatus stored_status(fulfillment_status in) {
  static_assert(static_cast<unsigned>(fulfillment_status::cancelled) ==
                static_cast<unsigned>(FulfillmentStatus::CANCELLED));
  return static_cast<FulfillmentStatus>(in);
}

PaymentStatus stored_status(payment_status in) {
  static_assert(static_cast<unsigned>(payment_status::failed) ==
                static_cast<unsigned>(PaymentStatus::FAILED));
  return static_cast<PaymentStatus>(in);
}

// Chooses one of the overloads of `write` to be passed on.
using write_line = void (*)(FulfillmentLineView::Builder,
                            const fulfillment_line_view&);

// Over the API a fulfillment is named "ORDER:NUMBER", since its number is
// unique in its order only. rpc.cpp and omsd's routes take the name apart.
std::string name_of(const order_key& order, const fulfillment_id& id) {
  return order.id.value + ":" + id.value;
}

void write(FulfillmentView::Builder out, const order_key& order,
           const fulfillment_view& in) {
  out.setId(name_of(order, in.id));
  write(out.initSource(), in.source);
  out.setStatus(stored_status(in.status));
  fill(out.initLines(size_of(in.lines)), in.lines, write_line{write});
  if (in.expected_delivery)
    out.initExpectedDelivery().setUs(stored(*in.expected_delivery));
}

void write(ShipmentView::Builder out, const order_key& order,
           const shipment_view& in) {
  out.setId(stored(in.id));
  out.setFulfillment(name_of(order, in.fulfillment));
  out.setCarrier(in.carrier);
  out.setTracking(in.tracking);
  out.setStatus(stored(in.status));
  // A text and not a word, because a word can't be missing.
  if (in.news) {
    const auto number = static_cast<std::size_t>(*in.news);
    out.setNews(type_of(&*in.news).words[number]);
  }
  fill(
      out.initLines(size_of(in.lines)), in.lines,
      [](LineUnits::Builder to, const line_units& units) { write(to, units); });
}

void write(RefundView::Builder out, const refund_view& in) {
  out.setId(stored(in.id));
  out.setAmount(in.requested.value);
  out.setStatus(stored(in.status));
  OMS_SET_TEXT(out, Reason, in.reason);
}

void write(ReturnView::Builder out, const return_view& in) {
  out.setId(stored(in.id));
  out.setStatus(stored(in.status));
  fill(
      out.initLines(size_of(in.lines)), in.lines,
      [](LineUnits::Builder to, const line_units& units) { write(to, units); });
  fill(out.initReceived(size_of(in.received)), in.received,
       [](ReturnedUnits::Builder to, const received_units& units) {
         to.setLine(stored(units.line));
         to.setSku(stored(units.sku));
         to.setQuantity(units.units.value);
         to.setCondition(stored(units.condition));
       });
}

void write(CandidateView::Builder out, const candidate_view& in) {
  write(out.initSource(), in.source);
  out.setTier(in.tier);
  out.setOutcome(stored(in.outcome));
  const auto write_units = [](SkuUnits::Builder to, const sku_quantity& units) {
    write(to, units);
  };
  fill(out.initCouldGive(size_of(*in.could_give)), *in.could_give, write_units);
  fill(out.initTaken(size_of(in.taken)), in.taken, write_units);
}

void write(WaitingView::Builder out, const waiting_view& in) {
  out.setOrder(stored(in.order.id));
  OMS_SET_TEXT(out, Brand, in.order.brand);
  out.setLine(stored(in.line));
  out.setQuantity(in.units.value);
  out.setPriority(in.priority);
  out.initPlacedAt().setUs(stored(in.placed_at));
}

void write(StockChange::Builder out, const stock_change& in) {
  if (in.source.kind == source_kind::location)
    out.setLocation(in.source.id);
  else
    out.setSupplier(in.source.id);
  out.setSku(stored(in.sku));
  out.setOnHand(in.on_hand.value);
  out.setAvailable(in.available.value);
  out.setCommitted(in.committed.value);
  out.setSafetyStock(in.safety_stock.value);
  out.setDamaged(in.damaged.value);
  out.setOfferEnded(in.offer_ended);
}

void write(PlanPreview::Builder out, const plan_preview& in) {
  const auto write_units = [](LineUnits::Builder to, const line_units& units) {
    write(to, units);
  };
  fill(out.initParcels(size_of(in.parcels)), in.parcels,
       [&](PlannedParcel::Builder to, const planned_parcel& parcel) {
         write(to.initSource(), parcel.source);
         fill(to.initLines(size_of(parcel.lines)), parcel.lines, write_units);
       });
  fill(out.initBackordered(size_of(in.backordered)), in.backordered,
       write_units);
  fill(out.initAwaitingCapacity(size_of(in.awaiting_capacity)),
       in.awaiting_capacity, write_units);
}

void write(SupplierStockView::Builder out, const supplier_stock_view& in) {
  out.setSupplier(in.supplier);
  out.setSku(stored(in.sku));
  if (in.available) out.initAvailable().setValue(in.available->value);
  out.setCommitted(in.committed.value);
}

}  // namespace

void write(CommandReceipt::Builder out, const receipt& in) {
  out.setSequence(in.at);
  // Left out where it does not apply: most commands change no stock.
  if (!in.stock.empty())
    fill(out.initStock(size_of(in.stock)), in.stock,
         [](StockChange::Builder to, const stock_change& each) {
           write(to, each);
         });
  if (in.plan) write(out.initPlan(), *in.plan);
}

// Title and status are HTTP's, so they are missing over RPC. RFC 9457: the type
// "about:blank" says that the status is all there is to say about the kind of
// problem. The `code` is what programs compare.
void write(Problem::Builder out, const error& in) {
  out.setType("about:blank");
  out.setCode(stored(in.code));
  out.setDetail(in.message);
  if (in.faults.empty()) return;
  fill(out.initFaults(size_of(in.faults)), in.faults,
       [](Fault::Builder to, const fault& each) {
         to.setPath(each.path);
         to.setMessage(each.message);
       });
}

void write(OrderView::Builder out, const order_view& in) {
  const auto& body = in.body;
  out.setId(stored(in.key.id));
  OMS_SET_TEXT(out, Brand, in.key.brand);
  OMS_SET_TEXT(out, Channel, body.channel);
  out.initPlacedAt().setUs(stored(in.placed_at));
  out.setCurrency(body.currency);
  write_customer(out, in);
  write_ship_to(out, in);
  out.setStatus(stored(in.status));
  auto payment = out.initPayment();
  payment.setStatus(stored_status(in.payment));
  payment.setCaptured(in.captured.value);
  payment.setRefunded(in.refunded.value);
  payment.setRefundRequested(in.refund_requested.value);
  out.setTotal(in.total.value);
  out.setDue(in.due.value);
  out.setOverpaid(in.overpaid.value);
  fill(out.initLines(size_of(in.lines)), in.lines,
       [](LineView::Builder to, const line_view& line) { write(to, line); });
  auto shipping = out.initShipping();
  shipping.setService(body.shipping.service);
  shipping.setPrice(body.shipping.price.value);
  out.setDiscount(body.discount.value);
  out.setPolicy(stored(body.policy));
  out.setPriority(body.priority);
  OMS_SET_TEXT(out, Reservation, body.reservation);
  out.setVersion(in.version);
  fill(out.initFulfillments(size_of(in.fulfillments)), in.fulfillments,
       [&in](FulfillmentView::Builder to, const fulfillment_view& each) {
         write(to, in.key, each);
       });
  fill(out.initShipments(size_of(in.shipments)), in.shipments,
       [&in](ShipmentView::Builder to, const shipment_view& each) {
         write(to, in.key, each);
       });
  fill(
      out.initRefunds(size_of(in.refunds)), in.refunds,
      [](RefundView::Builder to, const refund_view& each) { write(to, each); });
  fill(
      out.initReturns(size_of(in.returns)), in.returns,
      [](ReturnView::Builder to, const return_view& each) { write(to, each); });
  fill(out.initHolds(size_of(in.holds)), in.holds,
       [](HoldView::Builder to, const hold_view& each) {
         to.setHold(stored(each.id));
         OMS_SET_TEXT(to, Reason, each.reason);
       });
  fill(out.initQueue(size_of(in.queue)), in.queue,
       [](QueueView::Builder to, const queue_view& each) {
         to.setLine(stored(each.line));
         to.setSku(stored(each.sku));
         to.setPosition(each.position);
         if (each.expected) to.initExpected().setUs(stored(*each.expected));
       });
}

void write(OrderList::Builder out, const order_page& in) {
  fill(out.initOrders(size_of(in.rows)), in.rows,
       [](OrderRow::Builder to, const order_row& row) {
         to.setId(stored(row.key.id));
         OMS_SET_TEXT(to, Brand, row.key.brand);
         to.setStatus(stored(row.status));
         OMS_SET_TEXT(to, Customer, row.customer);
         to.initPlacedAt().setUs(stored(row.placed_at));
       });
  OMS_SET_TEXT(out, Cursor, in.cursor);
  out.setUpto(in.upto);
}

void write(FulfillmentList::Builder out, const fulfillment_page& in) {
  fill(out.initFulfillments(size_of(in.rows)), in.rows,
       [](FulfillmentRow::Builder to, const fulfillment_row& row) {
         to.setId(name_of(row.order, row.fulfillment.id));
         to.setOrder(stored(row.order.id));
         OMS_SET_TEXT(to, Brand, row.order.brand);
         write(to.initSource(), row.fulfillment.source);
         to.setStatus(stored_status(row.fulfillment.status));
         fill(to.initLines(size_of(row.fulfillment.lines)),
              row.fulfillment.lines, write_line{write});
       });
  OMS_SET_TEXT(out, Cursor, in.cursor);
  out.setUpto(in.upto);
}

void write(DecisionView::Builder out, const routing_decision& in) {
  const auto write_units = [](SkuUnits::Builder to, const sku_quantity& units) {
    write(to, units);
  };
  out.setRulesVersion(in.rules_version);
  fill(out.initAsked(size_of(*in.asked)), *in.asked, write_units);
  fill(out.initCandidates(size_of(in.candidates)), in.candidates,
       [](CandidateView::Builder to, const candidate_view& each) {
         write(to, each);
       });
  fill(out.initObjectives(size_of(in.objectives)), in.objectives,
       [](ObjectiveView::Builder to, const objective_value& each) {
         to.setObjective(stored(each.kind));
         to.setValue(each.value);
       });
  fill(out.initUncovered(size_of(in.uncovered)), in.uncovered, write_units);
  out.setExact(in.exact);
}

void write(StockView::Builder out, const stock_view& in) {
  out.setLocation(in.location);
  out.setSku(stored(in.sku));
  out.setOnHand(in.on_hand.value);
  out.setAvailable(in.available.value);
  out.setReserved(in.reserved.value);
  out.setCommitted(in.committed.value);
  out.setSafetyStock(in.safety_stock.value);
  out.setDamaged(in.damaged.value);
  out.setOnOffer(in.on_offer.value);
  out.setVersion(in.version);
}

void write(SkuStock::Builder out, const sku_stock& in) {
  out.setSku(stored(in.sku));
  fill(out.initLocations(size_of(in.locations)), in.locations,
       [](StockView::Builder to, const stock_view& each) { write(to, each); });
  fill(out.initSuppliers(size_of(in.suppliers)), in.suppliers,
       [](SupplierStockView::Builder to, const supplier_stock_view& each) {
         write(to, each);
       });
  fill(out.initWaiting(size_of(in.waiting)), in.waiting,
       [](WaitingView::Builder to, const waiting_view& each) {
         write(to, each);
       });
}

void write(Stats::Builder out, const engine_stats& in) {
  out.setSequence(in.last);
  out.setOrders(in.orders);
  auto counts = out.initOrdersByStatus(size_of(in.orders_by_status));
  unsigned i = 0;
  for (const auto& [status, orders] : in.orders_by_status) {
    counts[i].setStatus(stored(status));
    counts[i++].setOrders(orders);
  }
  out.setOrdersAwake(in.orders_awake);
  out.setCommands(in.commands);
  out.setRefused(in.refused);
  out.setLogEntries(in.log_entries);
  out.setStoreBytes(in.store_bytes);
  out.setStorageOk(in.storage_ok);
  out.setCheckpoints(in.checkpoints);
  out.setCheckpointFailures(in.checkpoint_failures);
  out.setCheckpointOk(in.checkpoint_ok);
  out.setDamagedParts(in.damaged_parts);
  if (!in.storage_problem.empty()) out.setStorageProblem(in.storage_problem);
  out.setStorageLost(in.storage_lost);
}

}  // namespace oms::api
