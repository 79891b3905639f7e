#pragma once

/// Internal to the API: commands and events as RPC has them.
///
/// Converts between messages/api/rpc.capnp and the vocabulary, by way of the
/// shapes of messages/api/api.capnp. A command that is wrong is `invalid`, with
/// every fault named by its path in the message. The functions may be called on
/// any thread.

#include <string>
#include <string_view>

#include "messages/api/rpc.capnp.h"
#include "messages/api/shapes.hpp"
#include "messages/events.hpp"

namespace oms::api {

/// A command or order that names no brand gets the empty one; the caller puts
/// the token's there.
[[nodiscard]] result<command> read_command(Command::Reader in);
[[nodiscard]] result<command_body> read_order(Order::Reader in);
[[nodiscard]] order_key read(OrderRef::Reader in);
/// `invalid` for ids, times and words that no order can have.
[[nodiscard]] result<order_filter> read(OrderFilter::Reader in);

/// An event as subscribers and readers of timelines see it.
struct shown_event {
  sequence at = 0;
  timestamp time;
  entity_ref entity;
  std::uint64_t version = 0;
  std::string_view kind;
  actor_name by;
  std::string command;
  /// What the event says beyond the other fields, as JSON.
  std::string content;
};

void write(Event::Builder out, const shown_event& in);
void write(Answer::Builder out, const answer& in);

}  // namespace oms::api
