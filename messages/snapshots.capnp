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
using import "network.capnp".LocationSettings;
using import "network.capnp".SupplierSettings;

# --- a source ---------------------------------------------------------------

struct StockItem {
  sku @0 :Text;
  onHand @1 :Int64;
  reserved @2 :Int64;
  onOffer @3 :Int64;
  committed @4 :Int64;
  damaged @5 :Int64;
  safetySetting @6 :Int64;
  withoutLimit @7 :Bool;
  received @8 :Int64;
  adjusted @9 :Int64;
  shipped @10 :Int64;
  receipts @11 :UInt64;
  version @12 :UInt64;
  revoking @13 :Int64;
}

struct PromisedUnits {
  sku @0 :Text;
  committed @1 :Int64;
  picked @2 :Int64;
  since @3 :UInt64;
}

struct Promise {
  order @0 :OrderKey;
  joinable @1 :Bool;
  units @2 :List(PromisedUnits);
}

struct UnheardPromises {
  # Taken back, and the order has yet to hear of it.
  order @0 :OrderKey;
  promises @1 :Int64;
}

struct CountedReceipt {
  reference @0 :Text;
  sku @1 :Text;
}

struct SourceState {
  self @0 :SourceRef;
  defined @1 :Bool;
  settings @2 :LocationSettings;
  supplier @3 :SupplierSettings;
  version @4 :UInt64;
  stock @5 :List(StockItem);
  # By SKU.
  promises @6 :List(Promise);
  # By order.
  unheard @7 :List(UnheardPromises);
  # By order.
  references @8 :List(CountedReceipt);
  # By reference and SKU.
  capacityDay @9 :Int64;
  # Days since 1970-01-01, UTC.
  opened @10 :Int64;
}

# --- either -----------------------------------------------------------------

struct Snapshot {
  # Says itself whose state it is, so that one is never read as another.
  union {
    order @0 :AnyPointer;
    # Never written: an order is read from its timeline.
    source @1 :SourceState;
  }
}
