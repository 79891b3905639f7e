#pragma once

/// The version of the programs, which is that of the project in CMakeLists.txt.

#include <string_view>

namespace oms::text {

/// "0.1.0".
[[nodiscard]] std::string_view version();

}  // namespace oms::text
