#pragma once

/// The exit codes of omsctl and omsd: one set, so that a script needs one
/// table. The `--help` of each command says what a code means there.

namespace oms::text {

inline constexpr int exit_ok = 0;
/// It ran, and something is wrong: a scenario fails, a chain is broken, nothing
/// was found or placed, a part of the answer can't be read, omsd ended by
/// itself.
inline constexpr int exit_wrong = 1;
/// A wrong command line or input, or a store that can't be opened: nothing was
/// done.
inline constexpr int exit_usage = 2;
/// Ended by Ctrl-C: 128 and the number of SIGINT, as shells have it.
inline constexpr int exit_interrupted = 130;

}  // namespace oms::text
