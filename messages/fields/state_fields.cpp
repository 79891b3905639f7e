#include "messages/events.hpp"

// Below this the lists are tables.
#include "messages/fields/define.hpp"
// ...
#include "messages/order_state.hpp"
#include "messages/source_state.hpp"
