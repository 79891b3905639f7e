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
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <stdexcept>
#include <thread>
#include <vector>

#include "tools/omsd/socket_path.hpp"

namespace oms::omsd {

namespace net = boost::asio;
using boost::system::error_code;
using clock = std::chrono::steady_clock;
using stream_socket = net::generic::stream_protocol::socket;
using tls_stream = net::ssl::stream<stream_socket>;

namespace {

// After a refusal at most this much is read and dropped before the connection
// is closed, see `http_options::linger_time`.
constexpr std::size_t max_lingered_bytes = 16 << 20;
// What one connection writes before others get their turn. Without it, a fast
// reader of a large answer would hold the loop.
constexpr std::size_t max_bytes_in_a_turn = 1 << 18;
// A body has its time for each of these.
constexpr std::size_t bytes_in_body_time = 1 << 20;
// For responses that are written in pieces. The kernel would otherwise keep up
// to 4 MiB for each slow reader.
constexpr int bounded_send_buffer_bytes = 1 << 18;
// One timer for all connections, instead of one for every read and write.
// Deadlines are seconds, so half a second is near enough.
constexpr std::chrono::milliseconds sweep_pause{500};
// Before the next accept when the file descriptors have run out.
constexpr std::chrono::milliseconds accept_pause{100};

constexpr int timed_out_status = 408;
constexpr int too_large_status = 413;
constexpr int head_too_large_status = 431;
constexpr int no_answer_status = 503;

[[noreturn]] void fail(const std::string& what, const error_code& why) {
  throw std::runtime_error(what + ": " + why.message());
}

// Host and port of "HOST:PORT", "[::1]:PORT" or "HOST".
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
  // The resolver takes larger numbers modulo 65536 and would open another port.
  if (port.size() > 5 || std::strtoul(port.c_str(), nullptr, 10) > 65'535)
    throw std::runtime_error(address + ": a port is at most 65535");
  // With Linux's defaults a socket on "::" accepts IPv4 as well.
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

// Everything that lives on the loop's thread. A connection stays on its loop,
// so nothing here needs a lock.
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
  // The Date of responses.
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
  // The last connection takes the place of the one that goes, which costs the
  // same however many there are. `sweep` and `stop` rely on it.
  void remove(http_connection& one) {
    open[one.slot_].swap(open.back());
    open[one.slot_]->slot_ = one.slot_;
    open.pop_back();
    handler->closed();
    if (draining && open.empty()) return end();
    // Only if all places were taken did the listeners stop accepting.
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
  // As of the last sweep, so that a deadline need not read the clock.
  clock::time_point now = clock::now();
  clock::time_point drained_by = clock::time_point::max();
  std::string date;
  std::atomic<std::thread::id> thread;
  bool draining = false;
};

// --- the course of a connection ---------------------------------------------

// Up to half a second early, since `now` is as old as the last sweep.
void http_connection::deadline(std::chrono::seconds in) {
  until_ = loop_->now + in;
}

// Refused by its length before a byte of it is read, where the client tells the
// length. A chunked body is refused by the parser, once it is too long.
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

// Every event of a connection comes through here: bytes that were read, a
// response that was sent, an end.
void http_connection::advance() {
  // A step may answer and so begin the next request, which calls this again.
  // That call only marks that there is more to do and returns, so a thousand
  // pipelined requests don't nest.
  again_ = true;
  if (stepping_) return;
  stepping_ = true;
  // A step may close the connection, whose last owner may then be this call.
  const auto self = shared_from_this();
  while (again_) {
    again_ = false;
    step();
  }
  stepping_ = false;
}

// Feeds the parser with what was read, and acts on where it stands. The parser
// stops after the head and after the request, so each is judged before the next
// byte is parsed.
void http_connection::step() {
  if (phase_ == phase::linger) {
    // What comes after a refusal is dropped unread.
    begin_ = end_ = 0;
    if (eof_ || lingered_bytes_ > max_lingered_bytes) return close();
    return read_more();
  }
  if (phase_ != phase::head && phase_ != phase::body) return;
  const auto taken = parser_.feed(buffer_.get() + begin_, end_ - begin_);
  begin_ += taken;
  if (phase_ == phase::body &&
      // A large body has its time for each MiB, so a slow one is cut off soon
      // and a large one may take long.
      (body_progress_bytes_ += taken) >= bytes_in_body_time) {
    body_progress_bytes_ = 0;
    deadline(loop_->options.body_time);
  }
  const auto where = parser_.where();
  if (where == strict_parser::at::failed)
    return refuse(parser_.status(), parser_.why());
  if (phase_ == phase::head && where != strict_parser::at::head) {
    // From here on the head must not move: its fields are views into the
    // buffer.
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
    // The head stays in place, and the rest of the body moves up to it.
    std::memmove(buffer_.get() + floor_, buffer_.get() + begin_, end_ - begin_);
    end_ -= begin_ - floor_;
    begin_ = floor_;
  }
  // The buffer is full and the parser takes nothing of it.
  if (end_ == buffer_bytes)
    return refuse(head_too_large_status, "a line is too long");
  // A client that asks for leave to send its body gets it once the handler has
  // taken the body, unless it is sending already (RFC 9110, 10.1.1).
  if (phase_ == phase::body && head().expects_continue && !continued_ &&
      end_ == floor_) {
    continued_ = true;
    out_ += "HTTP/1.1 100 Continue\r\n\r\n";
    flush();
  }
  if (phase_ == phase::head && end_ > 0 && !head_begun_) {
    // Set once per head, so that a client gains nothing by sending a byte now
    // and then.
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
  // The rest of a body that is not read would be taken for the next request.
  if (has_body_to_read() || loop_->draining) keep_ = false;
  const auto length = response.from
                          ? response.from->length()
                          : std::optional<std::uint64_t>(response.body.size());
  // HTTP/1.0 has no chunks: the end of the connection ends such a response.
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
  // HEAD gets the fields of GET, the length included, without the body.
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

// Reads on from the source while nothing is being written, so that a response
// takes no more memory than a piece or two. Goes on from `write_on` when the
// client has taken what was written.
void http_connection::pump() {
  for (std::size_t all = 0; all < max_bytes_in_a_turn;) {
    if (writing_ || phase_ != phase::streaming) return;
    const auto begin = out_.size();
    // Room for eight digits and a line end. The size is filled in once the
    // chunk is complete; leading zeros are allowed (RFC 9112, 7.1).
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
  // Its turn is over; the others come first.
  net::post(loop_->context, [self = shared_from_this()] { self->pump(); });
}

// Everything of the response so far is with the kernel.
void http_connection::sent() {
  if (phase_ != phase::sending) return;
  if (keep_) return next_request();
  begin_linger();
}

void http_connection::next_request() {
  // Pipelined bytes of the next request come to the front; no view into the
  // buffer is used any more.
  std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = floor_ = 0;
  body_.clear();
  // The memory of a large request or response is given back: an idle connection
  // keeps 16 KiB, and there may be 20,000.
  if (body_.capacity() > buffer_bytes) body_ = {};
  if (out_.capacity() > 2 * buffer_bytes) out_ = {};
  if (in_flight_.capacity() > 2 * buffer_bytes) in_flight_ = {};
  parser_.reset();
  state_of_handler_ = nullptr;
  responded_ = continued_ = head_begun_ = false;
  body_progress_bytes_ = 0;
  ++number_;
  phase_ = phase::head;
  // On shutdown a request that has begun is still answered; between two
  // requests the connection ends.
  if (loop_->draining && end_ == 0) return close();
  deadline(loop_->options.idle_time);
  advance();
}

// Closes in two steps: ends the sending side, then reads until the client
// closes as well. Closing at once, with bytes unread, would reset the
// connection and might destroy the response.
void http_connection::begin_linger() {
  phase_ = phase::linger;
  deadline(loop_->options.linger_time);
  end_of_sending();
  advance();
}

// The number moves on, so that a response that is still being made finds no one
// who waits for it.
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
                                // A client that only opens and closes a
                                // connection, as health checks do, is not a
                                // failure.
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
    // The shutdown of TLS reads by itself, and two reads must not overlap.
    if (!plain && phase_ == phase::linger) return;
    reading_ = true;
    // A read that does not fill the buffer tells Asio that the socket is empty,
    // which saves a second read.
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
    // A write owns its text until it is done; what comes meanwhile goes to
    // `out_`.
    in_flight_.swap(out_);
    flown_ = 0;
    if constexpr (plain) {
      // The socket has room for most responses, so they go at once, without a
      // turn of the loop.
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
          // Renewed with each part that was taken: a slow reader may take its
          // time, one that takes nothing is cut off.
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
      // The shutdown of TLS ends early if the client goes on sending. Closing
      // now would reset the connection, and the client might never read the
      // response.
      stream_.async_shutdown([self = self()](error_code) {
        if (self->phase_ == phase::closed) return;
        error_code ignored;
        self->stream_.lowest_layer().shutdown(net::socket_base::shutdown_send,
                                              ignored);
        self->discard();
      });
    }
  }

  // Reads below TLS, whose end was sent, until the client closes or has sent
  // too much.
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
    // The list of the loop may hold the last reference.
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
  // Called by the end of each accept and whenever a place becomes free; one
  // accept at a time per listener.
  if (from.accepting || draining || open.size() >= options.max_connections)
    return;
  from.accepting = true;
  from.acceptor.async_accept(
      [this, &from](error_code ec, stream_socket socket) {
        from.accepting = false;
        if (draining) return;
        if (ec) {
          // Most likely the file descriptors have run out. The kernel's backlog
          // waits.
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
  // Responses are written whole, so waiting for more to send only delays them.
  // Unix sockets refuse the option.
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
    // From the end, because what is closed leaves the list and the last
    // connection takes its place.
    for (std::size_t i = open.size(); i-- > 0;) {
      const auto each = open[i];
      if (now > each->until_ || now > drained_by) out_of_time(*each);
    }
    if (!draining || !open.empty()) sweep();
  });
}

// The connection is answered where a client waits for an answer or has sent
// part of a request, and closed otherwise.
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
  // A second call only moves the end closer.
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
  // A client could make the server repeat the costly part of a handshake as
  // often as it likes.
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
    const auto path = address.substr(std::strlen(unix_prefix));
    clear_socket_path(path);
    endpoint = net::local::stream_protocol::endpoint(path);
  } else {
    endpoint = resolved(loop_->context, address, default_port);
  }
  auto& made = loop_->listeners.emplace_back(
      std::make_unique<http_connection::loop::listener>(loop_->context));
  error_code ec;
  auto& acceptor = made->acceptor;
  acceptor.open(endpoint.protocol(), ec);
  // Connections of an earlier run may still be in TIME_WAIT.
  if (!ec) acceptor.set_option(net::socket_base::reuse_address(true), ec);
  if (!ec) acceptor.bind(endpoint, ec);
  if (!ec) acceptor.listen(net::socket_base::max_listen_connections, ec);
  if (ec) fail("can't listen on " + address, ec);
  if (address.starts_with(unix_prefix)) return 0;
  const auto bound = acceptor.local_endpoint();
  // The generic endpoint, which has unix sockets as well, knows no port.
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

// An answer that was made on the loop itself is sent at once, without another
// turn.
void http_server::on_loop(std::function<void()> what) {
  if (loop_->thread.load() == std::this_thread::get_id()) return what();
  post(std::move(what));
}

void http_server::stop(std::chrono::seconds drain) {
  post([in = loop_.get(), drain] { in->stop(drain); });
}

}  // namespace oms::omsd
