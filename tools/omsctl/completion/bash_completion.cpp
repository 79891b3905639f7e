#include <fmt/core.h>

#include "tools/omsctl/completion/completion.hpp"
#include "tools/omsctl/completion/quoting.hpp"

namespace oms::omsctl {

namespace {

/// The line that answers with what an argument may be.
std::string answer_of(const text::command_option& option) {
  if (!option.choices.empty())
    return fmt::format("_omsctl_words \"{}\"", words_of(option.choices));
  switch (option.argument) {
    case text::argument_kind::directory:
      return "_omsctl_files -d";
    case text::argument_kind::file:
      return "_omsctl_files -f";
    case text::argument_kind::any:
    case text::argument_kind::none:
      break;
  }
  return "";
}

std::string option_words(const text::command_tree& at) {
  std::string out;
  for (const auto& option : at.options)
    out += (out.empty() ? "" : " ") + words_of(option.names);
  return out;
}

/// What may stand where no option is being written.
std::string other_answer(const text::command_tree& at) {
  if (!at.subcommands.empty()) {
    std::vector<std::string> names;
    for (const auto& each : at.subcommands) names.push_back(each.name);
    return fmt::format("_omsctl_words \"{}\"", words_of(names));
  }
  if (!at.positionals.empty()) return answer_of(at.positionals.front());
  return fmt::format("_omsctl_words \"{}\"", option_words(at));
}

std::string or_nothing(const std::string& answer) {
  return answer.empty() ? ":" : answer;
}

constexpr std::string_view head = R"(# Completion of omsctl for bash; made by
# `omsctl completion bash`.

_omsctl_words() {
  mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur")
}

_omsctl_files() {
  compopt -o filenames 2> /dev/null
  mapfile -t COMPREPLY < <(compgen "$1" -- "$cur")
}

_omsctl() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev= path=omsctl word i
  ((COMP_CWORD > 0)) && prev=${COMP_WORDS[COMP_CWORD - 1]}
  COMPREPLY=()
  # "--what=x" comes as three words.
  if [[ $cur == "=" ]]; then
    cur=
  elif [[ $prev == "=" && COMP_CWORD -gt 1 ]]; then
    prev=${COMP_WORDS[COMP_CWORD - 2]}
  fi
)";

}  // namespace

std::string bash_completion(const text::command_tree& root) {
  std::string out(head);
  const auto all = text::all_of(root);

  out += "  for ((i = 1; i < COMP_CWORD; ++i)); do\n";
  out += "    word=${COMP_WORDS[i]}\n    case \"$path $word\" in\n";
  for (const auto* at : all)
    if (at != &root)
      out += fmt::format("      \"{}\") path=\"$path $word\" ;;\n", at->path);
  out += "    esac\n  done\n";

  out += "  case \"$path $prev\" in\n";
  for (const auto* at : all)
    for (const auto& option : at->options) {
      if (option.argument == text::argument_kind::none) continue;
      for (const auto& name : option.names)
        out += fmt::format("    \"{} {}\") {}; return ;;\n", at->path, name,
                           or_nothing(answer_of(option)));
    }
  out += "  esac\n";

  out += "  case $path in\n";
  for (const auto* at : all)
    out += fmt::format(
        "    \"{}\")\n"
        "      if [[ $cur == -* ]]; then\n"
        "        _omsctl_words \"{}\"\n"
        "      else\n"
        "        {}\n"
        "      fi ;;\n",
        at->path, option_words(*at), or_nothing(other_answer(*at)));
  return out + "  esac\n}\n\ncomplete -F _omsctl omsctl\n";
}

}  // namespace oms::omsctl
