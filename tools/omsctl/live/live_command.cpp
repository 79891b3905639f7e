#include "tools/omsctl/live/live_command.hpp"

#include <CLI/CLI.hpp>
#include <memory>

#include "tools/omsctl/live/show_live.hpp"
#include "tools/text/command_line.hpp"

namespace oms::omsctl {

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
  command->add_option("SKU", *sku, "The SKU")->required()->check(text::an_id());
  command->callback([options, sku, &exit_code] {
    exit_code = show_live(
        *options, {{{"/v1/stock/" + encoded(*sku) + "/waiting", {}}, ""}});
  });
}

void add_actors(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<showing_options>();
  struct named {
    std::string kind;
    std::string id;
    std::string brand;
  };
  const auto which = std::make_shared<named>();
  auto* command =
      add_page(app, "actors",
               "Show the engine's actors, and how long messages wait", options);
  command->add_option("KIND", which->kind,
                      "order, location, supplier, waitingLine, directory, "
                      "router, network, journal, checkpointer, "
                      "shipmentRegistry, deadlines");
  command->add_option("ID", which->id,
                      "What this one keeps, as JSON: of an order, a location, "
                      "a supplier, the waitingLine of a SKU, a product, or a "
                      "shard by its number");
  command->add_option("--brand", which->brand, "The order's brand");
  command->callback([options, which, &exit_code] {
    http_question question{"/v1/admin/actors", {}};
    if (!which->id.empty()) {
      question.path += '/' + encoded(which->kind) + '/' + encoded(which->id);
      if (!which->brand.empty())
        question.query.emplace_back("brand", which->brand);
      options->json = true;
    } else if (!which->kind.empty()) {
      question.query.emplace_back("kind", which->kind);
    }
    exit_code = show_live(*options, {{question, ""}});
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

void add_top(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<top_options>();
  auto* command =
      app.add_subcommand("top", "Watch a running omsd; q or Ctrl-C ends it");
  add_server_options(*command, options->server);
  const auto seconds = std::make_shared<double>(1);
  command->add_option("--interval", *seconds, "Seconds between two looks")
      ->capture_default_str()
      ->check(CLI::Range(0.1, 3'600.0));
  command->add_flag("--once", options->once,
                    "Print one snapshot, as without a terminal");
  command->footer(
      "Rates are of the last interval, percentiles of the last ten. While\n"
      "there is no answer it goes on asking and shows what was there.\n"
      "Exit code: 0 ended, 1 refused, 2 wrong usage or no answer at first.");
  command->callback([options, seconds, &exit_code] {
    options->interval =
        std::chrono::milliseconds(static_cast<std::int64_t>(*seconds * 1'000));
    exit_code = top_command(*options);
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
  add_actors(app, exit_code);
  add_events(app, "alerts", "Show what somebody should look at", exit_code);
  add_events(app, "notifications", "Show what customers are to be told",
             exit_code);
  add_routing(app, exit_code);
  add_top(app, exit_code);
  add_tail(*app.get_subcommand("audit"), exit_code);
}

}  // namespace oms::omsctl
