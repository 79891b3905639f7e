#pragma once

/// The API over Cap'n Proto RPC.
///
/// Purpose: serves messages/api/rpc.capnp: logins by the tokens that HTTP has,
/// batches of commands over the same gate, queries on its threads, and
/// subscriptions. Owner: the server's main; it goes before the gate. Threads:
/// the event loop's. Limits: those of `rpc_options`. Errors: what a caller
/// does wrong is a problem in its answer; a connection that says what is no
/// message is closed. What fails never says more than that.

#include <kj/async-io.h>
#include <kj/timer.h>

#include <cstddef>
#include <memory>
#include <set>

#include "tools/files/access.hpp"
#include "tools/omsd/idempotency.hpp"
#include "tools/omsd/log_watch.hpp"
#include "tools/omsd/routes.hpp"
#include "tools/omsd/rpc_options.hpp"

namespace oms::omsd {

class rpc_service final : private kj::TaskSet::ErrorHandler {
 public:
  rpc_service(service& of, const files::access_list& who, log_watch& word,
              kj::Timer& timer, const rpc_options& options);
  ~rpc_service();
  rpc_service(const rpc_service&) = delete;
  rpc_service& operator=(const rpc_service&) = delete;

  /// Serves who comes to this port; ends only when that can't go on.
  kj::Promise<void> listen(kj::ConnectionReceiver& port);

  /// Done when all calls are answered and their answers are sent.
  kj::Promise<void> drain();

 private:
  class connection;
  class gateway;
  class session;
  struct call_count;
  struct client;

  /// Sent to all clients of a caller, and still in memory.
  [[nodiscard]] std::size_t unread_bytes_of(const std::string& caller) const;
  /// Whether so many more bytes may be sent to it.
  [[nodiscard]] bool has_room(const client& to, std::size_t bytes) const;

  void taskFailed(kj::Exception&& failure) override;

  service& service_;
  const files::access_list& who_;
  log_watch& news_;
  kj::Timer& timer_;
  rpc_options options_;
  idempotency<answer> keys_;
  std::shared_ptr<call_count> calls_;
  std::set<connection*> open_;
  kj::TaskSet connections_;
};

}  // namespace oms::omsd
