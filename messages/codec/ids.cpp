// Ids.

#include "messages/codec/parts.hpp"

namespace oms::codec {

void write(schema::OrderKey::Builder out, const order_key& in) {
  if (filled(in.brand)) out.setBrand(stored(in.brand));
  if (filled(in.id)) out.setId(stored(in.id));
}

order_key read(schema::OrderKey::Reader in) {
  return {.brand = text<brand_id>(in.getBrand()),
          .id = text<order_id>(in.getId())};
}

void write(schema::SourceRef::Builder out, const source_ref& in) {
  out.setKind(stored(in.kind));
  if (filled(in.id)) out.setId(stored(in.id));
}

source_ref read(schema::SourceRef::Reader in) {
  return {.kind = word<source_kind>(in.getKind()), .id = text(in.getId())};
}

}  // namespace oms::codec
