#pragma once

/// An HTTP/1.1 server.
///
/// Accepts connections over TCP, TLS and unix sockets. Each connection reads
/// one request at a time through the strict parser and writes the response as
/// the client takes it.
///
/// There is one loop, in `run`; a connection and its handler live on its thread
/// alone. `post`, `stop` and `on_loop` may be called on any thread. The server
/// must outlive the engine, whose answers are posted to it. The limits are
/// those of `http_options`; a connection takes 16 KiB for what it sends,
/// however much that is. What is not HTTP is refused and its connection closed;
/// what goes wrong on a connection ends that connection only.
///
/// Asio is not included here, because it takes seconds to compile.

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

/// The source of a response that is written piece by piece, as the client takes
/// it.
class body_source {
 public:
  virtual ~body_source() = default;
  /// Appends about `room` bytes; false after the last.
  virtual bool read(std::string& out, std::size_t room) = 0;
  /// The size, if it is known; otherwise the response is chunked.
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
  /// The handler's own data, for this request.
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
  /// What is being written, and how much of it is. It is apart from `out_`, so
  /// that what is appended meanwhile does not move it.
  std::string in_flight_;
  std::size_t flown_ = 0;
  std::unique_ptr<char[]> buffer_ = std::make_unique<char[]>(buffer_bytes);
  std::unique_ptr<body_source> source_;
  std::shared_ptr<void> state_of_handler_;
  loop* loop_ = nullptr;
  /// In the buffer: the part that is not parsed yet, and where the body begins.
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t floor_ = 0;
  std::size_t lingered_bytes_ = 0;
  std::size_t body_progress_bytes_ = 0;
  std::chrono::steady_clock::time_point until_{};
  std::size_t slot_ = 0;
  /// Counts requests, and is raised once more at the end. Atomic, because
  /// `http_exchange::is_awaited` compares it on any thread.
  std::atomic<std::uint64_t> number_{0};
  phase phase_ = phase::head;
  bool reading_ = false;
  bool writing_ = false;
  bool keep_ = false;
  bool chunked_ = false;
  /// Set while `advance` loops, and when it must loop once more.
  bool stepping_ = false;
  bool again_ = false;
  bool responded_ = false;
  bool eof_ = false;
  bool continued_ = false;
  /// The deadline of the header is running.
  bool head_begun_ = false;
};

/// One request. A response that comes too late is dropped: it never answers
/// the next request of the same connection.
class http_exchange {
 public:
  http_exchange(std::shared_ptr<http_connection> on, std::uint64_t number)
      : on_(std::move(on)), number_(number) {}

  /// Whether a client still waits for the response. May be called on any
  /// thread.
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
  /// The header is complete. Either responds, and the body is not read, or
  /// takes the body.
  virtual void begin(http_connection& of) = 0;
  /// The body is complete too; the response may come later.
  virtual void complete(http_connection& of, const http_exchange& one) = 0;
  /// The response for what the server itself refuses.
  virtual http_response refusal(http_connection& of, int status,
                                std::string_view why) = 0;
  virtual void opened() = 0;
  virtual void closed() = 0;
  /// A connection broke in a way that the operator should know: a TLS
  /// handshake.
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

  /// "HOST:PORT", "HOST" for `default_port`, or "unix:PATH", whose socket file
  /// is created anew; port 0 picks a free one. Returns the port, 0 for a unix
  /// socket. Throws std::runtime_error. To be called before `run`.
  unsigned short listen(const std::string& address,
                        unsigned short default_port);
  /// Serves until `stop`, or until all connections are gone after it.
  void run(http_handler& to);

  /// Runs on the loop's thread after what is ready there now.
  void post(std::function<void()> what);
  /// Runs now when this is the loop's thread, otherwise as `post`.
  void on_loop(std::function<void()> what);
  /// Accepts nothing new. Idle connections close, the others after their
  /// response, and all of them after `drain`.
  void stop(std::chrono::seconds drain);

 private:
  std::unique_ptr<http_connection::loop> loop_;
};

}  // namespace oms::omsd
