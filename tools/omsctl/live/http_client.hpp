#pragma once

/// A client of omsd.
///
/// Purpose: one call after the other over http, https or a unix socket, with
/// the caller's token. Owner: the command. Threads: one. Errors: what did not
/// get an answer is an `error` that says what to do; a problem document is an
/// answer. Limits: `connect_time_ms`, `answer_time_ms`, `max_answer_bytes`.

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
  /// Its first line is the token; empty: OMS_TOKEN, or none.
  std::string token_file;
  /// Certificates to trust in place of the system's; empty: those.
  std::string ca_file;

  static constexpr long connect_time_ms = 5'000;
  /// omsd itself answers within 30 s.
  long answer_time_ms = 40'000;
  static constexpr std::size_t max_answer_bytes = std::size_t{256} << 20;
};

/// Adds --server, --token-file and --ca-file.
void add_server_options(CLI::App& command, server_options& options);

/// `options` with what OMS_SERVER says where no --server was given.
[[nodiscard]] server_options with_environment(server_options options);

struct http_answer {
  int status = 0;
  std::string body;

  [[nodiscard]] bool is_good() const { return status >= 200 && status < 300; }
};

/// What is asked: a path whose parts are encoded already, and parameters.
struct http_question {
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;
  std::string_view accept = "application/json";
};

/// What is to be done.
struct http_command {
  const char* method = "POST";
  std::string path;
  /// JSON.
  std::string body;
  /// Stands in the audit trail; empty: the token's name.
  std::string by;
  /// For sending it again; empty: none.
  std::string key;
};

class http_client {
 public:
  /// `invalid` when the address is none, or a file can't be read.
  [[nodiscard]] static result<std::unique_ptr<http_client>> open(
      const server_options& options);

  ~http_client();
  http_client(const http_client&) = delete;
  http_client& operator=(const http_client&) = delete;

  /// Gives up, with an error, when an `interruption` comes meanwhile.
  [[nodiscard]] result<http_answer> get(const http_question& question);
  [[nodiscard]] result<http_answer> send(const http_command& asked);

 private:
  struct connection;
  /// What every call begins with, and then its end.
  void prepare(const std::string& path,
               const std::vector<std::string>& headers);
  result<http_answer> perform();
  explicit http_client(std::unique_ptr<connection> made);
  std::unique_ptr<connection> connection_;
};

/// For a part of a path: what is no plain character percent-encoded.
[[nodiscard]] std::string encoded(std::string_view part);

/// The detail of a problem document, and a line for each further fault.
[[nodiscard]] std::string problem_text(const http_answer& answer);

}  // namespace oms::omsctl
