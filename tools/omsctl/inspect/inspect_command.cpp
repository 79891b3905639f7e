#include "tools/omsctl/inspect/inspect_command.hpp"

#include <CLI/CLI.hpp>
#include <memory>

#include "tools/omsctl/inspect/inspect_live.hpp"
#include "tools/text/command_line.hpp"

namespace oms::omsctl {

namespace {

constexpr const char* at_help =
    "Show the state as of this sequence (4711) or time "
    "(2026-01-05T10:00:00Z)";
constexpr const char* footer =
    "Without --store and --server, the command asks the omsd that OMS_SERVER\n"
    "names. While an engine is running, --store shows the state on disk.\n"
    "Exit code: 0 shown; 1 not found or refused, or a part can't be read;\n"
    "2 wrong usage, no answer, or the store can't be opened.";

template <class Options>
void add_common(CLI::App& command, Options& options, server_options& server) {
  auto* store = command.add_option("--store", options.store, text::store_help)
                    ->type_name("DIR");
  add_server_options(command, server);
  // Only options exclude each other: with OMS_SERVER in the environment,
  // --store still takes precedence.
  command.get_option("--server")->excludes(store);
  command.add_option("--at", options.at, at_help);
  command.add_flag("--json", options.json, "Print JSON");
  command.footer(footer);
}

// Locations and suppliers have the same options. `run` reads a store, and `ask`
// asks a server.
void add_source(CLI::App& app, const char* name, const char* help,
                int (*run)(const source_options&, const text::console&),
                int (*ask)(const server_options&, const source_options&,
                           const text::console&),
                int& exit_code) {
  auto* command = app.add_subcommand(name, help);
  const auto options = std::make_shared<source_options>();
  command->add_option("ID", options->id, std::string("Id of the ") + name)
      ->required()
      ->check(text::an_id());
  const auto server = std::make_shared<server_options>();
  add_common(*command, *options, *server);
  command->callback([options, server, run, ask, &exit_code] {
    // Without a store, the server may still be named by OMS_SERVER.
    exit_code = options->store.empty() ? ask(*server, *options, text::console{})
                                       : run(*options, text::console{});
  });
}

}  // namespace

void add_inspect(CLI::App& app, int& exit_code) {
  auto* order = app.add_subcommand("order", "Show an order and its timeline");
  const auto of_order = std::make_shared<order_options>();
  order->add_option("ID", of_order->id, "Id of the order")
      ->required()
      ->check(text::an_id());
  order
      ->add_option("--brand", of_order->brand,
                   "Brand of the order; without it, the command may have to "
                   "search all orders")
      // Empty: the order that has no brand, where others have one.
      ->check(text::an_id_or_nothing());
  const auto server = std::make_shared<server_options>();
  add_common(*order, *of_order, *server);
  order->callback([of_order, server, &exit_code] {
    exit_code = of_order->store.empty() ? live_order(*server, *of_order)
                                        : order_command(*of_order);
  });

  auto* stock = app.add_subcommand(
      "stock", "Show a SKU's stock everywhere and its backorder queue");
  const auto of_sku = std::make_shared<stock_options>();
  stock->add_option("SKU", of_sku->sku, "The SKU")
      ->required()
      ->check(text::an_id());
  stock
      ->add_option("--location", of_sku->location,
                   "Only this location or supplier")
      ->check(text::an_id());
  const auto stock_server = std::make_shared<server_options>();
  add_common(*stock, *of_sku, *stock_server);
  stock->callback([of_sku, stock_server, &exit_code] {
    exit_code = of_sku->store.empty() ? live_stock(*stock_server, *of_sku)
                                      : stock_command(*of_sku);
  });

  add_source(app, "location", "Show a location's settings and stock",
             location_command, live_location, exit_code);
  add_source(app, "supplier", "Show a supplier's settings and offer",
             supplier_command, live_supplier, exit_code);
}

}  // namespace oms::omsctl
