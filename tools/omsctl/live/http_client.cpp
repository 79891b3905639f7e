#include "tools/omsctl/live/http_client.hpp"

#include <curl/curl.h>
#include <fmt/core.h>

#include <cstdlib>
#include <fstream>

#include "tools/json/value.hpp"
#include "tools/text/signals.hpp"

namespace oms::omsctl {

namespace {

constexpr std::string_view unix_scheme = "unix:";

// Set but empty counts as not set, as in `OMS_SERVER= omsctl ...`.
std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

error wrong(std::string message) {
  return {error_code::invalid, std::move(message), {}};
}

// Never an argument: other users of the machine see command lines.
result<std::string> token_of(const server_options& options) {
  if (options.token_file.empty()) return environment("OMS_TOKEN");
  std::ifstream in(options.token_file);
  std::string token;
  if (!std::getline(in, token))
    return wrong(options.token_file + ": can't read a token from it");
  // Editors and Windows leave these at the end of a line; a header must not
  // contain them.
  while (!token.empty() && (token.back() == '\r' || token.back() == ' '))
    token.pop_back();
  return token;
}

std::size_t take(char* data, std::size_t, std::size_t bytes, void* into) {
  auto& body = *static_cast<std::string*>(into);
  // Fewer bytes than were given end the call. A server that never stops sending
  // must not fill the memory.
  if (body.size() + bytes > server_options::max_answer_bytes) return 0;
  body.append(data, bytes);
  return bytes;
}

// libcurl calls this about once a second, and after a signal. Without an
// `interruption` a signal ends the process as usual.
int may_go_on(void*, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return text::interruption::came() ? 1 : 0;
}

// libcurl says what happened; this says what to do about it.
std::string advice(CURLcode code, const std::string& url) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return "check the host in --server or OMS_SERVER";
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
      return "the certificate is not trusted; name its issuer with "
             "--ca-file FILE";
    case CURLE_OPERATION_TIMEDOUT:
      return "the server did not answer in time; try again";
    case CURLE_COULDNT_CONNECT:
      return "is omsd running there? Start it with `omsd --listen ...`, or "
             "name another address with --server or OMS_SERVER";
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_WEIRD_SERVER_REPLY:
      // A server that expects TLS closes on plain HTTP without a word.
      return url.starts_with("http:")
                 ? "the server did not answer; does it require https://?"
                 : "the server did not answer; try again";
    default:
      return "check --server or OMS_SERVER";
  }
}

}  // namespace

void add_server_options(CLI::App& command, server_options& options) {
  command.add_option("--server", options.url,
                     "URL of a running omsd: http://HOST:PORT, "
                     "https://HOST:PORT or unix:PATH (default: OMS_SERVER)");
  command.add_option("--token-file", options.token_file,
                     "File with the token on its first line (default: the "
                     "token in OMS_TOKEN)");
  command.add_option("--ca-file", options.ca_file,
                     "Certificates (PEM) to trust, in place of the system's");
}

server_options with_environment(server_options options) {
  if (options.url.empty()) options.url = environment("OMS_SERVER");
  return options;
}

// libcurl keeps the address of the header list, so both live and die together.
struct http_client::connection {
  CURL* curl = nullptr;
  curl_slist* headers = nullptr;
  std::string url;
  std::string base;
  std::string token;
  std::string socket;
  std::string ca_file;
  long answer_time_ms = 0;

  connection() : curl(curl_easy_init()) {}
  ~connection() {
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
  }
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;
};

http_client::http_client(std::unique_ptr<connection> made)
    : connection_(std::move(made)) {}
http_client::~http_client() = default;

result<std::unique_ptr<http_client>> http_client::open(
    const server_options& options) {
  auto made = std::make_unique<connection>();
  if (made->curl == nullptr) return wrong("libcurl can't be initialized");
  auto token = token_of(options);
  if (!token) return token.failure();
  made->token = std::move(*token);
  made->url = options.url;
  made->ca_file = options.ca_file;
  made->answer_time_ms = options.answer_time_ms;
  if (options.url.starts_with(unix_scheme)) {
    made->socket = options.url.substr(unix_scheme.size());
    // libcurl needs a host for the Host header even if it connects to a path.
    made->base = "http://localhost";
  } else if (options.url.starts_with("http://") ||
             options.url.starts_with("https://")) {
    made->base = options.url;
    // Paths begin with a slash.
    while (made->base.ends_with('/')) made->base.pop_back();
  } else {
    return wrong(options.url.empty()
                     ? "name a server: --server URL, or OMS_SERVER"
                     : options.url +
                           ": a server must be http://HOST:PORT, "
                           "https://HOST:PORT or unix:PATH");
  }
  return std::unique_ptr<http_client>(new http_client(std::move(made)));
}

