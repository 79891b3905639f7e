#pragma once

/// One listener's stream of events.
///
/// Reads the log from a sequence on, in batches, and sends them as fast as the
/// listener acknowledges them. It keeps only the batches that are not
/// acknowledged, so a slow listener costs no more memory. The client owns it:
/// dropping it ends the stream, and so does a listener that fails or a log that
/// can't be read. Runs on the RPC loop's thread; the log is read on query
/// threads.

#include <kj/async.h>
#include <kj/timer.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "messages/api/rpc.hpp"
#include "tools/files/access.hpp"
#include "tools/omsd/log_watch.hpp"
#include "tools/omsd/routes.hpp"
#include "tools/omsd/rpc_options.hpp"

namespace oms::omsd {

/// The most events that one look at the log passes over. Without it, a query
/// for rare events would hold a query thread while it reads the whole log.
inline constexpr std::size_t max_events_looked_at = 100'000;

[[nodiscard]] api::shown_event shown(const event& happened);

class subscription final : public api::Subscription::Server,
                           private kj::TaskSet::ErrorHandler {
 public:
  /// Whether the client may be sent this many bytes now.
  using room = std::function<bool(std::size_t)>;

  /// `held` lives as long as the stream.
  subscription(service& of, log_watch& word, kj::Timer& timer,
               const rpc_options& options, files::access who, sequence after,
               api::Listener::Client listener, room has_room,
               std::shared_ptr<void> held);

 private:
  struct page {
    std::vector<api::shown_event> events;
    sequence upto = 0;
    std::size_t bytes = 0;
  };

  kj::Promise<void> stream();
  kj::Promise<result<page>> next_page();
  void tell(const page& read);
  void taskFailed(kj::Exception&& failure) override;

  service& service_;
  log_watch& news_;
  kj::Timer& timer_;
  const rpc_options& options_;
  files::access who_;
  sequence seen_;
  api::Listener::Client listener_;
  room has_room_;
  std::shared_ptr<void> held_;
  std::size_t under_way_ = 0;
  kj::Own<kj::PromiseFulfiller<void>> one_acknowledged_;
  kj::TaskSet told_;
  kj::Promise<void> streaming_;
};

}  // namespace oms::omsd
