#include "tools/commands.hpp"

#include "tools/audit/command.hpp"
#include "tools/complete/command.hpp"
#include "tools/erase/command.hpp"
#include "tools/export/command.hpp"
#include "tools/import/command.hpp"
#include "tools/inspect/command.hpp"
#include "tools/live/command.hpp"
#include "tools/replay/command.hpp"
#include "tools/scenario/command.hpp"
#include "tools/simulation/command.hpp"
#include "tools/store/backup_command.hpp"
#include "tools/whatif/command.hpp"

namespace oms::tools {

void add_commands(CLI::App& app, int& exit_code) {
  app.require_subcommand(1);
  add_scenario(app, exit_code);
  add_replay(app, exit_code);
  add_simulate(app, exit_code);
  add_inspect(app, exit_code);
  add_import(app, exit_code);
  add_export_state(app, exit_code);
  add_audit(app, exit_code);
  add_live(app, exit_code);
  add_backup(app, exit_code);
  add_whatif(app, exit_code);
  add_erase(app, exit_code);
  add_complete(app, exit_code);
}

}  // namespace oms::tools
