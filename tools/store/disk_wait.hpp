#pragma once

/// Says that a command waits for the disk.
///
/// Purpose: an engine whose store can't be written answers only once it can,
/// however long that takes, so the command says why it waits. Owner: the
/// engine. Threads: prints from the journal's.

#include <cstdio>
#include <string>

#include "actors/engine.hpp"

namespace oms::store {

/// Options of an engine that says so once. `command` is "omsctl erase"; `err`
/// outlives the engine.
[[nodiscard]] engine_options with_disk_wait_shown(std::string command,
                                                  std::FILE* err);

}  // namespace oms::store
