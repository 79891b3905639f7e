#include "messages/events.hpp"

// Below this the lists are tables.
#include "messages/fields/define.hpp"
// ...
#include "messages/checkpoint.hpp"
#include "messages/network_views.hpp"
#include "messages/order_list.hpp"
#include "messages/views.hpp"
#include "messages/whatif.hpp"
