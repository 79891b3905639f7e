@0xd0b41058f240365a;
# Identities and amounts, as in messages/ids.hpp.
#
# In all schemas: an empty text is not stored (a null pointer); a null struct
# pointer is "none"; quantities are whole units, money is minor units of the
# order's currency, times (...Us) are microseconds UTC since 1970-01-01. The
# numbers of enumerants are those of the C++ enumerations.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("oms::schema");

using import "words.capnp".SourceKind;

struct OrderKey {
  brand @0 :Text;
  # May be empty.
  id @1 :Text;
  # Unique within the brand.
}

struct SourceRef {
  kind @0 :SourceKind;
  id @1 :Text;
}
