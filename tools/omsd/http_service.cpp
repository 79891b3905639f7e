#include "tools/omsd/http_service.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "messages/api/json.hpp"
#include "tools/omsd/body_encoding.hpp"
#include "tools/omsd/handling.hpp"
#include "tools/omsd/permission.hpp"
#include "tools/omsd/request_rules.hpp"
#include "tools/omsd/request_target.hpp"

namespace oms::omsd {

namespace {

using std::chrono::microseconds;
using std::chrono::steady_clock;

constexpr int seconds_to_retry = 1;
constexpr int unsupported_media_type = 415;
/// A body that is refused is read as far as this, so that the connection can
/// be kept.
constexpr std::size_t max_ignored_body_bytes = 16'384;
/// Longer answers are written in pieces, as the client takes them.
constexpr std::size_t min_body_in_pieces_bytes = 16'384;

http_method method_of(std::string_view method) {
  if (method == "GET" || method == "HEAD") return http_method::get;
  if (method == "POST") return http_method::post;
  if (method == "PUT") return http_method::put;
  if (method == "PATCH") return http_method::patch;
  if (method == "DELETE") return http_method::del;
  return http_method::other;
}

/// A whole answer, of which the connection takes a piece at a time.
class whole_body final : public body_source {
 public:
  /// `room` is given back with the body.
  whole_body(std::string body, std::shared_ptr<void> room)
      : room_(std::move(room)), body_(std::move(body)) {}

  bool read(std::string& out, std::size_t room) override {
    const auto size = std::min(room, body_.size() - at_);
    out.append(body_, at_, size);
    at_ += size;
    return at_ < body_.size();
  }
  [[nodiscard]] std::optional<std::uint64_t> length() const override {
    return body_.size();
  }

 private:
  // Given back after the body is gone.
  std::shared_ptr<void> room_;
  std::string body_;
  std::size_t at_ = 0;
};

/// A header field that must be given once.
result<std::string> single_field(const request_head& head,
                                 const std::string& name) {
  if (head.count(name) > 1)
    return error{error_code::invalid, name + " is given twice", {}};
  return std::string(head.find(name));
}

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

response not_allowed(std::string allowed) {
  auto made = problem(
      {error_code::invalid, "the path does not support this method", {}}, 405);
  made.allow = std::move(allowed);
  return made;
}

}  // namespace

/// One request, until its answer is sent.
struct http_service::under_way {
  request asked;
  const route* found = nullptr;
  steady_clock::time_point begun = steady_clock::now();
  /// What it is answered when its body has been read.
  std::optional<response> refused;
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
  auto refused = read(head, *made);
  if (!refused) return of.take_body(options_.max_body_bytes);
  // A short body that is on its way is read and dropped, so that the connection
  // can be kept. A longer one is refused at once, which closes it.
  const bool is_short = !head.chunked && !head.expects_continue &&
                        head.length.value_or(0) <= max_ignored_body_bytes;
  if (!is_short) return of.respond(response_to(*made, std::move(*refused)));
  made->refused = std::move(refused);
  of.take_body(max_ignored_body_bytes);
}

std::optional<response> http_service::read(const request_head& head,
                                           under_way& call) {
  auto& asked = call.asked;
  asked.takes_gzip = accepts_gzip(head.find("Accept-Encoding"));
  asked.target = head.target;
  asked.wants_text = head.find("Accept").starts_with("text/plain");
  asked.method = method_of(head.method);
  if (auto target = read_target(head.target, asked); !target)
    return problem(target.failure());
  const auto authorization = single_field(head, "Authorization");
  if (!authorization) return problem(authorization.failure());
  auto who = who_.caller(*authorization);
  const auto found = match(asked);
  call.found = found.found;
  // Whether it lives may be asked by anybody.
  const bool open_to_all =
      found.found != nullptr &&
      (found.found->pattern == "/healthz" || found.found->pattern == "/readyz");
  if (!who && !open_to_all) return problem(who.failure());
  if (who) asked.who = std::move(*who);
  if (found.found == nullptr)
    return found.allowed.empty()
               ? problem({error_code::not_found,
                          "there is no such path; see /openapi.json",
                          {}})
               : not_allowed(found.allowed);
  if (!open_to_all && !asked.who.may(found.found->needs))
    return problem({error_code::forbidden,
                    "this needs the role " +
                        std::string(files::name_of(found.found->needs)),
                    {}});
  auto actor = single_field(head, "X-Actor");
  if (!actor) return problem(actor.failure());
  auto key = single_field(head, "Idempotency-Key");
  if (!key) return problem(key.failure());
  asked.by = actor_name{std::move(*actor)};
  asked.idempotency_key = std::move(*key);
  if (const auto wrong = fault_of_request(asked, *found.found))
    return problem(*wrong);
  asked.by = name_in_trail(asked.who, std::move(asked.by.value));
  const auto coding = head.find("Content-Encoding");
  if (!coding.empty() && coding != "identity")
    return problem({error_code::invalid,
                    "a body with a Content-Encoding is not supported",
                    {}},
                   unsupported_media_type);
  return {};
}

void http_service::complete(http_connection& of, const http_exchange& one) {
  const auto made = std::static_pointer_cast<under_way>(of.state());
  if (made->refused)
    return of.respond(response_to(*made, std::move(*made->refused)));
  made->asked.body = std::move(of.body());
  const reply to(
      [this, one, made](response given) {
        server_.on_loop([this, one, made, given = std::move(given)]() mutable {
          if (!one.is_awaited()) return;
          one.respond(response_to(*made, std::move(given)));
        });
      },
      [one] { return one.is_awaited(); });
  try {
    run(made->asked, *made->found, to);
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

http_response http_service::response_to(under_way& call, response given) {
  const auto took = std::chrono::duration_cast<microseconds>(
      steady_clock::now() - call.begun);
  const auto route = call.found != nullptr ? call.found->pattern : "none";
  service_.metrics.answered(route, given.status, took);
  if (log_.answered)
    log_.answered({&call.asked, route, given.status, took, given.failure});

  http_response made;
  made.status = given.status;
  made.reason = api::title_of(given.status);
  auto& fields = made.fields;
  const auto add = [&fields](std::string_view name, std::string_view value) {
    fields.append(name).append(": ").append(value).append("\r\n");
  };
  add("Content-Type", given.type);
  add("Cache-Control", "no-store");
  if (!given.location.empty()) add("Location", given.location);
  if (given.status == 429 || given.status == 503)
    add("Retry-After", std::to_string(seconds_to_retry));
  if (!given.allow.empty()) add("Allow", given.allow);
  if (given.status == 401) add("WWW-Authenticate", "Bearer");
  finish_body(given, call.asked.takes_gzip);
  if (given.packed) {
    add("Content-Encoding", "gzip");
    add("Vary", "Accept-Encoding");
  }
  if (given.body.size() < min_body_in_pieces_bytes)
    made.body = std::move(given.body);
  else
    made.from = std::make_unique<whole_body>(std::move(given.body),
                                             std::move(given.room));
  return made;
}

}  // namespace oms::omsd
