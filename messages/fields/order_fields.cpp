#include "messages/ids.hpp"
#include "messages/network.hpp"
#include "messages/text_map.hpp"

// Below this the lists are tables.
#include "messages/fields/define.hpp"
// ...
#include "messages/order.hpp"
