#pragma once

/// Gives each command of an import a key under which it can be sent again: its
/// file's content and its row there. So an import that broke off can be
/// repeated and does nothing twice. A file with different content has different
/// keys for all its rows.

#include "tools/omsctl/import/import_plan.hpp"

namespace oms::omsctl {

/// Sets the ids of the plan's commands.
void name_commands(import_plan& plan);

}  // namespace oms::omsctl
