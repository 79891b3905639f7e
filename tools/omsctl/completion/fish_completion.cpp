#include <fmt/core.h>

#include "tools/omsctl/completion/completion.hpp"
#include "tools/omsctl/completion/quoting.hpp"

namespace oms::omsctl {

namespace {

std::string fish_text(std::string_view text) {
  return "'" + escaped(text, "'\\") + "'";
}

/// Options of `complete` that say what an argument may be.
std::string argument_of(const text::command_option& option) {
  if (!option.choices.empty())
    return " -x -a " + fish_text(words_of(option.choices));
  switch (option.argument) {
    case text::argument_kind::directory:
      return " -x -a '(__fish_complete_directories)'";
    case text::argument_kind::file:
      return " -r -F";
    case text::argument_kind::any:
      return " -x";
    case text::argument_kind::none:
      break;
  }
  return "";
}

std::string line_of(const text::command_tree& at, const std::string& what,
                    const std::string& description) {
  return fmt::format("complete -c omsctl -n '__omsctl_at {}'{} -d {}\n",
                     at.path, what, fish_text(in_short(description)));
}

std::string name_of(const std::string& option) {
  return option.starts_with("--") ? " -l " + option.substr(2)
                                  : " -s " + option.substr(1);
}

}  // namespace

std::string fish_completion(const text::command_tree& root) {
  std::string out =
      "# Completion of omsctl for fish; made by\n"
      "# `omsctl completion fish`.\n\n"
      "function __omsctl_at\n"
      "    set -l path omsctl\n"
      "    for word in (commandline -opc)[2..-1]\n"
      "        switch \"$path $word\"\n            case";
  const auto all = text::all_of(root);
  for (const auto* at : all)
    if (at != &root) out += " " + fish_text(at->path);
  out +=
      "\n                set path \"$path $word\"\n"
      "        end\n    end\n"
      "    test \"$path\" = \"$argv\"\nend\n\n"
      "complete -c omsctl -f\n";
  for (const auto* at : all) {
    for (const auto& each : at->subcommands)
      out += line_of(*at, " -a " + fish_text(each.name), each.description);
    for (const auto& option : at->options) {
      std::string names;
      for (const auto& name : option.names) names += name_of(name);
      out += line_of(*at, names + argument_of(option), option.description);
    }
    for (const auto& each : at->positionals) {
      if (!each.choices.empty())
        out += line_of(*at, " -a " + fish_text(words_of(each.choices)),
                       each.description);
      else if (each.argument == text::argument_kind::file)
        out += line_of(*at, " -F", each.description);
    }
  }
  return out;
}

}  // namespace oms::omsctl
