#pragma once

/// The command line as a tree of plain values.
///
/// Purpose: what completions and the man page are made of, taken from the
/// parser itself, so that they can't say anything else. Owner: values.
/// Threads: no shared state.

#include <CLI/App.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace oms::text {

/// What may stand behind an option, or in a positional's place.
enum class argument_kind : std::uint8_t { none, any, file, directory };

struct command_option {
  /// "--store", "-h"; none of a positional.
  std::vector<std::string> names;
  /// "ID" of a positional.
  std::string positional;
  std::string description;
  argument_kind argument = argument_kind::none;
  /// "DIR"; or, where only some are allowed, "{csv,json}".
  std::string argument_name;
  /// The only ones that are allowed; empty: any.
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

/// A tree and all below it, each before its subcommands.
[[nodiscard]] std::vector<const command_tree*> all_of(const command_tree& root);

}  // namespace oms::text
