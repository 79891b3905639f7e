#include "tools/text/version.hpp"

namespace oms::text {

std::string_view version() { return OMS_VERSION; }

}  // namespace oms::text
