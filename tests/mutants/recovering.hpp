#pragma once

/// Whether the log is being read to rebuild the state, and for whom.
///
/// Purpose: some doubles spoil only what happens live, or only what the
/// engine itself rebuilds, and leave the judges alone. Defined in
/// between_doubles.cpp.

namespace oms::tests {

[[nodiscard]] bool recovering();
[[nodiscard]] bool judging();

}  // namespace oms::tests
