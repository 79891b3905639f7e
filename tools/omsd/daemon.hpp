#pragma once

/// omsd: the engine as a server.
///
/// Opens the store and the engine, serves the API and shuts down in order: on
/// SIGTERM or SIGINT it accepts nothing new, answers what is in progress and
/// then closes everything. A second signal ends the grace period at once, which
/// loses nothing that was answered. The calling thread waits for the signals;
/// HTTP and RPC have event loops on threads of their own.

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "tools/omsd/http_options.hpp"
#include "tools/omsd/rpc_options.hpp"

namespace oms::omsd {

struct daemon_options {
  /// Empty: in memory, for trying it out.
  std::filesystem::path store;
  /// "127.0.0.1:8080", "[::1]:0", "unix:/run/oms/http".
  std::vector<std::string> listen{"127.0.0.1:8080"};
  /// Where Cap'n Proto RPC is served, in the same form; empty: nowhere.
  std::vector<std::string> rpc_listen;
  /// Empty: every caller may do everything, and only loopback addresses and
  /// unix sockets are served.
  std::filesystem::path tokens;
  std::filesystem::path tls_certificate;
  std::filesystem::path tls_key;
  /// Locations, suppliers, products and rules to begin with.
  std::filesystem::path network;
  bool log_calls = false;
  unsigned drain_seconds = 30;
  std::size_t worker_threads = 2;
  http_options http;
  rpc_options rpc;
};

/// Serves until a signal. The exit code: 0, 1 if a failure ended it, 2 if it
/// could not start.
[[nodiscard]] int serve(const daemon_options& options);

}  // namespace oms::omsd
