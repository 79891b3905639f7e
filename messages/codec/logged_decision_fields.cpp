#include "messages/decision.hpp"

// Below this the lists are tables.
#include "messages/fields/define.hpp"
// ...
#include "messages/codec/logged_decision.hpp"
