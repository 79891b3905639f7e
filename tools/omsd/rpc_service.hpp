#pragma once

/// The API over Cap'n Proto RPC.
///
/// Serves messages/api/rpc.capnp: logins with the tokens that HTTP has, batches
/// of commands over the same engine queue, queries on its threads, and
/// subscriptions. Everything runs on the RPC loop's thread. The limits are
/// those of `rpc_options`. A caller's mistake is a problem in its answer; a
/// connection that sends what is not a message is closed.

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

  /// Serves the connections of this port; ends only if accepting fails.
  kj::Promise<void> listen(kj::ConnectionReceiver& port);

  /// Done when all calls are answered and their answers are sent.
  kj::Promise<void> drain();

 private:
  class connection;
  class gateway;
  class session;
  struct call_count;
  struct client;

  /// What was sent to all clients of a caller and is still in memory.
  [[nodiscard]] std::size_t unread_bytes_of(const std::string& caller) const;
  /// Whether so many more bytes may be sent to this client.
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
