#include "tools/server/http_service.hpp"

#include <kj/compat/gzip.h>
#include <kj/compat/url.h>
#include <kj/io.h>

#include <algorithm>
#include <array>
#include <utility>

#include "messages/api/json.hpp"
#include "messages/limits.hpp"
#include "tools/server/permission.hpp"

namespace oms::tools {

namespace {

using std::chrono::microseconds;
using std::chrono::steady_clock;

constexpr int seconds_to_retry = 1;

std::string text_of(kj::StringPtr text) { return {text.begin(), text.size()}; }

std::optional<http_method> method_of(kj::HttpMethod method) {
  switch (method) {
    case kj::HttpMethod::GET:
    case kj::HttpMethod::HEAD:
      return http_method::get;
    case kj::HttpMethod::POST:
      return http_method::post;
    case kj::HttpMethod::PUT:
      return http_method::put;
    case kj::HttpMethod::DELETE:
      return http_method::del;
    default:
      return {};
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

const char* reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 429:
      return "Too Many Requests";
    case 503:
      return "Service Unavailable";
    default:
      return "Error";
  }
}

std::string known_parameters(const route& of) {
  std::string all;
  for (const auto& each : of.parameters)
    all += (all.empty() ? "" : ", ") + std::string(each.name);
  return all.empty() ? "none is" : "known are " + all;
}

/// Of a hash, enough to tell requests of one key apart.
constexpr std::size_t hash_digits = 16;

/// So that ':' divides the parts of a command's id.
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text)
    if (c == ':' || c == '%')
      out += c == ':' ? "%3A" : "%25";
    else
      out += c;
  return out;
}

/// What the engine remembers of a key from before it was started.
call_answer answered_before(const std::vector<done_command>& before,
                            const call& asked, const route& of) {
  for (const auto& each : before)
    if (each.id == asked.command_id)
      return {of.success, api::write_json(each.given), json_type, {}};
  return problem({error_code::conflict,
                  "the Idempotency-Key came with another request before",
                  {}});
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
};

http_service::http_service(service& of, const access_list& who,
                           kj::Timer& timer, const http_options& options,
                           std::function<void(const call_log&)> log)
    : service_(of),
      who_(who),
      timer_(timer),
      options_(options),
      log_(std::move(log)),
      keys_(problem({error_code::conflict,
                     "the Idempotency-Key came with another request before",
                     {}})) {
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
  const auto known = method_of(method);
  if (known) asked.method = *known;
  if (!known)
    state->refused =
        problem({error_code::invalid, "the method is not known here", {}}, 405);
  else if (!read_url(url, asked))
    state->refused =
        problem({error_code::invalid, "the URL can't be read", {}});

  auto& call = *state;
  return answer(call, body)
      .then([this, &call, &response](call_answer given) {
        const auto took = std::chrono::duration_cast<microseconds>(
            steady_clock::now() - call.begun);
        const auto route = call.found != nullptr ? call.found->pattern : "none";
        service_.metrics.answered(route, given.status, took);
        if (log_) log_({&call.asked, route, given.status, took});
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
    return found.other_method
               ? problem({error_code::invalid,
                          "the method is not known for this path",
                          {}},
                         405)
               : problem({error_code::not_found,
                          "there is no such path; see /openapi.json",
                          {}});
  if (!open_to_all && !asked.who.may(found.found->needs))
    return problem(
        {error_code::forbidden,
         "this needs the role " + std::string(name_of(found.found->needs)),
         {}});
  asked.by = name_in_trail(asked.who, std::move(asked.by.value));
  if (asked.by.value.size() > limits::max_id_bytes)
    return problem({error_code::invalid, "X-Actor is too long", {}});
  if (asked.idempotency_key.size() > limits::max_id_bytes)
    return problem({error_code::invalid, "Idempotency-Key is too long", {}});
  for (const auto& [name, value] : asked.query) {
    const auto& known = found.found->parameters;
    if (name == "color" ||
        std::any_of(known.begin(), known.end(),
                    [&](const parameter& each) { return each.name == name; }))
      continue;
    return problem(
        {error_code::invalid,
         "the parameter " + name + " is not known here",
         {{name, "is not known here; " + known_parameters(*found.found)}}});
  }

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
            return timer_.timeoutAfter(kj_time(options_.answer_time), run(call))
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
            return kj::mv(failure);
          });
}

kj::Promise<call_answer> http_service::run(under_way& call) {
  auto& asked = call.asked;
  const auto& route = *call.found;
  if (asked.method != http_method::post || asked.idempotency_key.empty())
    return route.handle(service_, asked);
  std::string whole = asked.who.name + '\0' + asked.idempotency_key;
  std::string what(route.pattern);
  for (const auto& part : asked.path) what += '/' + part;
  for (const auto& [name, value] : asked.query)
    what += '&' + name + '=' + value;
  what += '\n' + asked.body;
  // The asker may go before the answer comes.
  auto copy = std::make_shared<tools::call>(asked);
  const auto of_key = std::string(idempotency_prefix) +
                      escaped(asked.who.name) + ':' +
                      escaped(asked.idempotency_key) + ':';
  copy->command_id = of_key + hash_of_token(what).substr(0, hash_digits);
  return keys_.once(whole, what, [this, copy, &route, of_key] {
    return service_.engine
        .ask<std::vector<done_command>>([this, of_key] {
          return service_.engine.behind().commands_done(of_key);
        })
        .then([this, copy, &route](result<std::vector<done_command>> before)
                  -> kj::Promise<call_answer> {
          if (before && !before->empty())
            return answered_before(*before, *copy, route);
          return route.handle(service_, *copy);
        })
        .attach(kj::heap(copy));
  });
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
  if (answer.status == 401) headers.set(names_.www_authenticate, "Bearer");
  auto body = kj::heap<std::string>(answer.body);
  if (gzip && body->size() >= options_.min_gzip_bytes) {
    *body = packed(*body);
    headers.set(names_.content_encoding, "gzip");
    headers.set(names_.vary, "Accept-Encoding");
  }
  auto out = response.send(static_cast<kj::uint>(answer.status),
                           reason_of(answer.status), headers, body->size());
  if (head) return kj::READY_NOW;
  auto writing = out->write(body->data(), body->size());
  return timer_.timeoutAfter(kj_time(options_.send_time), kj::mv(writing))
      .attach(kj::mv(out), kj::mv(body));
}

kj::Promise<void> http_service::handleClientProtocolError(
    kj::HttpHeaders::ProtocolError failure, Response& response) {
  // KJ's 501 is for methods that it has no word for.
  const auto status =
      failure.statusCode == 501 ? 405 : static_cast<int>(failure.statusCode);
  service_.metrics.answered("none", status, microseconds{0});
  return send(
      problem({error_code::invalid, text_of(failure.description), {}}, status),
      false, false, response);
}

kj::Promise<void> http_service::handleApplicationError(
    kj::Exception failure, kj::Maybe<Response&> response) {
  if (failure.getType() == kj::Exception::Type::DISCONNECTED)
    return kj::READY_NOW;
  service_.metrics.answered("none", 500, microseconds{0});
  if (log_) log_({nullptr, failure.getDescription().cStr(), 500, {}});
  KJ_IF_MAYBE (to, response)
    return send(problem({error_code::storage_unavailable,
                         "something went wrong that the log tells about",
                         {}},
                        500),
                false, false, *to);
  return kj::READY_NOW;
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
