/// omsd: the engine as a server.

#include <CLI/CLI.hpp>

#include "tools/server/daemon.hpp"

int main(int argc, char** argv) {
  CLI::App app("Serves an order management engine over HTTP and RPC", "omsd");
  oms::tools::daemon_options options;
  app.add_option("--store", options.store,
                 "Directory of the store, made when it is not there; without "
                 "it everything is in memory and gone at the end");
  app.add_option("--listen", options.listen,
                 "HOST:PORT or unix:PATH, more than once; port 0: any")
      ->capture_default_str();
  app.add_option("--rpc", options.rpc_listen,
                 "Where Cap'n Proto RPC is served: HOST:PORT or unix:PATH, "
                 "more than once; port 0: any");
  app.add_option("--tokens", options.tokens,
                 "File with tokens (omsctl token); without it only loopback is "
                 "served, to everybody")
      ->check(CLI::ExistingFile);
  app.add_option("--network", options.network,
                 "JSON file with locations, suppliers, products and routing")
      ->check(CLI::ExistingFile);
  app.add_option("--tls-certificate", options.tls_certificate,
                 "PEM file: the certificate and its chain")
      ->check(CLI::ExistingFile);
  app.add_option("--tls-key", options.tls_key, "PEM file: its key")
      ->check(CLI::ExistingFile);
  app.add_option("--drain", options.drain_seconds,
                 "Seconds for calls under way when it is told to stop")
      ->capture_default_str();
  app.add_option("--workers", options.worker_threads, "Threads of the engine")
      ->check(CLI::Range(1, 1'024))
      ->capture_default_str();
  app.add_option("--max-connections", options.http.max_connections,
                 "Connections beyond wait")
      ->capture_default_str();
  app.add_flag("--log-calls", options.log_calls,
               "Log every call, not only those that fail");
  app.footer(
      "Exit code: 0 stopped by a signal, 1 ended by itself, 2 could not "
      "begin.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& failure) {
    return app.exit(failure) == 0 ? 0 : 2;
  }
  return oms::tools::serve(options);
}
