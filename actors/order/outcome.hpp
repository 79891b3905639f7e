#pragma once

/// What a decision about an order comes to.
///
/// A decider is a pure function: it takes the state and a command, or what
/// another entity says, reads no clock and does no I/O. Any thread may call it.
/// A command may be refused, so its decider leaves the state as it is and
/// returns the next one. What another entity says has happened and can't be
/// refused, so its decider changes the state in place and returns the events
/// alone. A command has been checked by `faults_of` (actors/faults.hpp) before:
/// whoever takes commands in asks that once, and deciders add only what depends
/// on the state. The codes of their errors are those of docs/DOMAIN.md.

#include <vector>

#include "messages/errors.hpp"
#include "messages/events.hpp"
#include "messages/order_state.hpp"

namespace oms::order {

/// What happens, in the order in which it happens.
using order_events = std::vector<event_body>;

/// An outcome without events changes nothing: the command was a repetition.
struct order_outcome {
  order_events events;
  /// The state with the events applied.
  order_state next;
  /// When it was decided: the time of the events.
  timestamp at;
};
using order_decision = result<order_outcome>;

}  // namespace oms::order
