#pragma once

/// The command line as a tree of plain values, taken from the parser itself.
/// Completions and the man page are made from it, so they can't say anything
/// else than the help.

#include <CLI/App.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace oms::text {

/// What may follow an option, or be in a positional's place.
enum class argument_kind : std::uint8_t { none, any, file, directory };

struct command_option {
  /// "--store", "-h"; empty for a positional.
  std::vector<std::string> names;
  /// "ID"; empty for an option.
  std::string positional;
  std::string description;
  argument_kind argument = argument_kind::none;
  /// "DIR", or "{csv,json}" if only some words are allowed.
  std::string argument_name;
  /// The words that are allowed; empty: any.
  std::vector<std::string> choices;
  bool required = false;
  bool repeated = false;
};

struct command_tree {
  /// "omsctl audit verify".
  std::string path;
  std::string name;
  std::string description;
  std::string footer;
  std::vector<command_option> options;
  std::vector<command_option> positionals;
  std::vector<command_tree> subcommands;
};

[[nodiscard]] command_tree tree_of(const CLI::App& app);

/// The tree and everything below it, each subcommand after its parent.
[[nodiscard]] std::vector<const command_tree*> all_of(const command_tree& root);

}  // namespace oms::text
