#include "tools/omsd/http_server.hpp"

#include <openssl/err.h>
#include <unistd.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <stdexcept>
#include <thread>
#include <vector>

namespace oms::omsd {

namespace net = boost::asio;
using boost::system::error_code;
using clock = std::chrono::steady_clock;
using stream_socket = net::generic::stream_protocol::socket;
using tls_stream = net::ssl::stream<stream_socket>;

namespace {

constexpr std::size_t max_lingered_bytes = 16 << 20;
/// What one connection writes before others get their turn.
constexpr std::size_t max_bytes_in_a_turn = 1 << 18;
/// A body has its time for each of these.
constexpr std::size_t bytes_in_body_time = 1 << 20;
/// Of a response that is written in pieces: else the kernel would keep up to 4
/// MiB for each slow reader.
constexpr int bounded_send_buffer_bytes = 1 << 18;
/// One timer for all connections, instead of one for every read and write.
constexpr std::chrono::milliseconds sweep_pause{500};
/// Before the next accept when there are no file descriptors.
constexpr std::chrono::milliseconds accept_pause{100};

constexpr int timed_out_status = 408;
constexpr int too_large_status = 413;
constexpr int head_too_large_status = 431;
constexpr int no_answer_status = 503;

constexpr std::string_view unix_prefix = "unix:";

[[noreturn]] void fail(const std::string& what, const error_code& why) {
  throw std::runtime_error(what + ": " + why.message());
}

/// Host and port of "HOST:PORT", "[::1]:PORT" or "HOST".
std::pair<std::string, std::string> host_and_port(const std::string& address) {
  const auto colon = address.rfind(':');
  const bool has_port =
      colon != std::string::npos &&
      (address.find(':') == colon || address[colon - 1] == ']');
  auto host = has_port ? address.substr(0, colon) : address;
  if (host.size() > 1 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  return {host, has_port ? address.substr(colon + 1) : std::string()};
}

net::generic::stream_protocol::endpoint resolved(net::io_context& context,
                                                 const std::string& address,
                                                 unsigned short default_port) {
  auto [host, port] = host_and_port(address);
  if (port.empty()) port = std::to_string(default_port);
  if (host == "*") host = "::";
  error_code ec;
  net::ip::tcp::resolver resolver(context);
  const auto found = resolver.resolve(
      host, port,
      net::ip::tcp::resolver::passive | net::ip::tcp::resolver::numeric_service,
      ec);
  if (ec || found.empty()) fail(address + " can't be resolved", ec);
  return found.begin()->endpoint();
}

}  // namespace

/// All that lives on the loop's thread.
struct http_connection::loop {
  struct listener {
    explicit listener(net::io_context& context)
        : acceptor(context), again(context) {}
    net::basic_socket_acceptor<net::generic::stream_protocol> acceptor;
    net::steady_timer again;
    bool accepting = false;
  };

  explicit loop(const http_options& of) : options(of) { stamp(); }

