#pragma once

/// Whether the log is being read to rebuild the state, and for whom.
///
/// Some doubles spoil only what happens live, or only what the engine itself
/// rebuilds. They must leave the check of the invariants alone, which folds the
/// log with the same functions: a judge that is spoilt as well sees no
/// difference. Defined in between_doubles.cpp.

namespace oms::tests {

/// For the engine or for a judge.
[[nodiscard]] bool recovering();
/// For the check of the invariants.
[[nodiscard]] bool judging();

}  // namespace oms::tests
