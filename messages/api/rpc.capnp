@0xa8e4c1d70b52f369;
# The API over Cap'n Proto RPC, for gateways: whole batches in one message, and
# a stream of all events. Its records are in api.capnp, which the build generates
# and installs beside this file; docs/API.md says how to use both. Ids have at
# most 128 bytes.
#
# Where a result has a `problem`, it is absent on success, and everything else
# is absent otherwise. A message that can't be read at all, or that comes when
# the connection ends, fails as a call.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("oms::api");
using Api = import "api.capnp";

interface Gateway {
  # What a connection begins with.

  login @0 (token :Text) -> (engine :Engine, problem :Api.Problem);
  # `omsctl token` makes tokens. If the server has none, every caller may do
  # everything, and the token is ignored. A connection that has not logged in
  # after 15 seconds is closed.
}

interface Engine {
  # Commands are answered once what they did is on disk. A token allows the same
  # as over HTTP. An order without a brand is of the token's brand, if the token
  # is for one alone.

  place @0 (orders :List(Api.Order), by :Text)
        -> (answers :List(Answer), problem :Api.Problem);
  # Up to 10,000 orders; an order with a payment is placed and paid. The answers
  # are in the order of the orders. Each order is decided by itself: one that is
  # refused says nothing about the others. `by` is as in Command.

  run @1 (commands :List(Api.Command))
      -> (answers :List(Answer), problem :Api.Problem);
  # Up to 10,000 commands of any kind. Those about the same order, location or
  # supplier are carried out in the order of this list.

  order @2 (order :Api.OrderKey, at :Moment)
        -> (order :Api.OrderView, problem :Api.Problem);
  timeline @3 (order :Api.OrderKey, at :Moment)
           -> (events :List(Api.Event), problem :Api.Problem);
  # Everything that happened to an order, oldest first.

  decisions @4 (order :Api.OrderKey, at :Moment)
            -> (decisions :List(Api.DecisionView), problem :Api.Problem);
  # Why the order was routed as it was.

  orders @5 (filter :Api.OrderFilter, limit :UInt32 = 50, cursor :Text)
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
  events @0 (events :List(Api.Event), upto :UInt64) -> ();
  # Returning acknowledges the batch. At most four batches are under way; a slow
  # listener is served from the log, so that it costs the server no memory. To
  # go on later, subscribe after the last `upto` that was dealt with: every
  # event comes at least once, and in order. A listener that fails ends its
  # subscription.
}

interface Subscription {
  # Held by the subscriber; dropping it ends the events.
}

struct Moment {
  # Now, after this event, or at this time.
  union {
    now @0 :Void;
    sequence @1 :UInt64;
    time @2 :Int64;
  }
}

struct Answer {
  union {
    receipt @0 :Api.CommandReceipt;
    problem @1 :Api.Problem;
  }
}
