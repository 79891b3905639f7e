// States as bytes. The union of `Snapshot` says what kind of state it is, so
// that the bytes of another kind are refused and not read as a source that has
// nothing.

#include "messages/codec/snapshots.hpp"
#include "messages/codec/message.hpp"
#include "messages/codec/parts.hpp"
#include "messages/limits.hpp"

namespace oms::codec {

bytes encode_snapshot(const source_state& state) {
  return encode<schema::Snapshot>(
      limits::max_snapshot_bytes,
      [&](schema::Snapshot::Builder out) { write(out.initSource(), state); });
}

result<source_state> decode_source_snapshot(std::span<const std::byte> data) {
  return decode<schema::Snapshot>("source snapshot", data,
                                  limits::max_snapshot_bytes,
                                  [](schema::Snapshot::Reader in) {
                                    if (!in.hasSource())
                                      throw malformed{"it is not of a source"};
                                    return read(in.getSource());
                                  });
}

}  // namespace oms::codec
