// Below this the lists are tables.
#include "messages/fields/define.hpp"
// ...
#include "messages/ids.hpp"
