#include "tools/omsctl/live/live_command.hpp"

#include <CLI/CLI.hpp>
#include <memory>

#include "tools/omsctl/live/quote_command.hpp"
#include "tools/omsctl/live/show_live.hpp"
#include "tools/text/command_line.hpp"

namespace oms::omsctl {

namespace {

constexpr const char* live_footer =
    "Exit code: 0 shown; 1 not found or refused; 2 wrong usage, or no answer.";

// A subcommand that shows one page of the API. The texts come from the server,
// so that they fit its version.
CLI::App* add_page(CLI::App& app, const char* name, const char* help,
                   const std::shared_ptr<showing_options>& options) {
  auto* command = app.add_subcommand(name, help);
  options->command = std::string("omsctl ") + name;
  add_server_options(*command, options->server);
  command->add_flag("--json", options->json, "Print JSON");
  command->footer(live_footer);
  return command;
}

void add_waiting(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<showing_options>();
  const auto sku = std::make_shared<std::string>();
  auto* command = add_page(app, "waiting",
                           "List a SKU's backorder queue, in order", options);
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
               "List the engine's actors, and how long messages wait", options);
  command->add_option("KIND", which->kind,
                      "List the actors of this kind: order, location, "
                      "supplier, waitingLine, directory, router, network, "
                      "journal, checkpointer, shipmentRegistry, "
                      "reservationKeeper, deadlines, consolidator");
  command->add_option("ID", which->id,
                      "Print the state of one actor as JSON: an order, "
                      "location, supplier or product by its id, a waitingLine "
                      "by its SKU, a shard by its number");
  command->add_option("--brand", which->brand, "Brand of the order");
  command->callback([options, which, &exit_code] {
    http_question question{"/v1/admin/actors", {}};
    if (!which->id.empty()) {
      question.path += '/' + encoded(which->kind) + '/' + encoded(which->id);
      if (!which->brand.empty())
        question.query.emplace_back("brand", which->brand);
      // The server has no text for the state of one actor.
      options->json = true;
    } else if (!which->kind.empty()) {
      question.query.emplace_back("kind", which->kind);
    }
    exit_code = show_live(*options, {{question, ""}});
  });
}

// A subcommand that shows events of one kind, from a sequence on.
void add_events(CLI::App& app, const char* name, const char* help,
                int& exit_code) {
  const auto options = std::make_shared<showing_options>();
  const auto after = std::make_shared<std::string>();
  const auto limit = std::make_shared<std::string>("50");
  auto* command = add_page(app, name, help, options);
  // Numbers are passed on as text: the server checks them, and its message
  // names the parameter.
  command->add_option("--after", *after, "Only events after this sequence");
  command->add_option("--limit", *limit, "Number of events, at most 1,000")
      ->capture_default_str();
  const auto open = std::make_shared<bool>(false);
  if (std::string_view(name) == "alerts")
    command->add_flag("--open", *open, "Only alerts that are open");
  command->callback([options, after, limit, open,
                     path = "/v1/" + std::string(name), &exit_code] {
    http_question question{path, {{"limit", *limit}}};
    if (!after->empty()) question.query.emplace_back("after", *after);
    if (*open) question.query.emplace_back("open", "true");
    exit_code = show_live(*options, {{question, ""}});
  });
}

void add_routing(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<showing_options>();
  const auto brand = std::make_shared<std::string>();
  auto* command = add_page(app, "routing", "Show the routing rules", options);
  command->add_option("--brand", *brand, "Rules of this brand");
  command->callback([options, brand, &exit_code] {
    http_question question{"/v1/routing", {}};
    if (!brand->empty()) question.query.emplace_back("brand", *brand);
    exit_code = show_live(*options, {{question, ""}});
  });
}

void add_top(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<top_options>();
  auto* command =
      app.add_subcommand("top", "Watch a running omsd; quit with q or Ctrl-C");
  add_server_options(*command, options->server);
  const auto seconds = std::make_shared<double>(1);
  command->add_option("--interval", *seconds, "Seconds between refreshes")
      ->capture_default_str()
      ->check(CLI::Range(0.1, 3'600.0));
  command->add_flag("--once", options->once,
                    "Print one snapshot and exit, as without a terminal");
  command->footer(
      "Rates cover the last interval, percentiles the last ten. While the\n"
      "server does not answer, top keeps the last values and goes on asking.\n"
      "Exit code: 0 quit; 1 refused; 2 wrong usage, or no first answer.");
  command->callback([options, seconds, &exit_code] {
    options->interval =
        std::chrono::milliseconds(static_cast<std::int64_t>(*seconds * 1'000));
    exit_code = top_command(*options);
  });
}

void add_tail(CLI::App& audit, int& exit_code) {
  const auto options = std::make_shared<tail_options>();
  auto* command = audit.add_subcommand(
      "tail", "Follow the trail of a running omsd; quit with Ctrl-C");
  add_server_options(*command, options->server);
  command->add_option(
      "--after", options->after,
      "Start after this sequence (default: the last 10 events)");
  command->add_option("--limit", options->limit, "Stop after this many events");
  command->add_flag("--json", options->json, "Print one JSON object per line");
  command->footer(
      "If the server goes away, tail waits for it.\n"
      "Exit code: 0 ended by Ctrl-C or --limit; 1 refused; 2 wrong usage, or\n"
      "no first answer.");
  command->callback(
      [options, &exit_code] { exit_code = tail_command(*options); });
}

}  // namespace

void add_live(CLI::App& app, int& exit_code) {
  add_waiting(app, exit_code);
  add_actors(app, exit_code);
  add_events(app, "alerts", "List alerts: what needs attention", exit_code);
  add_events(app, "notifications", "List notifications to send to customers",
             exit_code);
  add_routing(app, exit_code);
  add_quote(app, exit_code);
  add_top(app, exit_code);
  // With the other subcommands of the trail, although it asks a server and they
  // read a store.
  add_tail(*app.get_subcommand("audit"), exit_code);
}

}  // namespace oms::omsctl
