#pragma once

/// The RPC service on a thread of its own.
///
/// KJ's event loop, the ports and their TLS, apart from HTTP's loop; everything
/// of KJ lives on the thread inside. The members belong to the owner's thread.
/// Must be destroyed before the engine queue. The constructor throws
/// std::runtime_error if it can't listen.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tools/files/access.hpp"
#include "tools/omsd/event_log.hpp"
#include "tools/omsd/log_watch.hpp"
#include "tools/omsd/routes.hpp"
#include "tools/omsd/rpc_options.hpp"

namespace oms::omsd {

struct rpc_ports {
  /// "HOST:PORT" or "unix:PATH", where a socket that no process listens on is
  /// replaced; port 0: any.
  std::vector<std::string> addresses;
  unsigned default_port = 0;
  /// PEM texts; TLS for all addresses when they are given.
  std::string certificate;
  std::string key;
};

class rpc_server {
 public:
  /// Listens. Calls `ended`, on the thread inside, if serving fails later.
  rpc_server(service& of, const files::access_list& who, log_watch& word,
             const rpc_options& options, rpc_ports ports, event_log& log,
             std::function<void()> ended);
  /// Cuts off every client that is still connected.
  ~rpc_server();
  rpc_server(const rpc_server&) = delete;
  rpc_server& operator=(const rpc_server&) = delete;

  /// The bound ports, in the order of the addresses; 0 for a unix socket.
  [[nodiscard]] const std::vector<unsigned>& ports() const;

  /// Ends when every call is answered and every answer sent, at the latest
  /// after `drain`.
  void stop(std::chrono::seconds drain);
  [[nodiscard]] bool is_stopped() const;

 private:
  class inside;
  std::unique_ptr<inside> in_;
};

}  // namespace oms::omsd
