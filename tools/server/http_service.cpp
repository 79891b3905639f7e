#include "tools/server/http_service.hpp"

#include <kj/compat/gzip.h>
#include <kj/compat/url.h>
#include <kj/io.h>

#include <algorithm>
#include <array>
#include <utility>

#include "messages/api/json.hpp"
#include "tools/server/handling.hpp"
#include "tools/server/permission.hpp"
#include "tools/server/request_rules.hpp"
#include "tools/server/rpc_gate.hpp"

namespace oms::tools {

namespace {

using std::chrono::microseconds;
using std::chrono::steady_clock;

constexpr int seconds_to_retry = 1;
constexpr const char* every_method = "GET, HEAD, POST, PUT, PATCH, DELETE";

std::string text_of(kj::StringPtr text) { return {text.begin(), text.size()}; }

http_method method_of(kj::HttpMethod method) {
  switch (method) {
    case kj::HttpMethod::GET:
    case kj::HttpMethod::HEAD:
      return http_method::get;
    case kj::HttpMethod::POST:
      return http_method::post;
    case kj::HttpMethod::PUT:
      return http_method::put;
    case kj::HttpMethod::PATCH:
      return http_method::patch;
    case kj::HttpMethod::DELETE:
      return http_method::del;
    default:
      return http_method::other;
  }
}

/// The path and the parameters; false when they are no URL.
bool read_url(kj::StringPtr url, call& out) {
  KJ_IF_MAYBE (read, kj::Url::tryParse(url, kj::Url::HTTP_REQUEST)) {
    for (const auto& segment : read->path) out.path.push_back(text_of(segment));
    if (read->hasTrailingSlash) out.path.emplace_back();
    for (const auto& each : read->query)
      out.query.emplace(text_of(each.name), text_of(each.value));
    return true;
  }
  return false;
}

/// The whole body, or none when it has more than `most` bytes.
class body_reader {
 public:
  body_reader(kj::AsyncInputStream& from, std::size_t most)
      : from_(from), most_(most) {}

  kj::Promise<std::optional<std::string>> read() {
    KJ_IF_MAYBE (length, from_.tryGetLength()) {
      if (*length > most_) return std::optional<std::string>{};
    }
    return more();
  }

 private:
  kj::Promise<std::optional<std::string>> more() {
    return from_.tryRead(part_.data(), 1, part_.size())
        .then([this](
                  std::size_t size) -> kj::Promise<std::optional<std::string>> {
          if (size == 0) return std::optional(std::move(whole_));
          if (whole_.size() + size > most_) return std::optional<std::string>{};
          whole_.append(part_.data(), size);
          return more();
        });
  }

