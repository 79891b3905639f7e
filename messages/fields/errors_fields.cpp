// Below this the lists are tables.
#include "messages/fields/define.hpp"
// ...
#include "messages/errors.hpp"
