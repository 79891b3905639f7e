#include "tools/text/command_tree.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

namespace oms::text {

namespace {

// Reads the choices from the name of the type, since CLI11 2.1 does not tell
// what a validator allows: "TEXT:{csv,json}", or "{csv->0,json->1}" of one that
// translates.
std::vector<std::string> choices_in(const std::string& type) {
  const auto begin = type.find('{');
  const auto end = type.find('}');
  std::vector<std::string> out;
  if (begin == std::string::npos || end == std::string::npos) return out;
  for (auto& each :
       CLI::detail::split(type.substr(begin + 1, end - begin - 1), ','))
    out.push_back(each.substr(0, each.find("->")));
  return out;
}

std::string joined(const std::vector<std::string>& words) {
  return CLI::detail::join(words, ",");
}

command_option option_of(const CLI::Option& from) {
  command_option out;
  for (const auto& name : from.get_snames()) out.names.push_back("-" + name);
  for (const auto& name : from.get_lnames()) out.names.push_back("--" + name);
  if (from.get_positional()) out.positional = from.get_name(true);
  out.description = from.get_description();
  out.required = from.get_required();
  out.repeated = from.get_items_expected_max() > 1;
  // A flag: it takes no argument.
  if (from.get_items_expected_max() == 0 || from.get_type_size_max() == 0)
    return out;
  const auto type = from.get_type_name();
  out.choices = choices_in(type);
  out.argument_name = out.choices.empty() ? type.substr(0, type.find(':'))
                                          : "{" + joined(out.choices) + "}";
  // By convention: commands name an argument DIR or FILE if a shell should
  // complete it so.
  out.argument = out.argument_name == "DIR"    ? argument_kind::directory
                 : out.argument_name == "FILE" ? argument_kind::file
                                               : argument_kind::any;
  return out;
}

command_tree tree_at(const CLI::App& app, const std::string& above) {
  command_tree out;
  out.name = app.get_name();
  out.path = above.empty() ? out.name : above + " " + out.name;
  out.description = app.get_description();
  out.footer = app.get_footer();
  for (const auto* option : app.get_options()) {
    // CLI11 leaves options without a group out of the help.
    if (option->get_group().empty()) continue;
    auto one = option_of(*option);
    (one.positional.empty() ? out.options : out.positionals)
        .push_back(std::move(one));
  }
  for (const auto* each :
       // Without a filter CLI11 returns only those that were parsed.
       app.get_subcommands([](const CLI::App*) { return true; }))
    out.subcommands.push_back(tree_at(*each, out.path));
  return out;
}

void add_all(const command_tree& at, std::vector<const command_tree*>& out) {
  out.push_back(&at);
  for (const auto& each : at.subcommands) add_all(each, out);
}

}  // namespace

command_tree tree_of(const CLI::App& app) { return tree_at(app, ""); }

std::vector<const command_tree*> all_of(const command_tree& root) {
  std::vector<const command_tree*> out;
  add_all(root, out);
  return out;
}

}  // namespace oms::text
