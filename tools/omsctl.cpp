/// omsctl: the engine from the command line.
///
/// Each subcommand has a folder beside this file, and sets the exit code.

#include <CLI/CLI.hpp>

#include "tools/audit/command.hpp"
#include "tools/erase/command.hpp"
#include "tools/inspect/command.hpp"
#include "tools/live/command.hpp"
#include "tools/replay/command.hpp"
#include "tools/scenario/command.hpp"
#include "tools/server/token_command.hpp"
#include "tools/simulation/command.hpp"
#include "tools/store/backup_command.hpp"
#include "tools/whatif/command.hpp"

int main(int argc, char** argv) {
  CLI::App app("Looks after an order management engine", "omsctl");
  app.require_subcommand(1);
  int exit_code = 0;
  oms::tools::add_scenario(app, exit_code);
  oms::tools::add_replay(app, exit_code);
  oms::tools::add_simulate(app, exit_code);
  oms::tools::add_inspect(app, exit_code);
  oms::tools::add_audit(app, exit_code);
  oms::tools::add_live(app, exit_code);
  oms::tools::add_backup(app, exit_code);
  oms::tools::add_whatif(app, exit_code);
  oms::tools::add_erase(app, exit_code);
  oms::tools::add_token(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& failure) {
    // Asking for help is no error; a wrong command line is bad input.
    return app.exit(failure) == 0 ? 0 : 2;
  }
  return exit_code;
}
