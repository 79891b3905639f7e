#pragma once

/// The API over HTTP.
///
/// Takes each request from its header to its response: checks it
/// (checked_request.hpp), runs its handler, once for each idempotency key, and
/// writes, counts and logs the answer (written_response.hpp). Everything here
/// runs on the HTTP loop's thread; handlers may answer on any. What goes beyond
/// the limits of `http_options` is refused with a problem document.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "tools/files/access.hpp"
#include "tools/omsd/http_options.hpp"
#include "tools/omsd/http_server.hpp"
#include "tools/omsd/idempotency.hpp"
#include "tools/omsd/routes.hpp"

namespace oms::omsd {

/// What is said of each call that was answered.
struct call_log {
  const request* asked = nullptr;
  std::string_view route;
  int status = 0;
  std::chrono::microseconds took{0};
  /// Of 500: what went wrong.
  std::string_view failure;
};

class http_service final : public http_handler {
 public:
  struct listeners {
    std::function<void(const call_log&)> answered;
    /// A connection broke before there was a call.
    std::function<void(const std::string&)> failed;
  };

  /// `on` is the server whose handler this is.
  http_service(service& of, const files::access_list& who,
               const http_options& options, http_server& on, listeners log);

  void begin(http_connection& of) override;
  void complete(http_connection& of, const http_exchange& one) override;
  http_response refusal(http_connection& of, int status,
                        std::string_view why) override;
  void opened() override { service_.metrics.connection_opened(); }
  void closed() override { service_.metrics.connection_closed(); }
  void failed(const std::string& why) override { log_.failed(why); }

 private:
  struct under_way;

  void run(const request& asked, const route& of, const reply& answered);
  /// Counts and logs the answer.
  http_response response_to(under_way& of, response given);

  service& service_;
  const files::access_list& who_;
  http_options options_;
  http_server& server_;
  listeners log_;
  idempotency<response> keys_;
};

}  // namespace oms::omsd
