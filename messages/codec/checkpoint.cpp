// Heads of checkpoints. If one is refused when the engine opens, it reads the
// whole log instead; so in doubt these refuse.

#include <cstring>

#include "messages/codec/checkpoint.hpp"
#include "messages/codec/message.hpp"
#include "messages/codec/parts.hpp"
#include "messages/limits.hpp"

namespace oms::codec {

// The head is one row that each checkpoint rewrites. Nearly all of it is the
// list of messages under way, which is short unless the engine is under load.
bytes encode_head(const anchored_head& in) {
  return encode<schema::CheckpointHead>(
      limits::max_checkpoint_head_bytes,
      [&](schema::CheckpointHead::Builder out) {
        const auto& head = in.head;
        out.setUpto(head.upto);
        out.setHash({reinterpret_cast<const kj::byte*>(in.hash.data()),
                     in.hash.size()});
        out.setLastNumber(head.last_number);
        auto orders = out.initOrders(static_cast<unsigned>(head.orders.size()));
        for (unsigned i = 0; i < orders.size(); ++i)
          orders.set(i, head.orders[i]);
        auto list =
            out.initInFlight(static_cast<unsigned>(head.in_flight.size()));
        for (unsigned i = 0; i < list.size(); ++i) {
          const auto& message = head.in_flight[i];
          list[i].setSent(message.sent);
          list[i].setToKind(stored(message.to.kind));
          list[i].setToKey(stored(message.to.key));
        }
      });
}

result<anchored_head> decode_head(std::span<const std::byte> data) {
  return decode<schema::CheckpointHead>(
      "checkpoint", data, limits::max_checkpoint_head_bytes,
      [](schema::CheckpointHead::Reader in) {
        anchored_head out;
        const auto hash = in.getHash();
        if (hash.size() != out.hash.size())
          throw malformed{"the hash does not have 32 bytes"};
        std::memcpy(out.hash.data(), hash.begin(), hash.size());
        auto& head = out.head;
        head.upto = in.getUpto();
        head.last_number = in.getLastNumber();
        // A version with another status would count orders under it that this
        // one could not name.
        const auto orders = in.getOrders();
        if (orders.size() != head.orders.size())
          throw malformed{"there is not a count for each status"};
        for (unsigned i = 0; i < orders.size(); ++i) head.orders[i] = orders[i];
        const auto in_flight = in.getInFlight();
        head.in_flight.reserve(in_flight.size());
        for (const auto message : in_flight)
          head.in_flight.push_back(
              {.sent = message.getSent(),
               .to = {.kind = word<entity_kind>(message.getToKind()),
                      .key = text(message.getToKey())}});
        return out;
      });
}

}  // namespace oms::codec
