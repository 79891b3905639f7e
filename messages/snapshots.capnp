@0xd9fc89bb72d17692;
# Snapshots: the state of one source at one point of the log, as in
# messages/source_state.hpp.
#
# A snapshot is one message in one segment, without a segment table. What has
# no order of its own (stock, promises, references) is sorted by its key, so
# that equal states are equal bytes.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("oms::schema");

using import "ids.capnp".OrderKey;
using import "ids.capnp".SourceRef;

# --- a source ---------------------------------------------------------------

struct StockItem {
  # The stock of one SKU; docs/DOMAIN.md, "Stock", explains the buckets.
  sku @0 :Text;
  onHand @1 :Int64;
  # Of a supplier: what is promised and what is left of the offer.
  reserved @2 :Int64;
  # What reservations of carts hold.
  onOffer @3 :Int64;
  # Held back until the backorder queue has answered.
  committed @4 :Int64;
  damaged @5 :Int64;
  safetySetting @6 :Int64;
  # The setting; how much of it is there follows from the rest.
  withoutLimit @7 :Bool;
  # Of a supplier: it gives as many as are asked for.
  received @8 :Int64;
  # This and the next two are sums over the item's whole history.
  adjusted @9 :Int64;
  shipped @10 :Int64;
  # Less what came back.
  receipts @11 :UInt64;
  # How often units came in.
  version @12 :UInt64;
  # The count of changes of this item.
  revoking @13 :Int64;
  # Promised, but not there: these promises are being revoked.
  sent @14 :Int64;
  # Left by transfers.
  landed @15 :Int64;
  # Of transfers to here: arrived, or written off.
}

struct PromisedUnits {
  sku @0 :Text;
  committed @1 :Int64;
  picked @2 :Int64;
  # By the order's word; may be more than is committed until the order has heard
  # what was revoked.
  since @3 :UInt64;
  # The version of the source at the newest of these units.
}

struct Promise {
  order @0 :OrderKey;
  joinable @1 :Bool;
  # New units join the same fulfillment.
  units @2 :List(PromisedUnits);
}

struct UnheardPromises {
  # Revocations that the order has yet to acknowledge.
  order @0 :OrderKey;
  promises @1 :Int64;
  # How many of them.
}

struct CountedReceipt {
  # A reference that has counted for a SKU: it does not count again.
  reference @0 :Text;
  sku @1 :Text;
}

struct SkuUnits {
  sku @0 :Text;
  units @1 :Int64;
}

struct Hold {
  # Units held for a cart.
  reservation @0 :Text;
  deadline @1 :Int64;
  # Microseconds since 1970-01-01, UTC.
  since @2 :UInt64;
  # The version of the source at the newest of these units.
  units @3 :List(SkuUnits);
  # By SKU.
}

struct IncomingUnits {
  # What has not arrived of an announcement or a transfer.
  reference @0 :Text;
  units @1 :List(SkuUnits);
  # By SKU.
  hasExpected @2 :Bool;
  expected @3 :Int64;
  # Days since 1970-01-01.
}

struct SentTransfer {
  # A transfer that left, as it was asked for.
  transfer @0 :Text;
  to @1 :Text;
  units @2 :List(SkuUnits);
  hasExpected @3 :Bool;
  expected @4 :Int64;
}

struct OpenAlert {
  # Its cause is not gone, and nobody has acknowledged it.
  kind @0 :Text;
  subject @1 :Text;
}

struct SourceState {
  self @0 :SourceRef;
  defined @1 :Bool;
  settings @2 :AnyPointer;
  # `Location` as the log has it, with its texts inside. A supplier's settings
  # are translated into these terms.
  supplier @3 :AnyPointer;
  # None: it is a location.
  version @4 :UInt64;
  # The count of its events up to here.
  stock @5 :List(StockItem);
  # By SKU.
  promises @6 :List(Promise);
  # By order.
  unheard @7 :List(UnheardPromises);
  # By order.
  references @8 :List(CountedReceipt);
  # By reference and SKU.
  capacityDay @9 :Int64;
  # The last day on which a fulfillment was opened: days since 1970-01-01, UTC.
  opened @10 :Int64;
  # How many were opened on that day.
  acknowledged @11 :List(UInt64);
  # Sequences of acknowledged alerts, in ascending order.
  holds @12 :List(Hold);
  # By reservation.
  announced @13 :List(IncomingUnits);
  # By reference.
  inTransit @14 :List(IncomingUnits);
  # By the id of the transfer.
  transfers @15 :List(SentTransfer);
  # By id.
  adjustments @16 :List(CountedReceipt);
  # By reference and SKU.
  counts @17 :List(CountedReceipt);
  # By reference and SKU.
  overdueBefore @18 :Int64;
  # Alerts say of all that was expected before this day that it is overdue: days
  # since 1970-01-01.
  openAlerts @19 :List(OpenAlert);
  # In the order in which they were raised.
}

# --- the root ---------------------------------------------------------------

struct Snapshot {
  # Says what kind of state it is, so that one is never read as another.
  union {
    order @0 :AnyPointer;
    # Not written: an order is read from its timeline. The number stays used.
    source @1 :SourceState;
  }
}
