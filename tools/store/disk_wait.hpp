#pragma once

/// Says that a command waits for the disk. An engine whose store can't be
/// written answers only once it can, however long that takes, so the command
/// must say why it waits.

#include <cstdio>
#include <string>

#include "actors/engine.hpp"

namespace oms::store {

void say_that_it_waits(std::FILE* err, const std::string& command,
                       const std::string& problem);

/// Options of an engine that says so once, on the journal's thread. `command`
/// is "omsctl erase"; `err` must outlive the engine.
[[nodiscard]] engine_options with_disk_wait_shown(std::string command,
                                                  std::FILE* err);

}  // namespace oms::store
