@0xb7d0f6e3a1c29458;
# What the shapes of the API say beyond their types. Three read it: the reader
# of JSON, the check of messages, and the OpenAPI document; so all three agree.
# The ids of the annotations are repeated in messages/api/body.hpp.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("oms::api");

annotation doc @0xe21f64a7b3d0958c (struct, field, enum, enumerant) :Text;
# A sentence for people: the description in the OpenAPI document.

annotation required @0xa93c07d15be8f246 (field) :Void;
annotation requiredInPut @0xd3c8517e90af6b24 (field) :Void;
# Required over HTTP, where a PUT replaces all settings: what is left out by
# mistake would be lost. Elsewhere what is left out takes its default.
annotation minimum @0xc64d81f20a7e3b95 (field) :Int64;
annotation maximum @0x9f5e3c2b71d4a860 (field) :Int64;
# Of a number. Without them: what JSON carries exactly, up to 2^53 - 1 on both
# sides of 0; of an Int32, its own range.
annotation maxBytes @0xb5a94e02d7c86f13 (field) :UInt32;
# Of a text, in bytes of UTF-8. Without it: 128 of an id, 4,096 of another text.
annotation maxEntries @0xd81b40c7e6f3295a (field) :UInt32;
# Of a list. Without it: 4,096.
annotation id @0xe6270f9bd1a53c84 (field) :Void;
# A text, or a list of texts, that names something: without control characters
# and without leading or trailing whitespace.

annotation absent @0xb4d27c9e0f61a853 (enumerant) :Void;
# The value of a field that was left out: JSON has no word for it, and a
# required field refuses it.

annotation format @0xf07a92e4d5c1683b (struct) :Text;
# The struct is one word in JSON: "date-time", "integer" or "number".

struct Time $format("date-time") {
  # Microseconds UTC since 1970-01-01; in JSON a text of RFC 3339.
  us @0 :Int64;
}

struct Whole $format("integer") {
  # A whole number that may be absent.
  value @0 :Int64;
}

struct Degrees $format("number") {
  value @0 :Float64;
}
