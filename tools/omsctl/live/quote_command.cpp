#include "tools/omsctl/live/quote_command.hpp"

#include <fmt/core.h>
#include <CLI/CLI.hpp>

#include <charconv>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "messages/text_rules.hpp"
#include "tools/json/fields.hpp"
#include "tools/json/value.hpp"
#include "tools/omsctl/live/show_live.hpp"
#include "tools/text/command_line.hpp"
#include "tools/text/quote_text.hpp"

namespace oms::omsctl {

namespace {

struct quote_options {
  showing_options showing;
  /// "SKU=2"; the quantity is 1 where it is left out.
  std::vector<std::string> lines;
  std::string brand;
  std::string country;
  std::optional<double> latitude;
  std::optional<double> longitude;
  std::string service;
  std::string reservation;
  std::vector<std::string> objectives;
  bool alternatives = false;
};

// What is wrong with it the server says, with the path of the fault.
json::value body_of(const quote_options& options) {
  json::value body = json::value::object();
  body["lines"] = json::value::array();
  for (const auto& each : options.lines) {
    const auto equals = each.rfind('=');
    json::value line{{"sku", each.substr(0, equals)}, {"quantity", 1}};
    if (equals != std::string::npos) {
      const auto text = each.substr(equals + 1);
      std::int64_t units = 0;
      const auto read =
          std::from_chars(text.data(), text.data() + text.size(), units);
      if (read.ec == std::errc{} && read.ptr == text.data() + text.size())
        line["quantity"] = units;
      else
        line["quantity"] = text;
    }
    body["lines"].push_back(std::move(line));
  }
  auto to = json::value::object();
  if (!options.country.empty()) to["country"] = options.country;
  if (options.latitude) to["latitude"] = *options.latitude;
  if (options.longitude) to["longitude"] = *options.longitude;
  if (!to.empty()) body["shipTo"] = std::move(to);
  if (!options.brand.empty()) body["brand"] = options.brand;
  if (!options.service.empty())
    body["shipping"] = {{"service", options.service}};
  if (!options.reservation.empty()) body["reservation"] = options.reservation;
  if (!options.objectives.empty()) body["objectives"] = options.objectives;
  if (options.alternatives) body["alternatives"] = true;
  return body;
}

int quote_command(const quote_options& options, const text::console& to = {}) {
  const auto& showing = options.showing;
  auto server = http_client::open(with_environment(showing.server));
  if (!server) return say_failure(showing.command, server.failure(), to);
  const auto answer = (*server)->send({.method = "POST",
                                       .path = "/v1/quotes",
                                       .body = json::one_line(body_of(options)),
                                       .by = "",
                                       .key = ""});
  if (!answer) return say_failure(showing.command, answer.failure(), to);
  if (!answer->is_good()) return say_problem(showing.command, *answer, to);
  if (showing.json) {
    fmt::print(to.out, "{}\n", printable_json(answer->body));
    return text::exit_ok;
  }
  quote_view quote;
  json::faults faults;
  const auto read = json::parse_text(answer->body);
  if (read) json::read(json::node(*read, "", faults), quote);
  if (!read || !faults.empty())
    return say_failure(showing.command,
                       {error_code::invalid,
                        "the server's answer is of another version; use --json",
                        {}},
                       to);
  fmt::print(
      to.out, "{}",
      text::harmless(text::quote_text(quote, text::palette(to.out)), true));
  return text::exit_ok;
}

}  // namespace

void add_quote(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<quote_options>();
  auto* command = app.add_subcommand(
      "quote", "Show what would ship for a cart, from where and when");
  options->showing.command = "omsctl quote";
  add_server_options(*command, options->showing.server);
  command
      ->add_option("LINE", options->lines,
                   "A SKU, or SKU=QUANTITY; several make a cart")
      ->required()
      ->type_name("SKU=QUANTITY");
  command->add_option("--brand", options->brand, "Brand of the shop");
  command->add_option("--country", options->country, "Where it goes");
  command->add_option("--latitude", options->latitude, "Where it goes");
  command->add_option("--longitude", options->longitude, "Where it goes");
  command->add_option("--service", options->service, "The shipping service");
  command->add_option("--reservation", options->reservation,
                      "The cart's reservation, whose units come first");
  command->add_option("--objective", options->objectives,
                      "Plan by this objective instead of the rules; several "
                      "in their order");
  command->add_flag("--alternatives", options->alternatives,
                    "Show other plans too, with what they cost");
  command->add_flag("--json", options->showing.json, "Print JSON");
  command->footer(
      "Exit code: 0 shown; 1 refused; 2 wrong usage, or no answer.");
  command->callback(
      [options, &exit_code] { exit_code = quote_command(*options); });
}

}  // namespace oms::omsctl
