#pragma once

/// Internal to the API: commands and events as RPC has them.
///
/// Purpose: between messages/api/rpc.capnp and the vocabulary, over the shapes
/// that JSON has too. Owner: pure functions. Threads: any. Errors: `invalid`
/// with every fault of a command, named by its path in the message.

#include <string>
#include <string_view>

#include "messages/api/rpc.capnp.h"
#include "messages/api/shapes.hpp"
#include "messages/events.hpp"

namespace oms::api {

/// An order's or a command's brand stays empty where it names none.
[[nodiscard]] result<command> read_command(Command::Reader in);
[[nodiscard]] result<command_body> read_order(Order::Reader in);
[[nodiscard]] order_key read(OrderRef::Reader in);
/// `invalid` for what can't be looked for.
[[nodiscard]] result<order_filter> read(OrderFilter::Reader in);

/// An event as its readers see it.
struct shown_event {
  sequence at = 0;
  timestamp time;
  entity_ref entity;
  std::uint64_t version = 0;
  std::string_view kind;
  actor_name by;
  std::string command;
  /// JSON.
  std::string content;
};

void write(Event::Builder out, const shown_event& in);
void write(Answer::Builder out, const answer& in);

}  // namespace oms::api
