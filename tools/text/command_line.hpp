#pragma once

/// What the command lines of omsctl and omsd have in common.
///
/// Purpose: a wrong command line is answered in words that a terminal can be
/// given, whatever stands on it; the checks that CLI11 lacks. Owner: pure
/// functions. Threads: one.

#include <CLI/CLI.hpp>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace oms::text {

/// Parses, which runs the callbacks. An exit code if the program ends with it:
/// help was asked for, or the command line is wrong.
[[nodiscard]] std::optional<int> parse_command_line(CLI::App& app, int argc,
                                                    char** argv);

/// A whole number in digits. CLI11 takes "-1" for the greatest number, and what
/// is too great for the greatest that fits.
[[nodiscard]] CLI::Validator whole(
    std::uint64_t least = 0,
    std::uint64_t most = std::numeric_limits<std::uint64_t>::max());

inline constexpr const char* store_help =
    "Folder of the store (the one with data.mdb)";
/// `--store DIR`, which a command can't do without.
void add_store_option(CLI::App& command, std::string& store);

/// What names something, see messages/text_rules.hpp.
[[nodiscard]] CLI::Validator an_id();
[[nodiscard]] CLI::Validator an_id_or_nothing();

}  // namespace oms::text
