@0xa8e4c1d70b52f369;
# The API over Cap'n Proto RPC, for gateways: whole batches in one message, and
# a stream of all events. Its shapes are those of api.capnp; docs/API.md says
# how to use it. Ids have at most 128 bytes.
#
# Where a result has a `problem`, it is absent on success, and everything else
# is absent otherwise. A message that can't be read at all, or that comes when
# the connection ends, fails as a call.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("oms::api");
using Api = import "api.capnp";
using import "shape.capnp".Time;
using import "/messages/words.capnp".EntityKind;
using import "/messages/words.capnp".OrderStatus;

interface Gateway {
  # What a connection begins with.

  login @0 (token :Text) -> (engine :Engine, problem :Api.Problem);
  # `omsctl token` makes tokens. If the server has none, every caller may do
  # everything, and the token is ignored. A connection that has not logged in
  # after 15 seconds is closed.
}

interface Engine {
  # Commands are answered once what they did is on disk. A token allows the same
  # as over HTTP.

  place @0 (orders :List(Api.Order), by :Text)
        -> (answers :List(Answer), problem :Api.Problem);
  # Up to 10,000 orders; an order with a payment is placed and paid. The answers
  # are in the order of the orders. Each order is decided by itself: one that is
  # refused says nothing about the others. `by` is as in Command.

  run @1 (commands :List(Command))
      -> (answers :List(Answer), problem :Api.Problem);
  # Up to 10,000 commands of any kind. Those about the same order, location or
  # supplier are carried out in the order of this list.

  order @2 (order :OrderRef, at :Moment)
        -> (order :Api.OrderView, problem :Api.Problem);
  timeline @3 (order :OrderRef, at :Moment)
           -> (events :List(Event), problem :Api.Problem);
  # Everything that happened to an order, oldest first.

  decisions @4 (order :OrderRef, at :Moment)
            -> (decisions :List(Api.DecisionView), problem :Api.Problem);
  # Why the order was routed as it was.

  orders @5 (filter :OrderFilter, limit :UInt32 = 50, cursor :Text)
         -> (page :Api.OrderList, problem :Api.Problem);
  # Newest first, at most 1,000 in a page.

  stock @6 (sku :Text) -> (stock :Api.SkuStock, problem :Api.Problem);
  # At all locations and suppliers, and the orders that wait for it.

  locationStock @7 (location :Text)
                -> (stock :Api.LocationStock, problem :Api.Problem);
  routing @8 (brand :Text) -> (routing :Api.RoutingView, problem :Api.Problem);
  stats @9 () -> (stats :Api.Stats, problem :Api.Problem);

  subscribe @10 (after :UInt64, listener :Listener)
            -> (subscription :Subscription, problem :Api.Problem);
  # Sends the listener every event after this sequence, and then those to come,
  # until the subscription is dropped or the connection ends. With a token that
  # is bound to brands, these are the events of orders of these brands alone.
}

interface Listener {
  events @0 (events :List(Event), upto :UInt64) -> ();
  # Returning acknowledges the batch. At most four batches are under way; a slow
  # listener is served from the log, so that it costs the server no memory. To
  # go on later, subscribe after the last `upto` that was dealt with: every
  # event comes at least once, and in order. A listener that fails ends its
  # subscription.
}

interface Subscription {
  # Held by the subscriber; dropping it ends the events.
}

struct OrderRef {
  brand @0 :Text;
  # Empty: the token's brand, if it is for one alone.
  id @1 :Text;
}

struct Moment {
  # Now, after this event, or at this time.
  union {
    now @0 :Void;
    sequence @1 :UInt64;
    time @2 :Time;
  }
}

struct OrderFilter {
  # An order must meet every condition; one that is left out is met by all.
  brand @0 :Text;
  status :union {
    any @1 :Void;
    is @2 :OrderStatus;
  }
  customer @3 :Text;
  sku @4 :Text;
  placedAfter @5 :Time;
  # At this time or after it.
  placedBefore @6 :Time;
}

struct Answer {
  union {
    receipt @0 :Api.CommandReceipt;
    problem @1 :Api.Problem;
  }
}

struct Command {
  id @0 :Text;
  # The caller's id, for repeating: the same id with the same content gets the
  # first answer again, with other content it is a conflict. May be empty.

  by @1 :Text;
  # Who asks, for the audit trail; empty: the token's name.

  order @2 :OrderRef;
  # Which order it is about, from `payment` to `tracking`.

  subject @3 :Text;
  # Which part of the order, or which location: see the remark at each word. The
  # longest is a fulfillment, ORDER:NUMBER, of two ids and a colon.

  union {
    place @4 :Api.Order;
    payment @5 :Api.Payment;
    cancellation @6 :Api.Cancellation;
    hold @7 :Api.Hold;
    unhold @8 :Void;             # subject: the hold
    note @9 :Api.Note;
    plan @10 :Api.Plan;
    erasure @11 :Void;           # removes name, address and e-mail for good
    refund @12 :Api.RefundRequest;
    settlement @13 :Api.Settlement;       # subject: the refund; empty: all
    return @14 :Api.ReturnRequest;
    returnReceipt @15 :Api.ReturnReceipt;    # subject: the return
    returnDecision @16 :Api.ReturnDecision;  # subject: the return

    # Subject: the fulfillment, as orders show it ("SO-1:1"); the order's id
    # may then be left out.
    accept @17 :Api.Acceptance;
    reject @18 :Api.Rejection;
    pick @19 :Api.Pick;
    unpick @20 :Api.Pick;
    ship @21 :Api.Ship;
    shortPick @22 :Api.ShortPick;
    cancelAnswer @23 :Api.CancelAnswer;

    tracking @24 :Api.Tracking;  # subject: the shipment; empty: all

    # A definition replaces all settings.
    location @25 :Api.Location;
    supplier @26 :Api.Supplier;
    product @27 :Api.Product;
    routing @28 :Api.Routing;

    # Subject: the location.
    receipt @29 :Api.Receipt;
    adjustment @30 :Api.Adjustment;
    count @31 :Api.Count;
    safetyStock @32 :Api.SafetyStock;
  }
}

struct Entity {
  kind @0 :EntityKind;
  brand @1 :Text;
  # Of an order or of routing rules.
  id @2 :Text;
  # Absent for routing rules.
}

struct Event {
  sequence @0 :UInt64;
  # Its position in the log: from 1, without a gap.
  time @1 :Time;
  entity @2 :Entity;
  # Whose event it is.
  version @3 :UInt64;
  # The entity's own count of events.
  kind @4 :Text;
  # "order.placed", "stock.received" and so on.
  by @5 :Text;
  command @6 :Text;
  # The caller's id of the command.
  content @7 :Text;
  # The rest of the event, as JSON.
}
