#pragma once

/// The API over HTTP.
///
/// Purpose: turns HTTP/1.1 requests into calls and their answers into
/// responses: limits, tokens, idempotency keys, gzip, problem documents.
/// Owner: the server's main. Threads: the event loop's. Limits: those of
/// `http_options`; what is beyond is refused with a problem document, and what
/// is no HTTP with one and a closed connection.

#include <kj/compat/http.h>
#include <kj/timer.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "tools/server/access.hpp"
#include "tools/server/http_options.hpp"
#include "tools/server/idempotency.hpp"
#include "tools/server/routes.hpp"

namespace oms::tools {

/// What is said of each call that was answered.
struct call_log {
  const call* asked = nullptr;
  std::string_view route;
  int status = 0;
  std::chrono::microseconds took{0};
  /// Of 500: what went wrong.
  std::string_view failure;
};

class http_service final : public kj::HttpService,
                           public kj::HttpServerErrorHandler {
 public:
  http_service(service& of, const access_list& who, kj::Timer& timer,
               const http_options& options,
               std::function<void(const call_log&)> log);

  [[nodiscard]] const kj::HttpHeaderTable& headers() const { return *table_; }

  kj::Promise<void> request(kj::HttpMethod method, kj::StringPtr url,
                            const kj::HttpHeaders& headers,
                            kj::AsyncInputStream& body,
                            Response& response) override;

  kj::Promise<void> handleClientProtocolError(
      kj::HttpHeaders::ProtocolError failure, Response& response) override;
  kj::Promise<void> handleApplicationError(
      kj::Exception failure, kj::Maybe<Response&> response) override;

 private:
  struct names {
    kj::HttpHeaderId authorization, actor, idempotency_key, accept,
        accept_encoding, content_encoding, retry_after, vary, allow,
        www_authenticate, cache_control;
  };
  struct under_way;

  kj::Promise<call_answer> answer(under_way& call, kj::AsyncInputStream& body);
  void run(const call& asked, const route& of, const reply& answered);
  kj::Promise<void> send(const call_answer& answer, bool gzip, bool head,
                         Response& response);
  /// What KJ gives to no route.
  kj::Promise<void> refuse(const call_answer& given, Response& response);

  service& service_;
  const access_list& who_;
  kj::Timer& timer_;
  http_options options_;
  std::function<void(const call_log&)> log_;
  idempotency<call_answer> keys_;
  names names_;
  kj::Own<kj::HttpHeaderTable> table_;
};

[[nodiscard]] inline kj::Duration kj_time(std::chrono::seconds time) {
  return time.count() * kj::SECONDS;
}

/// KJ's side of the limits; problems in what is no HTTP go to `http`.
[[nodiscard]] kj::HttpServerSettings settings_of(http_service& http,
                                                 const http_options& options);

/// Takes no more connections than it may; those beyond wait.
kj::Own<kj::ConnectionReceiver> limited(kj::Own<kj::ConnectionReceiver> from,
                                        std::size_t max_connections,
                                        server_metrics& metrics);

}  // namespace oms::tools
