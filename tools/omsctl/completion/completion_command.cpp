#include "tools/omsctl/completion/completion_command.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "tools/omsctl/completion/completion.hpp"
#include "tools/text/command_tree.hpp"
#include "tools/text/man_page.hpp"

namespace oms::omsctl {

int completion_command(const CLI::App& app, const std::string& shell,
                       const text::console& to) {
  const auto root = text::tree_of(app);
  fmt::print(to.out, "{}",
             shell == "zsh"    ? zsh_completion(root)
             : shell == "fish" ? fish_completion(root)
                               : bash_completion(root));
  return text::exit_ok;
}

int man_command(const CLI::App& app, const text::console& to) {
  fmt::print(to.out, "{}", text::man_page(text::tree_of(app)));
  return text::exit_ok;
}

void add_complete(CLI::App& app, int& exit_code) {
  auto* completion = app.add_subcommand(
      "completion", "Print a shell completion script for omsctl");
  const auto shell = std::make_shared<std::string>();
  completion->add_option("SHELL", *shell, "Shell to complete in")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  completion->footer(
      "bash: source <(omsctl completion bash)\n"
      "zsh:  source <(omsctl completion zsh), after compinit\n"
      "fish: omsctl completion fish | source");
  completion->callback([&app, shell, &exit_code] {
    exit_code = completion_command(app, *shell);
  });
  auto* man = app.add_subcommand("man", "Print the man page");
  man->footer("omsctl man > omsctl.1; man -l omsctl.1");
  man->callback([&app, &exit_code] { exit_code = man_command(app); });
}

}  // namespace oms::omsctl
