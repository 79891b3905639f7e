#include "tools/text/version.hpp"

namespace oms::tools {

std::string_view version() { return OMS_VERSION; }

}  // namespace oms::tools
