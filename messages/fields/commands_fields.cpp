#include "messages/compiled_variant.hpp"
#include "messages/errors.hpp"
#include "messages/ids.hpp"
#include "messages/network.hpp"
#include "messages/order.hpp"
#include "messages/text_map.hpp"

// Below this the lists are tables.
#include "messages/fields/define.hpp"
// ...
#include "messages/commands.hpp"
