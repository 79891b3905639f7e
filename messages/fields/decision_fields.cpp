#include "messages/ids.hpp"
#include "messages/network.hpp"
#include "messages/shared_value.hpp"

// Below this the lists are tables.
#include "messages/fields/define.hpp"
// ...
#include "messages/decision.hpp"
