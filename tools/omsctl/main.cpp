// omsctl: the engine from the command line.
//
// Each subcommand has a folder beside this file, and sets the exit code.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>
#include <vector>

#include "tools/omsctl/commands.hpp"
#include "tools/omsctl/completion/unknown_subcommand.hpp"
#include "tools/omsctl/token/token_command.hpp"
#include "tools/text/command_line.hpp"
#include "tools/text/exit_codes.hpp"
#include "tools/text/output_check.hpp"
#include "tools/text/signals.hpp"
#include "tools/text/version.hpp"

namespace {

int run(int argc, char** argv) {
  using namespace oms;
  CLI::App app("Inspect and operate an order management engine", "omsctl");
  app.set_version_flag("--version", "omsctl " + std::string(text::version()),
                       "Print the version");
  int exit_code = text::exit_ok;
  omsctl::add_commands(app, exit_code);
  omsctl::add_token(app, exit_code);
  const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0),
                                           argv + argc);
  // CLI11 would take an unknown subcommand for an unexpected argument and name
  // no near one, so it is looked for before the parse.
  if (const auto wrong =
          omsctl::unknown_subcommand(text::tree_of(app), arguments)) {
    std::fprintf(stderr, "%s\n", wrong->c_str());
    return text::exit_usage;
  }
  // The callbacks run inside the parse; `exit_code` is what they set.
  return text::parse_command_line(app, argc, argv).value_or(exit_code);
}

}  // namespace

int main(int argc, char** argv) {
  oms::text::ignore_file_size_signal();
  return oms::text::with_output_checked("omsctl",
                                        [&] { return run(argc, argv); });
}
