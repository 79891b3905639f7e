#pragma once

/// A client of omsd: one call at a time over http, https or a unix socket, with
/// the caller's token. One thread at a time.
///
/// A call without an answer is an `error` that says what to do. A problem
/// document is an answer. Limits: `connect_time_ms`, `answer_time_ms`,
/// `max_answer_bytes`.

#include <CLI/App.hpp>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "messages/errors.hpp"

namespace oms::omsctl {

struct server_options {
  /// http://HOST[:PORT], https://HOST[:PORT] or unix:PATH.
  std::string url;
  /// A file whose first line is the token; empty: OMS_TOKEN, or no token.
  std::string token_file;
  /// Certificates (PEM) to trust in place of the system's; empty: the system's.
  std::string ca_file;

  static constexpr long connect_time_ms = 5'000;
  /// More than omsd's own limit of 30 s, so that its answer, which says why,
  /// comes first.
  long answer_time_ms = 40'000;
  static constexpr std::size_t max_answer_bytes = std::size_t{256} << 20;
};

/// Adds --server, --token-file and --ca-file.
void add_server_options(CLI::App& command, server_options& options);

/// `options`, with OMS_SERVER as its URL if it has none.
[[nodiscard]] server_options with_environment(server_options options);

struct http_answer {
  int status = 0;
  std::string body;

  [[nodiscard]] bool is_good() const { return status >= 200 && status < 300; }
};

/// A GET: a path whose parts are encoded already, and parameters, which are
/// not.
struct http_question {
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;
  std::string_view accept = "application/json";
};

/// A command: a POST, PUT or PATCH.
struct http_command {
  const char* method = "POST";
  std::string path;
  /// JSON.
  std::string body;
  /// The author in the audit trail; empty: the token's name.
  std::string by;
  /// The Idempotency-Key, under which it may be sent again; empty: none.
  std::string key;
};

class http_client {
 public:
  /// `invalid` if the address is not one, or a file can't be read. Connects to
  /// nothing yet.
  [[nodiscard]] static result<std::unique_ptr<http_client>> open(
      const server_options& options);

  ~http_client();
  http_client(const http_client&) = delete;
  http_client& operator=(const http_client&) = delete;

  /// Gives up with an error if an `interruption` comes meanwhile.
  [[nodiscard]] result<http_answer> get(const http_question& question);
  [[nodiscard]] result<http_answer> send(const http_command& asked);

 private:
  struct connection;
  /// The beginning and the end of every call.
  void prepare(const std::string& path,
               const std::vector<std::string>& headers);
  result<http_answer> perform();
  explicit http_client(std::unique_ptr<connection> made);
  std::unique_ptr<connection> connection_;
};

/// Percent-encodes a part of a path, or the value of a parameter.
[[nodiscard]] std::string encoded(std::string_view part);

/// The detail of a problem document, and a line for each further fault.
[[nodiscard]] std::string problem_text(const http_answer& answer);

}  // namespace oms::omsctl
