#include "tools/live/command.hpp"

#include <CLI/CLI.hpp>
#include <memory>

#include "tools/live/show.hpp"

namespace oms::tools {

namespace {

constexpr const char* footer =
    "Exit code: 0 shown, 1 not found or refused, 2 wrong usage or no answer.";

/// A command that shows one path of the API.
CLI::App* add_page(CLI::App& app, const char* name, const char* help,
                   const std::shared_ptr<showing_options>& options) {
  auto* command = app.add_subcommand(name, help);
  options->command = std::string("omsctl ") + name;
  add_server_options(*command, options->server);
  command->add_flag("--json", options->json, "Print JSON");
  command->footer(footer);
  return command;
}

void add_waiting(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<showing_options>();
  const auto sku = std::make_shared<std::string>();
  auto* command = add_page(app, "waiting",
                           "Show who waits for a SKU, in their order", options);
  command->add_option("SKU", *sku, "The SKU")->required();
  command->callback([options, sku, &exit_code] {
    exit_code = show_live(
        *options, {{{"/v1/stock/" + encoded(*sku) + "/waiting", {}}, ""}});
  });
}

/// Events of one kind, from a sequence on.
void add_events(CLI::App& app, const char* name, const char* help,
                int& exit_code) {
  const auto options = std::make_shared<showing_options>();
  const auto after = std::make_shared<std::string>();
  const auto limit = std::make_shared<std::string>("50");
  auto* command = add_page(app, name, help, options);
  command->add_option("--after", *after, "Only behind this sequence");
  command->add_option("--limit", *limit, "At most so many, up to 1,000")
      ->capture_default_str();
  command->callback(
      [options, after, limit, path = "/v1/" + std::string(name), &exit_code] {
        http_question question{path, {{"limit", *limit}}};
        if (!after->empty()) question.query.emplace_back("after", *after);
        exit_code = show_live(*options, {{question, ""}});
      });
}

void add_routing(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<showing_options>();
  const auto brand = std::make_shared<std::string>();
  auto* command = add_page(app, "routing", "Show the routing rules", options);
  command->add_option("--brand", *brand, "Those of this brand");
  command->callback([options, brand, &exit_code] {
    http_question question{"/v1/routing", {}};
    if (!brand->empty()) question.query.emplace_back("brand", *brand);
    exit_code = show_live(*options, {{question, ""}});
  });
}

void add_tail(CLI::App& audit, int& exit_code) {
  const auto options = std::make_shared<tail_options>();
  auto* command = audit.add_subcommand(
      "tail", "Follow the trail of a running omsd; Ctrl-C ends it");
  add_server_options(*command, options->server);
  command->add_option("--after", options->after,
                      "Begin behind this sequence (default: the last 10)");
  command->add_option("--limit", options->limit, "End after so many events");
  command->add_flag("--json", options->json, "Print a JSON object per line");
  command->footer(
      "While the server can't be reached it waits for it.\n"
      "Exit code: 0 ended by Ctrl-C or --limit, 1 refused, 2 wrong usage or\n"
      "no answer to the first question.");
  command->callback(
      [options, &exit_code] { exit_code = tail_command(*options); });
}

}  // namespace

void add_live(CLI::App& app, int& exit_code) {
  add_waiting(app, exit_code);
  add_events(app, "alerts", "Show what somebody should look at", exit_code);
  add_events(app, "notifications", "Show what customers are to be told",
             exit_code);
  add_routing(app, exit_code);
  add_tail(*app.get_subcommand("audit"), exit_code);
}

}  // namespace oms::tools
