/// omsctl: the engine from the command line.
///
/// Each subcommand has a folder beside this file, and sets the exit code.

#include <CLI/CLI.hpp>
#include <csignal>

#include "tools/commands.hpp"
#include "tools/server/token_command.hpp"

int main(int argc, char** argv) {
  // A write beyond the limit on file size then fails like one on a full disk.
  std::signal(SIGXFSZ, SIG_IGN);
  CLI::App app("Looks after an order management engine", "omsctl");
  int exit_code = 0;
  oms::tools::add_commands(app, exit_code);
  oms::tools::add_token(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& failure) {
    // Asking for help is no error; a wrong command line is bad input.
    return app.exit(failure) == 0 ? 0 : 2;
  }
  return exit_code;
}
