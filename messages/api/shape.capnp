@0xb7d0f6e3a1c29458;
# Values that may be absent from a message.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("oms::api");

struct Time {
  # Microseconds UTC since 1970-01-01.
  us @0 :Int64;
}

struct Whole {
  # A whole number that may be absent.
  value @0 :Int64;
}

struct Degrees {
  value @0 :Float64;
}
