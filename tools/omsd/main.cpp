// omsd: the engine as a server.

#include <CLI/CLI.hpp>
#include <iostream>
#include <string>

#include "tools/omsd/daemon.hpp"
#include "tools/text/command_line.hpp"
#include "tools/text/exit_codes.hpp"
#include "tools/text/man_page.hpp"
#include "tools/text/version.hpp"

namespace {

constexpr std::uint64_t max_connections = 1'000'000;
constexpr std::uint64_t max_drain_s = 86'400;

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Serve an order management engine over HTTP and Cap'n Proto RPC",
               "omsd");
  app.set_version_flag("--version", "omsd " + std::string(oms::text::version()),
                       "Print the version");
  oms::omsd::daemon_options options;
  app.add_option("--store", options.store,
                 "Directory of the store, created if it does not exist; "
                 "without it, everything is kept in memory and lost on exit")
      ->type_name("DIR");
  app.add_option("--listen", options.listen,
                 "Where to serve HTTP: HOST:PORT or unix:PATH; may be "
                 "repeated; port 0 picks a free port")
      ->type_name("ADDRESS")
      ->capture_default_str();
  app.add_option("--rpc", options.rpc_listen,
                 "Where to serve Cap'n Proto RPC, in the same form; may be "
                 "repeated (default: nowhere)")
      ->type_name("ADDRESS");
  app.add_option(
         "--tokens", options.tokens,
         "File with tokens (see omsctl token); without it, omsd listens only "
         "on this machine and every caller may do everything")
      ->check(CLI::ExistingFile);
  app.add_option(
         "--network", options.network,
         "JSON file with the initial locations, suppliers, products, routing "
         "and stock; in a store that has a network, it changes only locations "
         "and suppliers, and adds stock where there never was any")
      ->check(CLI::ExistingFile);
  app.add_option("--tls-certificate", options.tls_certificate,
                 "PEM file with the certificate and its chain")
      ->check(CLI::ExistingFile);
  app.add_option("--tls-key", options.tls_key,
                 "PEM file with the certificate's private key")
      ->check(CLI::ExistingFile);
  app.add_option("--drain", options.drain_seconds,
                 "Grace period on shutdown, for calls in progress")
      ->check(oms::text::whole(0, max_drain_s))
      ->type_name("SECONDS")
      ->capture_default_str();
  app.add_option("--workers", options.worker_threads,
                 "Worker threads of the engine")
      ->check(oms::text::whole(1, 1'024))
      ->capture_default_str();
  app.add_option("--max-connections", options.http.max_connections,
                 "Maximum number of open connections; more wait")
      ->check(oms::text::whole(1, max_connections))
      ->type_name("N")
      ->capture_default_str();
  app.add_flag("--log-calls", options.log_calls,
               "Log every call, not only failed ones");
  app.footer(
      "Exit code: 0 stopped by a signal, 1 stopped by an error, 2 could not "
      "start.");
  bool man = false;
  // For packagers: `omsd --man > omsd.8`.
  app.add_flag("--man", man, "Print the man page")->group("");
  if (const auto ended = oms::text::parse_command_line(app, argc, argv))
    return *ended;
  if (man) {
    std::cout << oms::text::man_page(oms::text::tree_of(app), 8);
    return oms::text::exit_ok;
  }
  return oms::omsd::serve(options);
}
