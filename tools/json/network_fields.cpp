#include "messages/commands.hpp"
#include "messages/network.hpp"
#include "tools/json/reader.hpp"

// Below this the lists are tables.
#include "messages/fields/define.hpp"
// ...
#include "tools/json/network.hpp"
