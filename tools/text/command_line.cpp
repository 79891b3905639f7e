#include "tools/text/command_line.hpp"

#include <fmt/core.h>

#include <charconv>
#include <sstream>
#include <string>

#include "messages/text_rules.hpp"
#include "tools/text/console.hpp"

namespace oms::text {

namespace {

// Validators without a description, which the help would print after every
// option.

CLI::Validator checking(std::function<std::string(std::string&)> check) {
  return CLI::Validator(std::move(check), "", "");
}

}  // namespace

std::optional<int> parse_command_line(CLI::App& app, int argc, char** argv) {
  try {
    app.parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::ParseError& failure) {
    std::ostringstream out;
    std::ostringstream err;
    // CLI11 has exit codes of its own, over 100. They are not passed on, since
    // the programs have one set (exit_codes.hpp).
    const bool good = app.exit(failure, out, err) == 0;
    fmt::print(stdout, "{}", out.str());
    // The message quotes the command line, which a script may have filled with
    // others' words. The help is the program's own.
    if (!good) fmt::print(stderr, "{}: ", app.get_name());
    fmt::print(stderr, "{}", harmless(err.str()));
    // A wrong command line is bad input.
    return good ? exit_ok : exit_usage;
  }
}

CLI::Validator whole(std::uint64_t least, std::uint64_t most) {
  return checking([least, most](const std::string& text) {
    std::uint64_t number = 0;
    const auto* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    // All of the text must be digits: "1x" is a typing mistake, not 1.
    if (read.ec == std::errc{} && read.ptr == end && number >= least &&
        number <= most)
      return std::string();
    return fmt::format("\"{}\" is not a whole number from {} to {}",
                       harmless_line(text), least, most);
  });
}

void add_store_option(CLI::App& command, std::string& store) {
  command.add_option("--store", store, store_help)
      ->required()
      ->type_name("DIR");
}

CLI::Validator an_id() {
  return checking([](const std::string& text) {
    if (text.empty()) return std::string("must not be empty");
    return fault_of_id(text).value_or("");
  });
}

CLI::Validator an_id_or_nothing() {
  return checking(
      [](const std::string& text) { return fault_of_id(text).value_or(""); });
}

}  // namespace oms::text
