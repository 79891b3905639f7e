#pragma once

/// What the command lines of omsctl and omsd share: parsing, with messages that
/// a terminal may be given whatever is on the command line, and checks that
/// CLI11 lacks.

#include <CLI/CLI.hpp>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace oms::text {

/// Parses, which runs the callbacks. Returns an exit code if the program ends
/// with it: help was asked for, or the command line is wrong.
[[nodiscard]] std::optional<int> parse_command_line(CLI::App& app, int argc,
                                                    char** argv);

/// A whole number in digits. CLI11 would take "-1" for the largest number, and
/// a number that is too large for the largest that fits.
[[nodiscard]] CLI::Validator whole(
    std::uint64_t least = 0,
    std::uint64_t most = std::numeric_limits<std::uint64_t>::max());

inline constexpr const char* store_help =
    "Folder of the store (the one with data.mdb)";
/// Adds `--store DIR` as a required option.
void add_store_option(CLI::App& command, std::string& store);

/// Checks an id as messages/text_rules.hpp has it; with `or_nothing` it may be
/// empty.
[[nodiscard]] CLI::Validator an_id();
[[nodiscard]] CLI::Validator an_id_or_nothing();

}  // namespace oms::text
