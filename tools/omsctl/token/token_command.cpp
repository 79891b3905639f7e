#include "tools/omsctl/token/token_command.hpp"

#include <fmt/core.h>

#include <memory>

#include "tools/files/access.hpp"
#include "tools/text/console.hpp"

namespace oms::omsctl {

namespace {

struct token_options {
  std::string file;
  std::string name;
  std::vector<std::string> roles;
  std::vector<std::string> brands;
};

int make_token(const token_options& options) {
  files::access of{.name = options.name, .roles = {}, .brands = {}};
  for (const auto& name : options.roles)
    of.roles.push_back(*files::role_named(name));
  for (const auto& brand : options.brands) of.brands.emplace_back(brand);
  const auto token = files::new_token();
  if (const auto added = files::access_list::add(options.file, of, token);
      !added) {
    fmt::print(stderr, "omsctl token: {}\n",
               text::harmless(added.failure().message));
    return text::exit_usage;
  }
  fmt::print("{}\n", token);
  fmt::print(stderr,
             "This is shown once; {} keeps its hash. Restart omsd to have it "
             "known.\n",
             text::harmless_line(options.file));
  return text::exit_ok;
}

}  // namespace

void add_token(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<token_options>();
  auto* command = app.add_subcommand(
      "token", "Make a token for a caller of omsd, and print it once");
  command
      ->add_option("--tokens", options->file,
                   "The file that omsd reads; made when it is not there")
      ->required();
  command
      ->add_option("--name", options->name,
                   "Who it is for, in the audit trail and the call log; one "
                   "token per name")
      ->required();
  command
      ->add_option("--role", options->roles,
                   "read, operate, stock or admin; more than once")
      ->required()
      ->check(CLI::IsMember({"read", "operate", "stock", "admin"}));
  command->add_option("--brand", options->brands,
                      "Only for this brand; more than once; all without it");
  command->footer(
      "Exit code: 0 made, 2 the name is taken or not allowed, or the file "
      "can't "
      "be read or written.");
  command->callback(
      [options, &exit_code] { exit_code = make_token(*options); });
}

}  // namespace oms::omsctl
