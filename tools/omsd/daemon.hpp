#pragma once

/// omsd: the engine as a server.
///
/// Purpose: opens the store and the engine, serves the API, and ends in
/// order: on SIGTERM or SIGINT nothing new is taken, what is under way is
/// answered, then everything is closed; a second signal ends it at once,
/// which loses nothing that was answered. Owner: main. Threads: the event
/// loop's is the caller's.

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
  /// Where Cap'n Proto RPC is served, in the same form; none: nowhere.
  std::vector<std::string> rpc_listen;
  /// Empty: everybody may do everything, on loopback alone.
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

/// Serves until a signal; the exit code: 0, or 1 when something ended it, or
/// 2 when it could not begin.
[[nodiscard]] int serve(const daemon_options& options);

}  // namespace oms::omsd
