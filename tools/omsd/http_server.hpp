#pragma once

/// An HTTP/1.1 server.
///
/// Purpose: connections over TCP, TLS and unix sockets; requests through the
/// strict parser, one at a time for each connection, and responses that are
/// written as the client reads them. Owner: the server's main; it outlives
/// the engine, whose answers are posted to it. Threads: one loop, in `run`; a
/// connection and its handler live there alone. `post`, `stop` and `on_loop`
/// are for all threads. Limits: those of `http_options`; a connection costs 16
/// KiB for what it sends, whatever that is. Errors: what is not HTTP is
/// refused and the connection closed; what goes wrong on a connection ends
/// that connection.
/// No Asio here: it takes seconds to compile.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tools/omsd/http_options.hpp"
#include "tools/omsd/strict_parser.hpp"

namespace oms::omsd {

/// What a response is read from, piece by piece, as the client takes it.
class body_source {
 public:
  virtual ~body_source() = default;
  /// Appends about `room` bytes; false after the last.
  virtual bool read(std::string& out, std::size_t room) = 0;
  /// Where it is known; otherwise the response is chunked.
  [[nodiscard]] virtual std::optional<std::uint64_t> length() const {
    return {};
  }
};

struct http_response {
  int status = 200;
  std::string_view reason = "OK";
  /// Lines, each "Name: value\r\n".
  std::string fields = {};
  std::string body = {};
  /// Instead of the body.
  std::unique_ptr<body_source> from = nullptr;
};

class http_connection : public std::enable_shared_from_this<http_connection> {
 public:
  virtual ~http_connection() = default;

  [[nodiscard]] const request_head& head() const { return parser_.head(); }
  /// From `http_handler::begin`: reads the body, or refuses it with 413.
  void take_body(std::size_t max_bytes);
  [[nodiscard]] std::string& body() { return body_; }
  /// The handler's, for this request.
  [[nodiscard]] std::shared_ptr<void>& state() { return state_of_handler_; }
  /// Once for each request; later ones are dropped.
  void respond(http_response response);

 protected:
  enum class phase { head, body, handling, sending, streaming, linger, closed };

  virtual void read_more() = 0;
  virtual void flush() = 0;
  virtual void close() = 0;
  virtual void end_of_sending() = 0;
  virtual void bound_send_buffer() = 0;
  void advance();
  void step();
  void sent();
  void gone();
  void pump();
  void refuse(int status, std::string_view why);
  void next_request();
  void begin_linger();
  void deadline(std::chrono::seconds in);
  [[nodiscard]] bool has_body_to_read() const;

  static constexpr std::size_t buffer_bytes = 16'384;
  static constexpr std::size_t piece_bytes = 32'768;

  friend class http_server;
  friend class http_exchange;
  struct loop;

  strict_parser parser_;
  std::string body_;
  std::string out_;
  /// What is being written, and how much of it is.
  std::string in_flight_;
  std::size_t flown_ = 0;
  std::unique_ptr<char[]> buffer_ = std::make_unique<char[]>(buffer_bytes);
  std::unique_ptr<body_source> source_;
  std::shared_ptr<void> state_of_handler_;
  loop* loop_ = nullptr;
  /// In the buffer: what is not yet parsed, and where the body begins.
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t floor_ = 0;
  std::size_t lingered_bytes_ = 0;
  std::size_t body_progress_bytes_ = 0;
  std::chrono::steady_clock::time_point until_{};
  std::size_t slot_ = 0;
  std::atomic<std::uint64_t> number_{0};
  phase phase_ = phase::head;
  bool reading_ = false;
  bool writing_ = false;
  bool keep_ = false;
  bool chunked_ = false;
  bool stepping_ = false;
  bool again_ = false;
  bool responded_ = false;
  bool eof_ = false;
  bool continued_ = false;
  bool head_begun_ = false;
};

/// One request. A response that comes too late is dropped: it never answers
/// the next request of the same connection.
class http_exchange {
 public:
  http_exchange(std::shared_ptr<http_connection> on, std::uint64_t number)
      : on_(std::move(on)), number_(number) {}

  /// Whether anybody still waits for the response. Threads: any.
  [[nodiscard]] bool is_awaited() const { return on_->number_ == number_; }
  /// On the loop's thread.
  void respond(http_response response) const {
    if (is_awaited()) on_->respond(std::move(response));
  }

 private:
  std::shared_ptr<http_connection> on_;
  std::uint64_t number_;
};

/// Runs on the loop's thread and must not wait.
class http_handler {
 public:
  virtual ~http_handler() = default;
  /// The header is there. Responds, and the body is not read; or takes it.
  virtual void begin(http_connection& of) = 0;
  /// The body is there too; the response may come later.
  virtual void complete(http_connection& of, const http_exchange& one) = 0;
  /// What the server refuses by itself.
  virtual http_response refusal(http_connection& of, int status,
                                std::string_view why) = 0;
  virtual void opened() = 0;
  virtual void closed() = 0;
  /// A connection that broke where somebody should know: a TLS handshake.
  virtual void failed(const std::string& why) = 0;
};

class http_server {
 public:
  /// PEM files; TLS for all addresses when they are given. Throws
  /// std::runtime_error for files that TLS can't use.
  http_server(const http_options& options, const std::string& certificate,
              const std::string& key);
  ~http_server();
  http_server(const http_server&) = delete;
  http_server& operator=(const http_server&) = delete;

  /// "HOST:PORT", "HOST" for `default_port`, or "unix:PATH", whose socket is
  /// made anew; port 0: any. The port, 0 for a unix socket. Throws
  /// std::runtime_error. Before `run`.
  unsigned short listen(const std::string& address,
                        unsigned short default_port);
  /// Serves until `stop`, or until all connections are gone after it.
  void run(http_handler& to);

  /// Runs on the loop's thread after what is ready there now.
  void post(std::function<void()> what);
  /// Runs now when this is the loop's thread, otherwise as `post`.
  void on_loop(std::function<void()> what);
  /// Takes nothing new; idle connections close, the others after their
  /// response, all of them after `drain`.
  void stop(std::chrono::seconds drain);

 private:
  std::unique_ptr<http_connection::loop> loop_;
};

}  // namespace oms::omsd
