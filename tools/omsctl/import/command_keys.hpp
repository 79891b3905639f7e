#pragma once

/// Under what a command of an import can be sent again.
///
/// Purpose: names each command by its file's content and its row there, so
/// that an import that broke off can be begun anew, and does nothing twice. A
/// file that was changed has other names for all its rows. Owner: the command.
/// Threads: one.

#include "tools/omsctl/import/import_plan.hpp"

namespace oms::omsctl {

/// Fills the ids of the commands.
void name_commands(import_plan& plan);

}  // namespace oms::omsctl
