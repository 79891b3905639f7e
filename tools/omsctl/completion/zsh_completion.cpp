#include <fmt/core.h>

#include <algorithm>

#include "tools/omsctl/completion/completion.hpp"
#include "tools/omsctl/completion/quoting.hpp"

namespace oms::omsctl {

namespace {

/// "omsctl audit" has the function _omsctl_audit.
std::string function_of(const text::command_tree& at) {
  std::string name = "_" + at.path;
  std::replace(name.begin(), name.end(), ' ', '_');
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

std::string action_of(const text::command_option& option) {
  if (!option.choices.empty()) return "(" + words_of(option.choices) + ")";
  switch (option.argument) {
    case text::argument_kind::directory:
      return "_files -/";
    case text::argument_kind::file:
      return "_files";
    case text::argument_kind::any:
    case text::argument_kind::none:
      break;
  }
  return " ";
}

std::string message_of(const text::command_option& option) {
  const auto& name =
      option.positional.empty() ? option.argument_name : option.positional;
  return escaped(name.substr(0, name.find('{') == 0 ? 0 : name.size()), ":");
}

std::string spec_of(const text::command_option& option,
                    const std::string& name) {
  auto spec = option.repeated ? "*" + name : name;
  spec += "[" + escaped(in_short(option.description), "[]:\\") + "]";
  if (option.argument != text::argument_kind::none)
    spec += ":" + message_of(option) + ":" + action_of(option);
  return single_quoted(spec);
}

std::string spec_of(const text::command_option& positional) {
  return single_quoted((positional.repeated ? "*:" : ":") +
                       message_of(positional) + ":" + action_of(positional));
}

std::string body_of(const text::command_tree& at) {
  std::string out = fmt::format("{}() {{\n", function_of(at));
  const bool has_more = !at.subcommands.empty();
  if (has_more) out += "  local -a commands\n  local line state\n";
  out += has_more ? "  _arguments -C" : "  _arguments";
  for (const auto& option : at.options)
    for (const auto& name : option.names)
      out += " \\\n    " + spec_of(option, name);
  for (const auto& positional : at.positionals)
    out += " \\\n    " + spec_of(positional);
  if (!has_more) return out + "\n}\n\n";
  out +=
      " \\\n    '1: :->command' \\\n    '*:: :->arguments'\n"
      "  case $state in\n    command)\n      commands=(\n";
  for (const auto& each : at.subcommands)
    out += "        " +
           single_quoted(escaped(each.name, ":") + ":" +
                         in_short(each.description)) +
           "\n";
  out +=
      "      )\n      _describe command commands ;;\n"
      "    arguments)\n      case $line[1] in\n";
  for (const auto& each : at.subcommands)
    out += fmt::format("        {}) {} ;;\n", each.name, function_of(each));
  return out + "      esac ;;\n  esac\n}\n\n";
}

}  // namespace

std::string zsh_completion(const text::command_tree& root) {
  std::string out =
      "#compdef omsctl\n# Completion of omsctl for zsh; made by\n"
      "# `omsctl completion zsh`.\n\n";
  for (const auto* at : text::all_of(root)) out += body_of(*at);
  // Autoloaded from a folder of completions, or read by `source`.
  return out +
         "if [[ $funcstack[1] == _omsctl ]]; then\n  _omsctl \"$@\"\n"
         "else\n  compdef _omsctl omsctl\nfi\n";
}

}  // namespace oms::omsctl