  void accept(listener& from);
  void accept_all() {
    for (auto& each : listeners) accept(*each);
  }
  void begin(stream_socket socket);
  void sweep();
  void out_of_time(http_connection& of);
  /// The Date of responses.
  void stamp() {
    const auto time = std::time(nullptr);
    std::tm at{};
    gmtime_r(&time, &at);
    char line[64];
    date.assign(line,
                std::strftime(line, sizeof line,
                              "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &at));
  }
  void add(http_connection& one) {
    one.slot_ = open.size();
    open.push_back(one.shared_from_this());
    handler->opened();
  }
  void remove(http_connection& one) {
    open[one.slot_].swap(open.back());
    open[one.slot_]->slot_ = one.slot_;
    open.pop_back();
    handler->closed();
    if (draining && open.empty()) return end();
    if (open.size() + 1 == options.max_connections)
      net::post(context, [this] { accept_all(); });
  }
  void stop(std::chrono::seconds drain);
  void end() {
    guard.reset();
    tick.cancel();
  }

  const http_options options;
  http_handler* handler = nullptr;
  net::io_context context{1};
  net::executor_work_guard<net::io_context::executor_type> guard{
      context.get_executor()};
  net::steady_timer tick{context};
  std::optional<net::ssl::context> tls;
  std::vector<std::unique_ptr<listener>> listeners;
  std::vector<std::shared_ptr<http_connection>> open;
  clock::time_point now = clock::now();
  clock::time_point drained_by = clock::time_point::max();
  std::string date;
  std::atomic<std::thread::id> thread;
  bool draining = false;
};

// --- the course of a connection ---------------------------------------------

void http_connection::deadline(std::chrono::seconds in) {
  until_ = loop_->now + in;
}

void http_connection::take_body(std::size_t max_bytes) {
  if (head().length && *head().length > max_bytes)
    return refuse(too_large_status, "the body is too large");
  if (head().length) body_.reserve(*head().length);
  parser_.take_body([this](std::string_view part) { body_ += part; },
                    max_bytes);
}

bool http_connection::has_body_to_read() const {
  return parser_.where() != strict_parser::at::end;
}

void http_connection::advance() {
  // What is called from a step returns here, so that a thousand pipelined
  // requests don't nest.
  again_ = true;
  if (stepping_) return;
  stepping_ = true;
  const auto self = shared_from_this();
  while (again_) {
    again_ = false;
    step();
  }
  stepping_ = false;
}

void http_connection::step() {
  if (phase_ == phase::linger) {
    begin_ = end_ = 0;
    if (eof_ || lingered_bytes_ > max_lingered_bytes) return close();
    return read_more();
  }
  if (phase_ != phase::head && phase_ != phase::body) return;
  const auto taken = parser_.feed(buffer_.get() + begin_, end_ - begin_);
  begin_ += taken;
  if (phase_ == phase::body &&
      (body_progress_bytes_ += taken) >= bytes_in_body_time) {
    body_progress_bytes_ = 0;
    deadline(loop_->options.body_time);
  }
  const auto where = parser_.where();
  if (where == strict_parser::at::failed)
    return refuse(parser_.status(), parser_.why());
  if (phase_ == phase::head && where != strict_parser::at::head) {
    floor_ = begin_;
    phase_ = phase::body;
    keep_ = head().keep_alive && !loop_->draining;
    deadline(loop_->options.body_time);
    loop_->handler->begin(*this);
    if (phase_ != phase::body) return;
  }
  if (where == strict_parser::at::end) {
    phase_ = phase::handling;
    deadline(loop_->options.answer_time);
    return loop_->handler->complete(*this, {shared_from_this(), number_});
  }
  if (taken > 0 && begin_ < end_) {
    again_ = true;
    return;
  }
  if (eof_) return close();
  if (phase_ == phase::body && begin_ > floor_) {
    // The head stays where it is; the rest of the body follows it.
    std::memmove(buffer_.get() + floor_, buffer_.get() + begin_, end_ - begin_);
    end_ -= begin_ - floor_;
    begin_ = floor_;
  }
  if (end_ == buffer_bytes)
    return refuse(head_too_large_status, "a line is too long");
  if (phase_ == phase::body && head().expects_continue && !continued_ &&
      end_ == floor_) {
    continued_ = true;
    out_ += "HTTP/1.1 100 Continue\r\n\r\n";
    flush();
  }
  if (phase_ == phase::head && end_ > 0 && !head_begun_) {
    // Once, so that sending a byte now and then gains nothing.
    head_begun_ = true;
    deadline(loop_->options.header_time);
  }
  read_more();
}

void http_connection::refuse(int status, std::string_view why) {
  keep_ = false;
  respond(loop_->handler->refusal(*this, status, why));
}

void http_connection::respond(http_response response) {
  if (phase_ == phase::closed || responded_) return;
  responded_ = true;
  // A body that is not read to its end can't be followed by a request.
  if (has_body_to_read() || loop_->draining) keep_ = false;
  const auto length = response.from
                          ? response.from->length()
                          : std::optional<std::uint64_t>(response.body.size());
  chunked_ = !length && head().http11;
  if (!length && !chunked_) keep_ = false;
  char line[48];
  out_.append(line, static_cast<std::size_t>(std::snprintf(
                        line, sizeof line, "HTTP/1.1 %d ", response.status)));
  out_.append(response.reason).append("\r\n").append(loop_->date);
  out_.append(response.fields);
  if (!keep_)
    out_ += "Connection: close\r\n";
  else if (!head().http11)
    out_ += "Connection: keep-alive\r\n";
  if (length)
    out_.append(line, static_cast<std::size_t>(std::snprintf(
                          line, sizeof line, "Content-Length: %llu\r\n",
                          static_cast<unsigned long long>(*length))));
  else if (chunked_)
    out_ += "Transfer-Encoding: chunked\r\n";
  out_ += "\r\n";
  deadline(loop_->options.send_time);
  if (head().method == "HEAD" || !response.from) {
    if (head().method != "HEAD") out_.append(response.body);
    phase_ = phase::sending;
    return flush();
  }
  source_ = std::move(response.from);
  bound_send_buffer();
  phase_ = phase::streaming;
  pump();
}

/// Reads on at the source while nothing is being written.
void http_connection::pump() {
  for (std::size_t all = 0; all < max_bytes_in_a_turn;) {
    if (writing_ || phase_ != phase::streaming) return;
    const auto begin = out_.size();
    // Room for the size, which is known when the chunk is there.
    constexpr std::size_t size_line_bytes = 10;
    if (chunked_) out_.append(size_line_bytes, '0');
    const auto from = out_.size();
    const bool more = source_->read(out_, piece_bytes);
    const auto size = out_.size() - from;
    all += size;
    if (size == 0) {
      out_.resize(begin);
    } else if (chunked_) {
      char line[24];
      std::snprintf(line, sizeof line, "%08zx\r\n", size);
      std::memcpy(out_.data() + begin, line, size_line_bytes);
      out_ += "\r\n";
    }
    if (!more) {
      if (chunked_) out_ += "0\r\n\r\n";
      source_ = nullptr;
      phase_ = phase::sending;
    }
    flush();
  }
  net::post(loop_->context, [self = shared_from_this()] { self->pump(); });
}

/// All of the response so far is with the kernel.
void http_connection::sent() {
  if (phase_ != phase::sending) return;
  if (keep_) return next_request();
  begin_linger();
}

void http_connection::next_request() {
  std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = floor_ = 0;
  body_.clear();
  // What a large request or response took is given back.
  if (body_.capacity() > buffer_bytes) body_ = {};
  if (out_.capacity() > 2 * buffer_bytes) out_ = {};
  if (in_flight_.capacity() > 2 * buffer_bytes) in_flight_ = {};
  parser_.reset();
  state_of_handler_ = nullptr;
  responded_ = continued_ = head_begun_ = false;
  body_progress_bytes_ = 0;
  ++number_;
  phase_ = phase::head;
  if (loop_->draining && end_ == 0) return close();
  deadline(loop_->options.idle_time);
  advance();
}

/// The client reads the response before it hears that nobody reads any more.
void http_connection::begin_linger() {
  phase_ = phase::linger;
  deadline(loop_->options.linger_time);
  end_of_sending();
  advance();
}

void http_connection::gone() {
  phase_ = phase::closed;
  source_ = nullptr;
  state_of_handler_ = nullptr;
  ++number_;
  loop_->remove(*this);
}

// --- the two kinds of streams ------------------------------------------------

namespace {

template <class Stream>
class stream_connection final : public http_connection {
  static constexpr bool plain = std::is_same_v<Stream, stream_socket>;

 public:
  explicit stream_connection(Stream stream) : stream_(std::move(stream)) {}

  void start(http_handler& to) {
    if constexpr (plain) {
      advance();
    } else {
      stream_.async_handshake(net::ssl::stream_base::server,
                              [self = self(), &to](error_code ec) {
                                if (self->phase_ == phase::closed) return;
                                if (!ec) return self->advance();
                                if (ec != net::error::eof &&
                                    ec != net::ssl::error::stream_truncated)
                                  to.failed("TLS: " + ec.message());
                                self->close();
                              });
    }
  }

 private:
  std::shared_ptr<stream_connection> self() {
    return std::static_pointer_cast<stream_connection>(shared_from_this());
  }

  void read_more() override {
    if (reading_ || phase_ == phase::closed) return;
    // The shutdown of TLS reads by itself.
    if (!plain && phase_ == phase::linger) return;
    reading_ = true;
    // A buffer that a request doesn't fill tells Asio that the socket is
    // empty, which saves a second read.
    stream_.async_read_some(
        net::buffer(buffer_.get() + end_, buffer_bytes - end_),
        [self = self()](error_code ec, std::size_t size) {
          self->reading_ = false;
          if (self->phase_ == phase::closed) return;
          if (ec && ec != net::error::eof) return self->close();
          if (ec) self->eof_ = true;
          self->end_ += size;
          self->lingered_bytes_ += size;
          self->advance();
        });
  }

  void flush() override {
    if (writing_ || phase_ == phase::closed || out_.empty()) return;
    // What comes meanwhile goes to `out_`.
    in_flight_.swap(out_);
    flown_ = 0;
    if constexpr (plain) {
      // Most responses go at once, without a turn of the loop.
      error_code ec;
      flown_ = stream_.write_some(net::buffer(in_flight_), ec);
      if (ec && ec != net::error::would_block) return close();
      if (flown_ == in_flight_.size()) {
        in_flight_.clear();
        return sent();
      }
    }
    write_on();
  }

  void write_on() {
    writing_ = true;
    stream_.async_write_some(
        net::buffer(in_flight_.data() + flown_, in_flight_.size() - flown_),
        [self = self()](error_code ec, std::size_t size) {
          self->writing_ = false;
          if (self->phase_ == phase::closed) return;
          if (ec) return self->close();
          self->flown_ += size;
          if (self->phase_ == phase::sending ||
              self->phase_ == phase::streaming)
            self->deadline(self->loop_->options.send_time);
          if (self->flown_ < self->in_flight_.size()) return self->write_on();
          self->in_flight_.clear();
          if (!self->out_.empty()) return self->flush();
          self->sent();
          self->pump();
        });
  }

  void bound_send_buffer() override {
    error_code ignored;
    stream_.lowest_layer().set_option(
        net::socket_base::send_buffer_size(bounded_send_buffer_bytes), ignored);
  }

  void end_of_sending() override {
    if constexpr (plain) {
      error_code ignored;
      stream_.shutdown(net::socket_base::shutdown_send, ignored);
    } else {
      // It ends early when the client sends on. Closing now would reset the
      // connection, and the client might never read the response.
      stream_.async_shutdown([self = self()](error_code) {
        if (self->phase_ == phase::closed) return;
        error_code ignored;
        self->stream_.lowest_layer().shutdown(net::socket_base::shutdown_send,
                                              ignored);
        self->discard();
      });
    }
  }

  /// Reads below TLS, whose end was sent, until the client closes.
  void discard() {
    stream_.next_layer().async_read_some(
        net::buffer(buffer_.get(), buffer_bytes),
        [self = self()](error_code ec, std::size_t size) {
          if (self->phase_ == phase::closed) return;
          self->lingered_bytes_ += size;
          if (ec || self->lingered_bytes_ > max_lingered_bytes)
            return self->close();
          self->discard();
        });
  }

  void close() override {
    if (phase_ == phase::closed) return;
    const auto keep = self();
    error_code ignored;
    stream_.lowest_layer().close(ignored);
    gone();
  }

  Stream stream_;
};

}  // namespace

// --- the loop ----------------------------------------------------------------

void http_connection::loop::accept(listener& from) {
  if (from.accepting || draining || open.size() >= options.max_connections)
    return;
  from.accepting = true;
  from.acceptor.async_accept(
      [this, &from](error_code ec, stream_socket socket) {
        from.accepting = false;
        if (draining) return;
        if (ec) {
          // Most likely there are no file descriptors: the backlog waits.
          from.again.expires_after(accept_pause);
          return from.again.async_wait([this, &from](error_code cancelled) {
            if (!cancelled) accept(from);
          });
        }
        begin(std::move(socket));
        accept(from);
      });
}

void http_connection::loop::begin(stream_socket socket) {
  error_code ignored;
  // Not of unix sockets, which refuse it.
  socket.set_option(net::ip::tcp::no_delay(true), ignored);
  socket.non_blocking(true, ignored);
  const auto start = [this](auto made) {
    made->loop_ = this;
    add(*made);
    made->deadline(options.header_time);
    made->start(*handler);
  };
  if (tls)
    start(std::make_shared<stream_connection<tls_stream>>(
        tls_stream(std::move(socket), *tls)));
  else
    start(
        std::make_shared<stream_connection<stream_socket>>(std::move(socket)));
}

void http_connection::loop::sweep() {
  tick.expires_after(sweep_pause);
  tick.async_wait([this](error_code ec) {
    if (ec) return;
    now = clock::now();
    stamp();
    // What is closed leaves the list, and the last one takes its place.
    for (std::size_t i = open.size(); i-- > 0;) {
      const auto each = open[i];
      if (now > each->until_ || now > drained_by) out_of_time(*each);
    }
    if (!draining || !open.empty()) sweep();
  });
}

void http_connection::loop::out_of_time(http_connection& of) {
  if (now > drained_by) return of.close();
  if (of.phase_ == phase::handling)
    return of.refuse(no_answer_status,
                     "there is no answer yet; the request may still take "
                     "effect: send it again with the same Idempotency-Key");
  const bool begun = (of.phase_ == phase::head && of.parser_.begun()) ||
                     of.phase_ == phase::body;
  if (begun && !of.responded_)
    return of.refuse(timed_out_status, of.phase_ == phase::body
                                           ? "the body took too long"
                                           : "the header took too long");
  of.close();
}

void http_connection::loop::stop(std::chrono::seconds drain) {
  drained_by = clock::now() + drain;
  if (draining) return;
  draining = true;
  error_code ignored;
  for (auto& each : listeners) {
    each->acceptor.close(ignored);
    each->again.cancel();
  }
  for (std::size_t i = open.size(); i-- > 0;) {
    const auto each = open[i];
    if (each->phase_ == phase::head && each->end_ == 0) each->close();
  }
  if (open.empty()) end();
}

// --- the server --------------------------------------------------------------

http_server::http_server(const http_options& options,
                         const std::string& certificate, const std::string& key)
    : loop_(std::make_unique<http_connection::loop>(options)) {
  if (certificate.empty()) return;
  auto& tls = loop_->tls.emplace(net::ssl::context::tls_server);
  auto* native = tls.native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION);
  // An idle connection keeps no buffers of TLS.
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
  error_code ec;
  tls.use_certificate_chain_file(certificate, ec);
  if (ec) fail(certificate + " can't be used as a certificate", ec);
  tls.use_private_key_file(key, net::ssl::context::pem, ec);
  if (ec) fail(key + " can't be used as the certificate's key", ec);
}

http_server::~http_server() = default;

unsigned short http_server::listen(const std::string& address,
                                   unsigned short default_port) {
  using endpoint_type = net::generic::stream_protocol::endpoint;
  endpoint_type endpoint;
  if (address.starts_with(unix_prefix)) {
    const auto path = address.substr(unix_prefix.size());
    ::unlink(path.c_str());
    endpoint = net::local::stream_protocol::endpoint(path);
  } else {
    endpoint = resolved(loop_->context, address, default_port);
  }
  auto& made = loop_->listeners.emplace_back(
      std::make_unique<http_connection::loop::listener>(loop_->context));
  error_code ec;
  auto& acceptor = made->acceptor;
  acceptor.open(endpoint.protocol(), ec);
  if (!ec) acceptor.set_option(net::socket_base::reuse_address(true), ec);
  if (!ec) acceptor.bind(endpoint, ec);
  if (!ec) acceptor.listen(net::socket_base::max_listen_connections, ec);
  if (ec) fail("can't listen on " + address, ec);
  if (address.starts_with(unix_prefix)) return 0;
  const auto bound = acceptor.local_endpoint();
  net::ip::tcp::endpoint port;
  std::memcpy(port.data(), bound.data(), bound.size());
  return port.port();
}

void http_server::run(http_handler& to) {
  loop_->thread = std::this_thread::get_id();
  loop_->handler = &to;
  loop_->sweep();
  loop_->accept_all();
  loop_->context.run();
}

void http_server::post(std::function<void()> what) {
  net::post(loop_->context, std::move(what));
}

void http_server::on_loop(std::function<void()> what) {
  if (loop_->thread.load() == std::this_thread::get_id()) return what();
  post(std::move(what));
}

void http_server::stop(std::chrono::seconds drain) {
  post([in = loop_.get(), drain] { in->stop(drain); });
}

}  // namespace oms::omsd
