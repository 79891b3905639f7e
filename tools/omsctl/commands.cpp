#include "tools/omsctl/commands.hpp"

#include "tools/omsctl/audit/audit_command.hpp"
#include "tools/omsctl/backup/backup_command.hpp"
#include "tools/omsctl/completion/completion_command.hpp"
#include "tools/omsctl/erase/erase_command.hpp"
#include "tools/omsctl/export/export_command.hpp"
#include "tools/omsctl/import/import_command.hpp"
#include "tools/omsctl/inspect/inspect_command.hpp"
#include "tools/omsctl/live/live_command.hpp"
#include "tools/omsctl/whatif/whatif_command.hpp"
#include "tools/replay/replay_command.hpp"
#include "tools/scenario/scenario_command.hpp"
#include "tools/simulation/simulation_command.hpp"

namespace oms::omsctl {

void add_commands(CLI::App& app, int& exit_code) {
  // Their order is that of the help and the man page.
  app.require_subcommand(1);
  scenario::add_scenario(app, exit_code);
  replay::add_replay(app, exit_code);
  simulation::add_simulate(app, exit_code);
  add_inspect(app, exit_code);
  add_import(app, exit_code);
  add_export_state(app, exit_code);
  add_audit(app, exit_code);
  // After `add_audit`: it adds `audit tail` to that subcommand.
  add_live(app, exit_code);
  add_backup(app, exit_code);
  add_whatif(app, exit_code);
  add_erase(app, exit_code);
  // Its callbacks walk `app` only when they run, so what is added later is
  // described too.
  add_complete(app, exit_code);
}

}  // namespace oms::omsctl
