#pragma once

/// A disk that is full, for real.
///
/// A client loads a server process until its store can't be written, and checks
/// that nothing of what was acknowledged is lost, that waiting answers wait,
/// and that new commands are refused with `storage_unavailable`. It makes room,
/// and checks that all waiting answers come by themselves. Then it kills the
/// server on a full disk and compares again.

#include <cstdint>

namespace oms::crash {

enum class full_by : std::uint8_t {
  /// A limit of the process (RLIMIT_FSIZE).
  file_limit,
  /// A file system of a few MB, in a user and mount namespace of its own.
  small_disk
};

/// The exit code: 0 when all is well, 1 otherwise, 77 where the kernel allows
/// no such namespace.
int fill_the_disk(full_by how, std::uint64_t seed);

}  // namespace oms::crash
