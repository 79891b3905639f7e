#pragma once

/// Cuts the power of a recorded disk again and again.
///
/// A client loads an engine of this process while everything that the store
/// writes and syncs is recorded. Then the disk is rebuilt as it may have been
/// at a random moment: what was synced is there; of what was not, some writes
/// are missing, some torn after a number of sectors, some there in part. On
/// each such image the store must open, its chain must verify, everything that
/// had been answered must be there, every invariant must hold, and an engine
/// must go on with it. Each image is checked in a process of its own. What is
/// asked and cut is seeded; the engine's threads take turns as they like, so
/// the recording differs from run to run.

#include <cstdint>
#include <string>

#include "tests/crash/disk_recorder.hpp"

namespace oms::crash {

struct power_cut_options {
  std::uint64_t seed = 1;
  int images = 30;
  /// The store is opened with this fault, and it must be found.
  planted_fault planted = planted_fault::none;
  bool verbose = false;
};

/// The exit code: 0 when nothing was lost (or what was planted was found),
/// 1 otherwise; says what it found.
int cut_the_power(const power_cut_options& options);

}  // namespace oms::crash
