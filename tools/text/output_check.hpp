#pragma once

/// Whether what a program printed has arrived. On a full disk a part of the
/// output, or all of it, is missing, and a script that sees success would take
/// it for the whole.

#include <functional>

namespace oms::text {

/// Runs the whole program. If standard output could not be written, it says so
/// on standard error and returns `exit_usage`.
[[nodiscard]] int with_output_checked(const char* program,
                                      const std::function<int()>& run);

}  // namespace oms::text
