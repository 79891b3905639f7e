#include "tools/omsctl/token/token_command.hpp"

#include <fmt/core.h>

#include <memory>

#include "tools/files/access.hpp"
#include "tools/files/output_file.hpp"
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
    // The parser has let only names of roles through.
    of.roles.push_back(*files::role_named(name));
  for (const auto& brand : options.brands) of.brands.emplace_back(brand);
  const auto token = files::new_token();
  // It goes alone to standard output, for `TOKEN=$(omsctl token ...)`. If it
  // can't be written there, the token is lost, and its hash would only block
  // the name.
  const auto hand_out = [&token]() -> status {
    auto out = files::output_file::open({}, stdout);
    if (!out) return out.failure();
    files::put(out->stream(), token + "\n");
    return out->finish();
  };
  if (const auto added =
          files::access_list::add(options.file, of, token, hand_out);
      !added) {
    fmt::print(stderr, "omsctl token: {}\n",
               text::harmless(added.failure().message));
    return text::exit_usage;
  }
  fmt::print(stderr,
             "The token is not shown again; {} keeps only its hash. Restart "
             "omsd to load it.\n",
             text::harmless_line(options.file));
  return text::exit_ok;
}

}  // namespace

void add_token(CLI::App& app, int& exit_code) {
  // Shared with the callback, which the parser runs after this function has
  // returned.
  auto options = std::make_shared<token_options>();
  auto* command = app.add_subcommand(
      "token", "Create a token for a caller of omsd and print it once");
  command
      ->add_option(
          "--tokens", options->file,
          "File of tokens that omsd reads; created if it does not exist")
      ->required();
  command
      // Required: it is the author in the trail of calls without an X-Actor.
      ->add_option("--name", options->name,
                   "Name of the caller in the audit trail and the call log; "
                   "unique within the file")
      ->required();
  command
      ->add_option("--role", options->roles,
                   "Role of the caller; may be repeated")
      ->required()
      ->check(CLI::IsMember({"read", "operate", "stock", "admin"}));
  command->add_option(
      "--brand", options->brands,
      "Only for this brand; may be repeated (default: all brands)");
  command->footer(
      "Exit code: 0 created; 2 the name is taken or not allowed, or the file\n"
      "or standard output can't be written: a token that was printed then is\n"
      "not valid.");
  command->callback(
      [options, &exit_code] { exit_code = make_token(*options); });
}

}  // namespace oms::omsctl
