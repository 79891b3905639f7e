/// omsd: the engine as a server.

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
  CLI::App app("Serves an order management engine over HTTP and RPC", "omsd");
  app.set_version_flag("--version", "omsd " + std::string(oms::text::version()),
                       "Print the version");
  oms::omsd::daemon_options options;
  app.add_option("--store", options.store,
                 "Directory of the store, made when it is not there; without "
                 "it everything is in memory and gone at the end")
      ->type_name("DIR");
  app.add_option("--listen", options.listen,
                 "HOST:PORT or unix:PATH, more than once; port 0: any")
      ->type_name("ADDRESS")
      ->capture_default_str();
  app.add_option("--rpc", options.rpc_listen,
                 "Where Cap'n Proto RPC is served: HOST:PORT or unix:PATH, "
                 "more than once; port 0: any")
      ->type_name("ADDRESS");
  app.add_option("--tokens", options.tokens,
                 "File with tokens (omsctl token); without it only loopback is "
                 "served, to everybody")
      ->check(CLI::ExistingFile);
  app.add_option("--network", options.network,
                 "JSON file with locations, suppliers, products, routing and "
                 "stock; of what the store has already, only locations and "
                 "suppliers are set again")
      ->check(CLI::ExistingFile);
  app.add_option("--tls-certificate", options.tls_certificate,
                 "PEM file: the certificate and its chain")
      ->check(CLI::ExistingFile);
  app.add_option("--tls-key", options.tls_key, "PEM file: its key")
      ->check(CLI::ExistingFile);
  app.add_option("--drain", options.drain_seconds,
                 "Seconds for calls under way when it is told to stop")
      ->check(oms::text::whole(0, max_drain_s))
      ->type_name("SECONDS")
      ->capture_default_str();
  app.add_option("--workers", options.worker_threads, "Threads of the engine")
      ->check(oms::text::whole(1, 1'024))
      ->capture_default_str();
  app.add_option("--max-connections", options.http.max_connections,
                 "Connections beyond wait")
      ->check(oms::text::whole(1, max_connections))
      ->type_name("N")
      ->capture_default_str();
  app.add_flag("--log-calls", options.log_calls,
               "Log every call, not only those that fail");
  app.footer(
      "Exit code: 0 stopped by a signal, 1 ended by itself, 2 could not "
      "begin.");
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
