#include "messages/ids.hpp"

// Below this the lists are tables.
#include "messages/fields/define.hpp"
// ...
#include "messages/order.hpp"