result<http_answer> http_client::get(const http_question& question) {
  auto path = question.path;
  for (std::size_t i = 0; i < question.query.size(); ++i) {
    const auto& [name, value] = question.query[i];
    path += (i == 0 ? "?" : "&") + name + "=" + encoded(value);
  }
  prepare(path, {"Accept: " + std::string(question.accept)});
  return perform();
}

result<http_answer> http_client::send(const http_command& asked) {
  // The empty Expect keeps libcurl from waiting for a 100 Continue before it
  // sends a large body.
  std::vector<std::string> headers{"Content-Type: application/json", "Expect:"};
  if (!asked.by.empty()) headers.push_back("X-Actor: " + asked.by);
  if (!asked.key.empty()) headers.push_back("Idempotency-Key: " + asked.key);
  prepare(asked.path, headers);
  auto* curl = connection_->curl;
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, asked.method);
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
                   static_cast<curl_off_t>(asked.body.size()));
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, asked.body.data());
  return perform();
}

void http_client::prepare(const std::string& path,
                          const std::vector<std::string>& headers) {
  auto& self = *connection_;
  auto* curl = self.curl;
  // The call before has ended, so libcurl no longer needs them.
  curl_slist_free_all(std::exchange(self.headers, nullptr));
  for (const auto& line : headers)
    self.headers = curl_slist_append(self.headers, line.c_str());
  if (!self.token.empty())
    self.headers = curl_slist_append(
        self.headers, ("Authorization: Bearer " + self.token).c_str());

  // Keeps open connections, and forgets the options of the call before.
  curl_easy_reset(curl);
  curl_easy_setopt(curl, CURLOPT_URL, (self.base + path).c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, self.headers);
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  // A proxy from the environment would see the token, and would be wrong for a
  // server on this machine or on a unix socket.
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  // Every encoding that libcurl can undo: omsd packs large answers.
  curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
  // An import has a handle per thread, and libcurl's time-outs by SIGALRM would
  // hit any of them.
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
                   server_options::connect_time_ms);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, self.answer_time_ms);
  // Or `may_go_on` is never called.
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, may_go_on);
  if (!self.socket.empty())
    curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, self.socket.c_str());
  if (!self.ca_file.empty())
    curl_easy_setopt(curl, CURLOPT_CAINFO, self.ca_file.c_str());
}

result<http_answer> http_client::perform() {
  auto& self = *connection_;
  http_answer answer;
  curl_easy_setopt(self.curl, CURLOPT_WRITEFUNCTION, take);
  curl_easy_setopt(self.curl, CURLOPT_WRITEDATA, &answer.body);
  if (const auto code = curl_easy_perform(self.curl); code != CURLE_OK)
    return error{error_code::storage_unavailable,
                 fmt::format("{}: {}; {}", self.url, curl_easy_strerror(code),
                             advice(code, self.url)),
                 {}};
  long status = 0;
  curl_easy_getinfo(self.curl, CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<int>(status);
  return answer;
}

std::string encoded(std::string_view part) {
  // Everything but RFC 3986's unreserved characters.
  std::string out;
  for (const char c : part) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       (c >= '0' && c <= '9') || c == '-' || c == '.' ||
                       c == '_' || c == '~';
    out += plain ? std::string(1, c)
                 : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

std::string problem_text(const http_answer& answer) {
  const auto read = json::parse_text(answer.body);
  // Not from omsd: a proxy in front of it may answer in HTML.
  if (!read || !read->is_object() || !read->contains("detail"))
    return fmt::format("the server answered {}", answer.status);
  const auto text_of = [](const json::value& of, const char* key) {
    const auto found = of.find(key);
    return found != of.end() && found->is_string() ? found->get<std::string>()
                                                   : std::string();
  };
  const auto detail = text_of(*read, "detail");
  auto out = detail;
  const auto faults = read->find("faults");
  if (faults == read->end() || !faults->is_array()) return out;
  for (const auto& each : *faults) {
    if (!each.is_object()) continue;
    const auto fault = text_of(each, "path") + " " + text_of(each, "message");
    // The detail of a single fault is that fault.
    if (fault != detail) out += "\n  " + fault;
  }
  return out;
}

}  // namespace oms::omsctl
