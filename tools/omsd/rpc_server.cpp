#include "tools/omsd/rpc_server.hpp"

#include <kj/async-io.h>
#include <kj/compat/tls.h>
#include <kj/debug.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <future>
#include <stdexcept>
#include <thread>
#include <utility>

#include "tools/omsd/connection_limit.hpp"
#include "tools/omsd/rpc_service.hpp"
#include "tools/omsd/socket_path.hpp"

namespace oms::omsd {

namespace {

kj::Own<kj::TlsContext> tls_of(const rpc_ports& ports) {
  kj::TlsKeypair pair{
      kj::TlsPrivateKey(kj::StringPtr(ports.key.c_str())),
      kj::TlsCertificate(kj::StringPtr(ports.certificate.c_str()))};
  kj::TlsContext::Options settings;
  settings.defaultKeypair = pair;
  // Clients are not asked for certificates; they log in with tokens.
  settings.useSystemTrustStore = false;
  return kj::heap<kj::TlsContext>(kj::mv(settings));
}

// Of "::bind(sockfd, ...): Address already in use; toString() = ..." what the
// operating system said. People don't know KJ's calls.
std::string reason_of(const kj::Exception& failure) {
  std::string text = failure.getDescription().cStr();
  text.resize(std::min(text.size(), text.find("; ")));
  if (const auto call = text.rfind("): "); call != std::string::npos)
    text.erase(0, call + 3);
  return text;
}

}  // namespace

class rpc_server::inside {
 public:
  inside(service& of, const files::access_list& who, log_watch& word,
         const rpc_options& options, rpc_ports ports, event_log& log,
         std::function<void()> ended)
      : service_(of),
        who_(who),
        news_(word),
        options_(options),
        ports_(std::move(ports)),
        log_(log),
        ended_(std::move(ended)) {
    // The constructor waits until the thread listens, so that it can throw
    // where it can't.
    auto ready = ready_.get_future();
    thread_ = std::thread([this] { run(); });
    try {
      ready.get();
    } catch (...) {
      thread_.join();
      throw;
    }
  }

  void join() { thread_.join(); }

  [[nodiscard]] const std::vector<unsigned>& bound() const { return bound_; }
  [[nodiscard]] bool is_stopped() const { return stopped_; }

  void stop(std::chrono::seconds drain) {
    // The first call begins the grace period, the second ends it.
    if (std::exchange(stopping_, true)) {
      (*cut_)->fulfill();
      return;
    }
    drain_ = drain;
    (*stop_)->fulfill();
  }

 private:
  using fulfiller = kj::Own<kj::CrossThreadPromiseFulfiller<void>>;

  // KJ's exceptions end the service, not the process. Before it was ready they
  // go to the constructor.
  void run() {
    const kj_log what_kj_says(log_);
    try {
      serve();
    } catch (const kj::Exception& failure) {
      const std::string why = failure.getDescription().cStr();
      if (!is_ready_) {
        ready_.set_exception(std::make_exception_ptr(std::runtime_error(why)));
      } else {
        log_.say(spdlog::level::err, "the RPC server failed",
                 {{"failure", why}});
        ended_();
      }
    } catch (const std::runtime_error&) {
      // `listen` throws it. Any later one is not expected here.
      if (is_ready_) throw;
      ready_.set_exception(std::current_exception());
    }
    stopped_ = true;
  }

  void serve() {
    auto io = kj::setupAsyncIo();
    // Promises belong to their loop: those of the watch must go before it.
    KJ_DEFER(news_.leave());
    auto& timer = io.provider->getTimer();
    auto stop = kj::newPromiseAndCrossThreadFulfiller<void>();
    auto cut = kj::newPromiseAndCrossThreadFulfiller<void>();
    stop_ = std::make_unique<fulfiller>(kj::mv(stop.fulfiller));
    cut_ = std::make_unique<fulfiller>(kj::mv(cut.fulfiller));
    kj::Own<kj::TlsContext> tls;
    if (!ports_.key.empty()) tls = tls_of(ports_);
    // Declared before the service, so that they outlive its connections, which
    // count themselves down there.
    std::vector<kj::Own<kj::ConnectionReceiver>> receivers;
    for (const auto& address : ports_.addresses)
      receivers.push_back(listen(io, address, tls));
    rpc_service rpc(service_, who_, news_, timer, options_);
    kj::Promise<void> listening = kj::NEVER_DONE;
    for (auto& each : receivers)
      listening = listening.exclusiveJoin(rpc.listen(*each));
    is_ready_ = true;
    ready_.set_value();
    listening.exclusiveJoin(kj::mv(stop.promise)).wait(io.waitScope);
    // Whichever comes first: everything is answered and sent, the grace period
    // is over, or a second call to stop.
    rpc.drain()
        .exclusiveJoin(timer.afterDelay(drain_.load().count() * kj::SECONDS))
        .exclusiveJoin(kj::mv(cut.promise))
        .wait(io.waitScope);
  }

  kj::Own<kj::ConnectionReceiver> listen(kj::AsyncIoContext& io,
                                         const std::string& address,
                                         kj::Own<kj::TlsContext>& tls) {
    if (address.starts_with(unix_prefix))
      clear_socket_path(address.substr(std::strlen(unix_prefix)));
    kj::Own<kj::ConnectionReceiver> receiver;
    try {
      receiver = io.provider->getNetwork()
                     .parseAddress(address.c_str(), ports_.default_port)
                     .wait(io.waitScope)
                     ->listen();
    } catch (const kj::Exception& failure) {
      throw std::runtime_error("can't listen on " + address + ": " +
                               reason_of(failure));
    }
    bound_.push_back(receiver->getPort());
    receiver = with_connection_limit(kj::mv(receiver), options_.max_connections,
                                     service_.metrics);
    return tls.get() == nullptr ? kj::mv(receiver)
                                : tls->wrapPort(kj::mv(receiver));
  }

  service& service_;
  const files::access_list& who_;
  log_watch& news_;
  rpc_options options_;
  rpc_ports ports_;
  event_log& log_;
  std::function<void()> ended_;
  std::vector<unsigned> bound_;
  std::promise<void> ready_;
  bool is_ready_ = false;
  bool stopping_ = false;
  std::atomic<std::chrono::seconds> drain_{};
  std::atomic<bool> stopped_{false};
  std::unique_ptr<fulfiller> stop_;
  std::unique_ptr<fulfiller> cut_;
  std::thread thread_;
};

rpc_server::rpc_server(service& of, const files::access_list& who,
                       log_watch& word, const rpc_options& options,
                       rpc_ports ports, event_log& log,
                       std::function<void()> ended)
    : in_(std::make_unique<inside>(of, who, word, options, std::move(ports),
                                   log, std::move(ended))) {}

rpc_server::~rpc_server() {
  stop({});
  in_->join();
}

const std::vector<unsigned>& rpc_server::ports() const { return in_->bound(); }

void rpc_server::stop(std::chrono::seconds drain) { in_->stop(drain); }

bool rpc_server::is_stopped() const { return in_->is_stopped(); }

}  // namespace oms::omsd
