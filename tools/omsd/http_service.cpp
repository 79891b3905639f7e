#include "tools/omsd/http_service.hpp"

#include <exception>
#include <utility>

#include "messages/api/json.hpp"
#include "tools/omsd/checked_request.hpp"
#include "tools/omsd/handling.hpp"
#include "tools/omsd/written_response.hpp"

namespace oms::omsd {

namespace {

using std::chrono::microseconds;
using std::chrono::steady_clock;

/// A body that is refused is read as far as this, so that the connection can
/// be kept.
constexpr std::size_t max_ignored_body_bytes = 16'384;

error key_taken() {
  return {error_code::conflict,
          "the Idempotency-Key was already used for another request",
          {}};
}

/// All that makes two requests the same.
std::string content_of(const request& asked, const route& of) {
  std::string content(of.pattern);
  for (const auto& part : asked.path) content += '/' + part;
  for (const auto& [name, value] : asked.query)
    content += '&' + name + '=' + value;
  return content + '\n' + asked.body;
}

/// What was answered before omsd was started.
response told_again(const answer& given, const request& asked,
                    const route& of) {
  if (!given) return problem(given.failure());
  response again{of.success, api::write_json(*given), json_type};
  if (of.location) again.location = of.location(asked);
  return again;
}

}  // namespace

/// One request, until its answer is sent.
struct http_service::under_way {
  /// What is refused is answered when its body has been read.
  checked_request call;
  steady_clock::time_point begun = steady_clock::now();
};

http_service::http_service(service& of, const files::access_list& who,
                           const http_options& options, http_server& on,
                           listeners log)
    : service_(of),
      who_(who),
      options_(options),
      server_(on),
      log_(std::move(log)),
      keys_(problem(key_taken())) {}

void http_service::begin(http_connection& of) {
  auto made = std::make_shared<under_way>();
  of.state() = made;
  const auto& head = of.head();
  made->call = check_request(head, who_);
  if (!made->call.refused) return of.take_body(options_.max_body_bytes);
  // A short body that is on its way is read and dropped, so that the connection
  // can be kept. A longer one is refused at once, which closes it.
  const bool is_short = !head.chunked && !head.expects_continue &&
                        head.length.value_or(0) <= max_ignored_body_bytes;
  if (is_short) return of.take_body(max_ignored_body_bytes);
  of.respond(response_to(*made, std::move(*made->call.refused)));
}

void http_service::complete(http_connection& of, const http_exchange& one) {
  const auto made = std::static_pointer_cast<under_way>(of.state());
  auto& call = made->call;
  if (call.refused)
    return of.respond(response_to(*made, std::move(*call.refused)));
  call.asked.body = std::move(of.body());
  const reply to(
      [this, one, made](response given) {
        server_.on_loop([this, one, made, given = std::move(given)]() mutable {
          if (!one.is_awaited()) return;
          one.respond(response_to(*made, std::move(given)));
        });
      },
      [one] { return one.is_awaited(); });
  try {
    run(call.asked, *call.found, to);
  } catch (const std::exception& failure) {
    to.answer(omsd::failed(failure.what()));
  }
}

void http_service::run(const request& asked, const route& of,
                       const reply& answered) {
  if (asked.method == http_method::get)
    return of.handle(service_, asked, answered);
  // Its asker may be told that it waits; what it is answered in the end is
  // still kept for its key.
  const reply to(service_.waiting.watch<response>(
      [answered](response given) { answered.answer(std::move(given)); },
      problem(waits_for_disk())));
  if (asked.method != http_method::post || asked.idempotency_key.empty())
    return of.handle(service_, asked, to);
  const auto key = key_of(key_kind::http, asked.who.name, asked.idempotency_key,
                          content_of(asked, of));
  auto copy = std::make_shared<request>(asked);
  copy->command_id = key.id;
  // A repeat of a command that waits for the disk would only wait as well.
  if (service_.waiting.refuses() && keys_.is_under_way(key))
    return to.answer(problem(waits_for_disk()));
  const auto first = [this, copy, &of,
                      key](std::function<void(response)> then) {
    const reply once(std::move(then));
    // Beside the loop, because asking the engine for the key may wait.
    run_beside(service_, *copy, once, [this, copy, &of, key, once] {
      const auto before =
          answered_before(service_.engine.behind(), key, key_taken());
      if (before) return once.answer(told_again(*before, *copy, of));
      of.handle(service_, *copy, once);
    });
  };
  keys_.once(key, first, [to](response given) { to.answer(std::move(given)); });
}

http_response http_service::refusal(http_connection& of, int status,
                                    std::string_view why) {
  constexpr int too_large = 413;
  constexpr int unavailable = 503;
  auto& made = of.state();
  // What is refused before there is a header has no state.
  if (!made) made = std::make_shared<under_way>();
  const auto code = status == too_large     ? error_code::too_large
                    : status == unavailable ? error_code::storage_unavailable
                                            : error_code::invalid;
  return response_to(*std::static_pointer_cast<under_way>(made),
                     problem({code, std::string(why), {}}, status));
}

http_response http_service::response_to(under_way& of, response given) {
  const auto& call = of.call;
  const auto took =
      std::chrono::duration_cast<microseconds>(steady_clock::now() - of.begun);
  const auto route = call.found != nullptr ? call.found->pattern : "none";
  service_.metrics.answered(route, given.status, took);
  if (log_.answered)
    log_.answered({&call.asked, route, given.status, took, given.failure});
  return written(std::move(given), call.asked.takes_gzip);
}

}  // namespace oms::omsd