  kj::AsyncInputStream& from_;
  std::size_t most_;
  std::array<char, 8'192> part_{};
  std::string whole_;
};

std::string packed(const std::string& text) {
  kj::VectorOutputStream out;
  {
    kj::GzipOutputStream gzip(out);
    gzip.write(text.data(), text.size());
  }
  const auto bytes = out.getArray();
  return {reinterpret_cast<const char*>(bytes.begin()), bytes.size()};
}

error key_taken() {
  return {error_code::conflict,
          "the Idempotency-Key came with another request before",
          {}};
}

/// All that makes two requests the same.
std::string content_of(const call& asked, const route& of) {
  std::string content(of.pattern);
  for (const auto& part : asked.path) content += '/' + part;
  for (const auto& [name, value] : asked.query)
    content += '&' + name + '=' + value;
  return content + '\n' + asked.body;
}

/// What was answered before omsd was started.
call_answer told_again(const answer& given, const call& asked,
                       const route& of) {
  if (!given) return problem(given.failure());
  call_answer again{of.success, api::write_json(*given), json_type};
  if (of.location) again.location = of.location(asked);
  return again;
}

call_answer not_allowed(std::string allowed) {
  auto made = problem(
      {error_code::invalid, "the method is not known for this path", {}}, 405);
  made.allow = std::move(allowed);
  return made;
}

}  // namespace

/// One request, until its answer is sent.
struct http_service::under_way {
  call asked;
  const route* found = nullptr;
  std::string authorization;
  bool gzip = false;
  bool head = false;
  steady_clock::time_point begun = steady_clock::now();
  std::optional<call_answer> refused;
  /// Why it is answered 500.
  std::string failure;
};

http_service::http_service(service& of, const access_list& who,
                           kj::Timer& timer, const http_options& options,
                           std::function<void(const call_log&)> log)
    : service_(of),
      who_(who),
      timer_(timer),
      options_(options),
      log_(std::move(log)),
      keys_(problem(key_taken())) {
  kj::HttpHeaderTable::Builder builder;
  names_ = {builder.add("Authorization"),   builder.add("X-Actor"),
            builder.add("Idempotency-Key"), builder.add("Accept"),
            builder.add("Accept-Encoding"), builder.add("Content-Encoding"),
            builder.add("Retry-After"),     builder.add("Vary"),
            builder.add("Allow"),           builder.add("WWW-Authenticate"),
            builder.add("Cache-Control")};
  table_ = builder.build();
}

kj::Promise<void> http_service::request(kj::HttpMethod method,
                                        kj::StringPtr url,
                                        const kj::HttpHeaders& headers,
                                        kj::AsyncInputStream& body,
                                        Response& response) {
  auto state = kj::heap<under_way>();
  auto& asked = state->asked;
  const auto header = [&headers](kj::HttpHeaderId id) -> std::string {
    KJ_IF_MAYBE (value, headers.get(id)) return text_of(*value);
    return {};
  };
  // Headers and URL are gone once the body is read.
  state->authorization = header(names_.authorization);
  state->gzip =
      header(names_.accept_encoding).find("gzip") != std::string::npos;
  state->head = method == kj::HttpMethod::HEAD;
  asked.by = actor_name{header(names_.actor)};
  asked.idempotency_key = header(names_.idempotency_key);
  asked.wants_text = header(names_.accept).starts_with("text/plain");
  asked.method = method_of(method);
  if (!read_url(url, asked))
    state->refused =
        problem({error_code::invalid, "the URL can't be read", {}});

  auto& call = *state;
  return kj::evalNow([&] { return answer(call, body); })
      .catch_([](kj::Exception&& failure) -> kj::Promise<call_answer> {
        if (failure.getType() == kj::Exception::Type::DISCONNECTED)
          return kj::mv(failure);
        return failed(text_of(failure.getDescription()));
      })
      .then([this, &call, &response](call_answer given) {
        if (!given.failure.empty()) call.failure = given.failure;
        const auto took = std::chrono::duration_cast<microseconds>(
            steady_clock::now() - call.begun);
        const auto route = call.found != nullptr ? call.found->pattern : "none";
        service_.metrics.answered(route, given.status, took);
        if (log_) log_({&call.asked, route, given.status, took, call.failure});
        return send(given, call.gzip, call.head, response);
      })
      .attach(kj::mv(state));
}

kj::Promise<call_answer> http_service::answer(under_way& call,
                                              kj::AsyncInputStream& body) {
  auto& asked = call.asked;
  if (call.refused) return std::move(*call.refused);
  auto who = who_.caller(call.authorization);
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
    return problem(
        {error_code::forbidden,
         "this needs the role " + std::string(name_of(found.found->needs)),
         {}});
  if (const auto wrong = fault_of_request(asked, *found.found))
    return problem(*wrong);
  asked.by = name_in_trail(asked.who, std::move(asked.by.value));

  auto reader = kj::heap<body_reader>(body, options_.max_body_bytes);
  auto reading = reader->read().attach(kj::mv(reader));
  return timer_.timeoutAfter(kj_time(options_.body_time), kj::mv(reading))
      .then(
          [this, &call](
              std::optional<std::string> whole) -> kj::Promise<call_answer> {
            if (!whole)
              return problem({error_code::too_large,
                              "the body has more than " +
                                  std::to_string(options_.max_body_bytes) +
                                  " bytes",
                              {}});
            call.asked.body = std::move(*whole);
            auto given = new_kj_callback<call_answer>();
            // The asker may go before the answer comes.
            run(call.asked, *call.found, reply(std::move(given.fulfill)));
            return timer_
                .timeoutAfter(kj_time(options_.answer_time),
                              kj::mv(given.promise))
                .catch_([](kj::Exception&& failure) {
                  if (failure.getType() != kj::Exception::Type::OVERLOADED)
                    kj::throwFatalException(kj::mv(failure));
                  return problem(
                      {error_code::storage_unavailable,
                       "there is no answer yet, and it may still take effect; "
                       "ask again with the same Idempotency-Key",
                       {}});
                });
          },
          [](kj::Exception&& failure) -> kj::Promise<call_answer> {
            if (failure.getType() == kj::Exception::Type::OVERLOADED)
              return problem(
                  {error_code::invalid, "the body took too long", {}}, 408);
            if (failure.getType() == kj::Exception::Type::DISCONNECTED)
              return kj::mv(failure);
            return problem(
                {error_code::invalid, "the body is not as HTTP has it", {}});
          });
}

void http_service::run(const call& asked, const route& of,
                       const reply& answered) {
  if (asked.method == http_method::get)
    return of.handle(service_, asked, answered);
  // Its asker may be told that it waits; what it is answered in the end is
  // still kept for its key.
  const reply to(service_.waiting.watch<call_answer>(
      [answered](call_answer given) { answered.answer(std::move(given)); },
      problem(waits_for_disk())));
  if (asked.method != http_method::post || asked.idempotency_key.empty())
    return of.handle(service_, asked, to);
  const auto key = key_of(key_kind::http, asked.who.name, asked.idempotency_key,
                          content_of(asked, of));
  auto copy = std::make_shared<call>(asked);
  copy->command_id = key.id;
  if (service_.waiting.refuses() && keys_.is_under_way(key))
    return to.answer(problem(waits_for_disk()));
  const auto first = [this, copy, &of,
                      key](std::function<void(call_answer)> then) {
    const reply once(std::move(then));
    run_beside(service_, *copy, once, [this, copy, &of, key, once] {
      const auto before =
          answered_before(service_.engine.behind(), key, key_taken());
      if (before) return once.answer(told_again(*before, *copy, of));
      of.handle(service_, *copy, once);
    });
  };
  keys_.once(key, first,
             [to](call_answer given) { to.answer(std::move(given)); });
}

kj::Promise<void> http_service::send(const call_answer& answer, bool gzip,
                                     bool head, Response& response) {
  kj::HttpHeaders headers(*table_);
  headers.set(kj::HttpHeaderId::CONTENT_TYPE, kj::str(answer.type.c_str()));
  headers.set(names_.cache_control, "no-store");
  if (!answer.location.empty())
    headers.set(kj::HttpHeaderId::LOCATION, kj::str(answer.location.c_str()));
  if (answer.status == 429 || answer.status == 503)
    headers.set(names_.retry_after, kj::str(seconds_to_retry));
  if (!answer.allow.empty())
    headers.set(names_.allow, kj::str(answer.allow.c_str()));
  if (answer.status == 401) headers.set(names_.www_authenticate, "Bearer");
  auto body = kj::heap<std::string>(answer.body);
  if (gzip && body->size() >= options_.min_gzip_bytes) {
    *body = packed(*body);
    headers.set(names_.content_encoding, "gzip");
    headers.set(names_.vary, "Accept-Encoding");
  }
  auto out = response.send(static_cast<kj::uint>(answer.status),
                           api::title_of(answer.status), headers, body->size());
  if (head) return kj::READY_NOW;
  auto writing = out->write(body->data(), body->size());
  return timer_.timeoutAfter(kj_time(options_.send_time), kj::mv(writing))
      .attach(kj::mv(out), kj::mv(body));
}

kj::Promise<void> http_service::handleClientProtocolError(
    kj::HttpHeaders::ProtocolError failure, Response& response) {
  // KJ's 501 is for methods that it has no word for.
  if (failure.statusCode == 501)
    return refuse(not_allowed(every_method), response);
  return refuse(problem({error_code::invalid, text_of(failure.description), {}},
                        static_cast<int>(failure.statusCode)),
                response);
}

kj::Promise<void> http_service::handleApplicationError(
    kj::Exception failure, kj::Maybe<Response&> response) {
  // What fails here is answered above, so this is KJ's word on what was sent:
  // a length that is no number. Whoever was answered and sends or takes the
  // rest badly loses the connection.
  if (failure.getType() == kj::Exception::Type::DISCONNECTED)
    return kj::READY_NOW;
  KJ_IF_MAYBE (to, response)
    return refuse(
        problem({error_code::invalid, "the request is not as HTTP has it", {}}),
        *to);
  return kj::READY_NOW;
}

kj::Promise<void> http_service::refuse(const call_answer& given,
                                       Response& response) {
  service_.metrics.answered("none", given.status, microseconds{0});
  return send(given, false, false, response);
}

kj::HttpServerSettings settings_of(http_service& http,
                                   const http_options& options) {
  kj::HttpServerSettings settings;
  settings.headerTimeout = kj_time(options.header_time);
  settings.pipelineTimeout = kj_time(options.idle_time);
  settings.errorHandler = http;
  // A body that is refused before its end is read on for a while, so that its
  // sender gets to see why.
  settings.canceledUploadGraceBytes = 2 * options.max_body_bytes;
  return settings;
}

// --- connections ------------------------------------------------------------

namespace {

class limited_receiver final : public kj::ConnectionReceiver {
 public:
  limited_receiver(kj::Own<kj::ConnectionReceiver> from, std::size_t most,
                   server_metrics& metrics)
      : from_(kj::mv(from)), most_(most), metrics_(metrics) {}

