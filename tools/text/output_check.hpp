#pragma once

/// Whether what a program printed has arrived.
///
/// Purpose: on a full disk a part of the output, or none, is there; a script
/// that sees success would take it for the whole. Owner: a program's `main`.
/// Threads: one.

#include <functional>

namespace oms::text {

/// Runs a whole program. If standard output could not be written, says so on
/// standard error, and the exit code is `exit_usage`.
[[nodiscard]] int with_output_checked(const char* program,
                                      const std::function<int()>& run);

}  // namespace oms::text
