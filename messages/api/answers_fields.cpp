#include "messages/commands.hpp"
#include "messages/decision.hpp"
#include "messages/events.hpp"
#include "messages/views.hpp"

// Below this the lists are tables.
#include "messages/fields/define.hpp"
// ...
#include "messages/api/answers.hpp"