  kj::Promise<kj::Own<kj::AsyncIoStream>> accept() override {
    if (open_ >= most_) {
      auto pair = kj::newPromiseAndFulfiller<void>();
      one_closed_ = kj::mv(pair.fulfiller);
      return pair.promise.then([this] { return accept(); });
    }
    return from_->accept().then([this](kj::Own<kj::AsyncIoStream> stream) {
      ++open_;
      metrics_.connection_opened();
      return stream.attach(kj::defer([this] {
        --open_;
        metrics_.connection_closed();
        if (one_closed_.get() != nullptr) {
          auto waiting = kj::mv(one_closed_);
          waiting->fulfill();
        }
      }));
    });
  }
  kj::uint getPort() override { return from_->getPort(); }

 private:
  kj::Own<kj::ConnectionReceiver> from_;
  std::size_t most_;
  server_metrics& metrics_;
  std::size_t open_ = 0;
  kj::Own<kj::PromiseFulfiller<void>> one_closed_;
};

}  // namespace

kj::Own<kj::ConnectionReceiver> limited(kj::Own<kj::ConnectionReceiver> from,
                                        std::size_t max_connections,
                                        server_metrics& metrics) {
  return kj::heap<limited_receiver>(kj::mv(from), max_connections, metrics);
}

}  // namespace oms::tools
