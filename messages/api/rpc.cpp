#include "messages/api/rpc.hpp"

#include <capnp/dynamic.h>

#include "messages/fields/check.hpp"
#include "messages/fields/limits.hpp"
#include "messages/text_rules.hpp"

namespace oms::api {

namespace {

using codec::stored;

// As in json.cpp: the first fault is the message.
error refused(std::vector<fault> faults) {
  const auto& first = faults.front();
  auto sentence = first.path + " " + first.message;
  return {error_code::invalid, std::move(sentence), std::move(faults)};
}

error wrong(std::string path, std::string message) {
  return refused({{std::move(path), std::move(message)}});
}

// A fulfillment, ORDER:NUMBER, is the longest: two ids and a colon.
constexpr std::size_t max_subject_bytes = 2 * limits::max_id_bytes + 1;

// Ids of a message beside the fields of its command.
struct id_faults {
  std::vector<fault> faults;

  void add(const char* path, const std::string& value,
           std::size_t limit_bytes = limits::max_id_bytes) {
    if (auto wrong = fault_of_id(value, limit_bytes))
      faults.push_back({path, std::move(*wrong)});
  }
};

std::vector<fault> body_faults(const command_body& body) {
  const auto listed = listed_fields_of(body);
  if (listed.type == nullptr) return {};
  return fields::faults_of(*listed.type, listed.record, fields::extent::body);
}

// "location", "shortPick": the name of what is set in the union.
std::string kind_name(Command::Reader in) {
  KJ_IF_MAYBE (set, capnp::toDynamic(in).which())
    return set->getProto().getName().cStr();
  return {};
}

std::string path_in(const std::string& outer, const std::string& path) {
  return path.empty() ? outer : outer + "." + path;
}

// Runs `work`. Cap'n Proto checks a message while it is read, so that bounds,
// pointers and limits fail in the middle of `work`. That is a fault of the
// sender and of this one command: the rest of the batch is carried out.
template <class T, class Work>
result<T> reading(Work work) {
  try {
    return work();
  } catch (const codec::malformed& failure) {
    return error{error_code::invalid, failure.what, {}};
  } catch (const kj::Exception&) {
    return error{error_code::invalid, "the message can't be read", {}};
  }
}

// The parts of a command that over HTTP are in the path: the order, and the
// `subject`. Its shape is the same as the body over HTTP.
template <class Body, class Shape>
Body on_order(Command::Reader in, Shape shape) {
  Body body{};
  body.order = read(in.getOrder());
  read(shape, body);
  return body;
}

template <class Body>
Body on_order(Command::Reader in) {
  Body body{};
  body.order = read(in.getOrder());
  return body;
}

template <class Body, class Shape>
Body on_return(Command::Reader in, Shape shape) {
  auto body = on_order<Body>(in, shape);
  body.id = text<return_id>(in.getSubject());
  return body;
}

// The name of a fulfillment is "ORDER:NUMBER". Split at the last colon, since
// an order's id may contain one and a number has none. So the name alone is
// enough, and an `order` beside it must be the same one.
template <class Shape>
result<command_body> work(Command::Reader in, fulfillment_action action,
                          Shape shape) {
  auto body = on_order<work_fulfillment>(in, shape);
  body.action = action;
  const auto name = text(in.getSubject());
  const auto colon = name.rfind(':');
  // `not_found`, as over HTTP, where the name is part of the path.
  if (colon == std::string::npos || colon == 0 || colon + 1 == name.size())
    return error{error_code::not_found, "there is no fulfillment " + name, {}};
  const order_id order(name.substr(0, colon));
  if (!body.order.id.empty() && body.order.id != order)
    return wrong("subject", "is of another order than order.id");
  body.order.id = order;
  body.fulfillment = fulfillment_id(name.substr(colon + 1));
  return command_body(std::move(body));
}

template <class Body, class Shape>
Body on_location(Command::Reader in, Shape shape) {
  Body body{};
  body.location = text(in.getSubject());
  read(shape, body);
  return body;
}

template <class Body, class Shape>
Body define(Shape shape) {
  Body body{};
  read(shape, body.settings);
  return body;
}

// Without `default`, so that the compiler names a command that is missing. A
// number beyond the schema falls out of the switch.
result<command_body> read_body(Command::Reader in) {
  using enum fulfillment_action;
  switch (in.which()) {
    case Command::PLACE: {
      place_order body;
      read(in.getPlace(), body);
      return command_body(std::move(body));
    }
    case Command::PAYMENT:
      return command_body(on_order<record_payment>(in, in.getPayment()));
    case Command::CANCELLATION:
      return command_body(on_order<cancel_order>(in, in.getCancellation()));
    case Command::HOLD:
      return command_body(on_order<place_hold>(in, in.getHold()));
    case Command::UNHOLD: {
      auto body = on_order<release_hold>(in);
      body.hold = text<hold_id>(in.getSubject());
      return command_body(std::move(body));
    }
    case Command::NOTE:
      return command_body(on_order<add_note>(in, in.getNote()));
    case Command::PLAN:
      return command_body(on_order<plan_order>(in, in.getPlan()));
    case Command::ERASURE:
      return command_body(on_order<erase_personal_data>(in));
    case Command::REFUND:
      return command_body(on_order<request_refund>(in, in.getRefund()));
    case Command::SETTLEMENT: {
      auto body = on_order<settle_refund>(in, in.getSettlement());
      body.refund = text<refund_id>(in.getSubject());
      return command_body(std::move(body));
    }
    case Command::RETURN:
      return command_body(on_order<request_return>(in, in.getReturn()));
    case Command::RETURN_RECEIPT:
      return command_body(on_return<receive_return>(in, in.getReturnReceipt()));
    case Command::RETURN_DECISION:
      return command_body(on_return<decide_return>(in, in.getReturnDecision()));
    case Command::ACCEPT:
      return work(in, accept, in.getAccept());
    case Command::REJECT:
      return work(in, reject, in.getReject());
    case Command::PICK:
      return work(in, pick, in.getPick());
    case Command::UNPICK:
      return work(in, unpick, in.getUnpick());
    case Command::SHIP:
      return work(in, ship, in.getShip());
    case Command::SHORT_PICK:
      return work(in, short_pick, in.getShortPick());
    case Command::CANCEL_ANSWER:
      return work(in, cancel_answer, in.getCancelAnswer());
    case Command::TRACKING: {
      auto body = on_order<track_shipment>(in, in.getTracking());
      body.shipment = text<shipment_id>(in.getSubject());
      return command_body(std::move(body));
    }
    case Command::LOCATION:
      return command_body(define<define_location>(in.getLocation()));
    case Command::SUPPLIER:
      return command_body(define<define_supplier>(in.getSupplier()));
    case Command::PRODUCT:
      return command_body(define<define_product>(in.getProduct()));
    case Command::ROUTING: {
      set_routing body;
      read(in.getRouting(), body.rules);
      return command_body(std::move(body));
    }
    case Command::RECEIPT:
      return command_body(on_location<receive_stock>(in, in.getReceipt()));
    case Command::ADJUSTMENT:
      return command_body(on_location<adjust_stock>(in, in.getAdjustment()));
    case Command::COUNT:
      return command_body(on_location<count_stock>(in, in.getCount()));
    case Command::SAFETY_STOCK:
      return command_body(
          on_location<set_safety_stock>(in, in.getSafetyStock()));
  }
  return error{error_code::invalid, "the command is not known here", {}};
}

}  // namespace

result<command> read_command(Command::Reader in) {
  return reading<command>([in]() -> result<command> {
    // First, because refusals repeat them.
    id_faults ids;
    ids.add("id", text(in.getId()));
    ids.add("by", text(in.getBy()));
    ids.add("order.brand", text(in.getOrder().getBrand()));
    ids.add("order.id", text(in.getOrder().getId()));
    ids.add("subject", text(in.getSubject()), max_subject_bytes);
    auto faults = std::move(ids.faults);
    if (!faults.empty()) return refused(std::move(faults));
    auto body = read_body(in);
    if (!body) return body.failure();
    command read{std::move(*body), text<actor_name>(in.getBy()),
                 text(in.getId())};
    // What the engine would refuse, with the paths of the message.
    for (auto& each : body_faults(read.body))
      faults.push_back(
          {path_in(kind_name(in), each.path), std::move(each.message)});
    if (!faults.empty()) return refused(std::move(faults));
    return read;
  });
}

result<command_body> read_order(Order::Reader in) {
  return reading<command_body>([in]() -> result<command_body> {
    place_order body;
    read(in, body);
    command_body read(std::move(body));
    if (auto faults = body_faults(read); !faults.empty())
      return refused(std::move(faults));
    return read;
  });
}

order_key read(OrderRef::Reader in) {
  return {text<brand_id>(in.getBrand()), text<order_id>(in.getId())};
}

result<order_filter> read(OrderFilter::Reader in) {
  return reading<order_filter>([in]() -> result<order_filter> {
    id_faults ids;
    ids.add("brand", text(in.getBrand()));
    ids.add("customer", text(in.getCustomer()));
    ids.add("sku", text(in.getSku()));
    auto faults = std::move(ids.faults);
    // A later version of the schema may have more kinds.
    if (!in.getStatus().isAny() && !in.getStatus().isIs())
      faults.push_back({"status", "is of a kind that is not known here"});
    const auto check_time = [&faults](const char* path, Time::Reader time) {
      if (auto fault = fields::fault_of_time(codec::time_of(time.getUs())))
        faults.push_back({path, std::move(*fault)});
    };
    check_time("placedAfter", in.getPlacedAfter());
    check_time("placedBefore", in.getPlacedBefore());
    if (!faults.empty()) return refused(std::move(faults));
    order_filter filter;
    if (in.hasBrand()) filter.brand = text<brand_id>(in.getBrand());
    if (in.getStatus().isIs())
      filter.status = codec::word<order_status>(in.getStatus().getIs());
    if (in.hasCustomer()) filter.customer = text<customer_id>(in.getCustomer());
    if (in.hasSku()) filter.sku = text<sku_id>(in.getSku());
    if (in.hasPlacedAfter())
      filter.placed_from = codec::time_of(in.getPlacedAfter().getUs());
    if (in.hasPlacedBefore())
      filter.placed_before = codec::time_of(in.getPlacedBefore().getUs());
    return filter;
  });
}

// The key of an entity is taken apart into brand and id, so that clients need
// not know how the log puts them together.
void write(Event::Builder out, const shown_event& in) {
  out.setSequence(in.at);
  out.initTime().setUs(stored(in.time));
  auto entity = out.initEntity();
  entity.setKind(stored(in.entity.kind));
  if (in.entity.kind == entity_kind::order) {
    const auto key = order_of(in.entity);
    OMS_SET_TEXT(entity, Brand, key.brand);
    OMS_SET_TEXT(entity, Id, key.id);
  } else if (in.entity.kind == entity_kind::routing) {
    OMS_SET_TEXT(entity, Brand, in.entity.key);
  } else {
    OMS_SET_TEXT(entity, Id, in.entity.key);
  }
  out.setVersion(in.version);
  out.setKind({in.kind.data(), in.kind.size()});
  OMS_SET_TEXT(out, By, in.by);
  OMS_SET_TEXT(out, Command, in.command);
  out.setContent(stored(in.content));
}

void write(Answer::Builder out, const answer& in) {
  if (in)
    write(out.initReceipt(), *in);
  else
    write(out.initProblem(), in.failure());
}

}  // namespace oms::api
