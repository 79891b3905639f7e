#include "tools/replay/command.hpp"

#include <CLI/CLI.hpp>

namespace oms::tools {

void add_replay(CLI::App& app, int& exit_code) {
  app.add_subcommand("replay", "Play order files through a simulated engine")
      ->callback([&exit_code] { exit_code = 2; });
}

}  // namespace oms::tools
