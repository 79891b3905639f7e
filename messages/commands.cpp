#include "messages/commands.hpp"

namespace oms {

template class compiled_variant<command_variant>;

}  // namespace oms
