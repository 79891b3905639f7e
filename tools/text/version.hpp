#pragma once

/// The version of the programs: that of the project, see CMakeLists.txt.
///
/// Owner: a constant. Threads: any.

#include <string_view>

namespace oms::text {

/// "0.1.0".
[[nodiscard]] std::string_view version();

}  // namespace oms::text
