@0x90d226f076ac0f1e;
# The log: entries of events, as in messages/events.hpp and codec/codec.hpp.
#
# An entry is one message in one segment, without a segment table. An event's
# sequence is not stored: it is the entry's `first` plus its index.
#
# What is in a log stays there, so all schemas of this folder only grow: fields
# and words get the next free number, and none is ever used again. An older
# entry has the default (0, false, nothing) for a field that it does not have,
# which therefore must mean what was true then.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("oms::schema");

using Order = import "order.capnp";
using Stock = import "stock.capnp";

enum EntityKind {
  order @0;
  location @1;
  supplier @2;
  product @3;
  routing @4;
  engine @5;
}

struct Cause {
  # The event of another entity that made this one, and so the message that it
  # deals with.
  entityKind @0 :EntityKind;
  entityKey @1 :Text;
  version @2 :UInt64;
  # The sender's count of events at that event.
}

struct Event {
  previous @0 :UInt64;
  # The sequence of the previous event of the same entity, 0 for its first.
  timeUs @1 :Int64;
  entityKind @2 :EntityKind;
  entityKey @3 :Text;
  # `brand/id` of an order; otherwise the id, or the brand of routing rules.
  version @4 :UInt64;
  # The entity's own count of events, from 1.
  by @5 :Text;
  # Who did it.
  command @6 :Text;
  # The caller's id of the command; empty for what follows in other entities.
  cause @7 :Cause;
  # None: a caller's command made it, or the entity itself.
  body :union {
    orderPlaced @8 :Order.OrderPlaced;
    statusChanged @9 :Order.StatusChanged;
    paymentStarted @10 :Order.PaymentStarted;
    paymentCaptured @11 :Order.PaymentCaptured;
    paymentFailed @12 :Order.PaymentFailed;
    orderPlanned @13 :Order.OrderPlanned;
    unitsAllocated @14 :Order.UnitsAllocated;
    grantDeclined @15 :Order.GrantDeclined;
    unitsBackordered @16 :Order.UnitsBackordered;
    unitsUnfillable @17 :Order.UnitsUnfillable;
    fulfillmentAccepted @18 :Order.FulfillmentAccepted;
    unitsPicked @19 :Order.UnitsPicked;
    unitsUnpicked @20 :Order.UnitsUnpicked;
    unitsRejected @21 :Order.UnitsRejected;
    shipmentShipped @22 :Order.ShipmentShipped;
    shipmentTracked @23 :Order.ShipmentTracked;
    unitsCancelled @24 :Order.UnitsCancelled;
    cancelRequested @25 :Order.CancelRequested;
    cancelAnswered @26 :Order.CancelAnswered;
    unitsTakenBack @27 :Order.UnitsTakenBack;
    unitsReleased @28 :Order.UnitsReleased;
    holdPlaced @29 :Order.HoldPlaced;
    holdReleased @30 :Order.HoldReleased;
    noteAdded @31 :Order.NoteAdded;
    refundRequested @32 :Order.RefundRequested;
    refundSettled @33 :Order.RefundSettled;
    returnRequested @34 :Order.ReturnRequested;
    returnReceived @35 :Order.ReturnReceived;
    returnDeclined @36 :Order.ReturnDeclined;
    notificationRecorded @37 :Order.NotificationRecorded;
    alertRaised @38 :Order.AlertRaised;
    locationDefined @39 :Stock.LocationDefined;
    supplierDefined @40 :Stock.SupplierDefined;
    stockReceived @41 :Stock.StockReceived;
    stockAdjusted @42 :Stock.StockAdjusted;
    stockCounted @43 :Stock.StockCounted;
    safetyStockSet @44 :Stock.SafetyStockSet;
    stockOffered @45 :Stock.StockOffered;
    offerSettled @46 :Stock.OfferSettled;
    stockCommitted @47 :Stock.StockCommitted;
    stockDecommitted @48 :Stock.StockDecommitted;
    stockAccepted @49 :Stock.StockAccepted;
    stockPicked @50 :Stock.StockPicked;
    stockShipped @51 :Stock.StockShipped;
    stockRejected @52 :Stock.StockRejected;
    stockTakenBack @53 :Stock.StockTakenBack;
    stockRestocked @54 :Stock.StockRestocked;
    productDefined @55 :Stock.ProductDefined;
    routingSet @56 :Stock.RoutingSet;
    personalDataErased @57 :Void;
  }
}

struct LogEntry {
  # What one commit wrote: events with consecutive sequences.
  first @0 :UInt64;
  # The sequence of the first event; also the key of the entry.
  previousHash @1 :Data;
  # SHA-256 of the entry before this one, 32 bytes; zeros for the first.
  events @2 :List(Event);
}
