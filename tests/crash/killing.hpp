#pragma once

/// Kills an engine again and again.
///
/// A client with its own book loads a server process, kills it with SIGKILL at
/// a random moment, under load or while it opens, compares its book with what
/// is on disk, starts it again, has all invariants checked, asks again for what
/// got no answer, and goes on. What is asked is seeded; when a kill hits is
/// not, since that is real time.

#include <cstdint>

namespace oms::crash {

struct killing_options {
  std::uint64_t seed = 1;
  int kills = 8;
  /// Prints a line per life.
  bool verbose = false;
};

/// The exit code: 0 when nothing was lost, 1 otherwise; says what it found.
int kill_again_and_again(const killing_options& options);

}  // namespace oms::crash
