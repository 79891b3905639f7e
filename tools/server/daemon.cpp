#include "tools/server/daemon.hpp"

#include <fmt/core.h>
#include <kj/async-io.h>
#include <kj/async-unix.h>
#include <kj/compat/tls.h>
#include <kj/debug.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <nlohmann/json.hpp>

#include "actors/engine.hpp"
#include "messages/reserved_names.hpp"
#include "persistence/lmdb_store.hpp"
#include "persistence/memory_store.hpp"
#include "tools/replay/network_file.hpp"
#include "tools/server/event_log.hpp"
#include "tools/server/http_service.hpp"
#include "tools/server/news.hpp"
#include "tools/server/rpc_service.hpp"
#include "tools/store/reading.hpp"
#include "tools/text/console.hpp"
#include "tools/text/file_text.hpp"

namespace oms::tools {

namespace {

constexpr int exit_ended = 1;
constexpr int exit_not_begun = 2;

struct scheme {
  std::string_view name;
  std::string_view name_over_tls;
  /// Where an address names none.
  unsigned port;
};
constexpr scheme http_scheme{"http", "https", 8080};
constexpr scheme rpc_scheme{"capnp", "capnps", 8081};

/// A name other than "localhost" may be anybody's, however it begins.
bool is_local(const std::string& address) {
  if (address.starts_with("unix:")) return true;
  const auto host = address.substr(0, address.rfind(':'));
  return host == "localhost" || host == "[::1]" ||
         (host.starts_with("127.") &&
          host.find_first_not_of("0123456789.") == std::string::npos);
}

void raise_file_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  (void)setrlimit(RLIMIT_NOFILE, &limit);
}

/// Connections that leave files for the store and the rest.
std::size_t connections_allowed(std::size_t wanted) {
  constexpr std::size_t other_files = 64;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 ||
      limit.rlim_cur <= 2 * other_files)
    return std::min(wanted, other_files);
  return std::min<std::size_t>(wanted, limit.rlim_cur - other_files);
}

/// Sets up what differs from what is there.
status set_up(engine& of, const std::filesystem::path& file) {
  auto setup = network_of_file(file.string());
  if (!setup) return setup.failure();
  std::vector<command> batch;
  const auto add = [&batch](auto body) {
    batch.push_back({std::move(body), actor_name{reserved::network_file}, {}});
  };
  const auto locations = of.locations();
  for (auto& each : setup->locations)
    if (std::find(locations.begin(), locations.end(), each) == locations.end())
      add(define_location{std::move(each)});
  const auto suppliers = of.suppliers();
  for (auto& each : setup->suppliers)
    if (std::find(suppliers.begin(), suppliers.end(), each) == suppliers.end())
      add(define_supplier{std::move(each)});
  // Products and rules are said anew only to a network that is new.
  if (locations.empty() && suppliers.empty()) {
    for (auto& each : setup->products) add(define_product{std::move(each)});
    for (auto& each : setup->routing) add(set_routing{std::move(each)});
  }
  for (const auto& each : setup->stock) {
    // What a location has had is the store's to know.
    const auto there = of.stock(each.location, each.sku);
    if (there && there->version > 0) continue;
    if (each.safety_stock)
      add(set_safety_stock{each.location, each.sku, *each.safety_stock});
    if (each.on_hand && *each.on_hand > quantity{0})
      add(receive_stock{each.location, each.sku, *each.on_hand,
                        "network file"});
  }
  for (const auto& got : of.execute(std::move(batch)))
    if (!got) return got.failure();
  return done{};
}

std::string text_of(const error& failure) {
  auto text = failure.message;
  for (const auto& each : failure.faults)
    text += "\n  " + each.path + " " + each.message;
  return text;
}

class daemon {
 public:
  explicit daemon(const daemon_options& options) : options_(options) {}

  int run() {
    const kj_log what_kj_says(log_);
    if (auto ready = open(); !ready) {
      fmt::print(stderr, "omsd: {}\n", harmless(text_of(ready.failure())));
      return exit_not_begun;
    }
    try {
      const int code = serve_until_signal();
      // Behind all connections, which are counted there.
      receivers_.clear();
      close();
      return code;
    } catch (const kj::Exception& failure) {
      fmt::print(stderr, "omsd: {}\n", failure.getDescription().cStr());
      return exit_not_begun;
    }
  }

 private:
  status open() {
    for (const auto* addresses : {&options_.listen, &options_.rpc_listen})
      for (const auto& address : *addresses)
        if (options_.tokens.empty() && !is_local(address))
          return error{error_code::invalid,
                       address +
                           " can be reached from elsewhere, so it needs "
                           "--tokens FILE (omsctl token)",
                       {}};
    if (options_.tls_certificate.empty() != options_.tls_key.empty())
      return error{error_code::invalid,
                   "--tls-certificate and --tls-key go together",
                   {}};
    if (!options_.tokens.empty()) {
      auto read = access_list::read(options_.tokens);
      if (!read) return read.failure();
      who_ = std::move(*read);
    }
    if (options_.store.empty()) {
      store_ = std::make_unique<persistence::memory_store>();
    } else {
      auto opened = persistence::open_lmdb_store(options_.store);
      if (!opened) return opened.failure();
      store_ = std::move(*opened);
    }
    engine_options settings;
    settings.worker_threads = options_.worker_threads;
    if (!options_.rpc_listen.empty()) {
      news_.happened(store_->stats().last);
      settings.observer = [this](const event& each) {
        news_.happened(each.at);
      };
    }
    settings.storage_changed = [this](const std::string& problem) {
      waiting_.set_refuses(!problem.empty());
      if (problem.empty())
        log_.say(spdlog::level::info, "the store can be written again");
      else
        log_.say(spdlog::level::err, "the store can't be written",
                 {{"reason", problem}});
    };
    auto running = engine::open(*store_, std::move(settings));
    if (!running) {
      auto why = running.failure();
      if (why.code == error_code::storage_unavailable)
        why.message = options_.store.string() + ": " + why.message + "\n" +
                      restore_advice;
      return why;
    }
    engine_ = std::move(*running);
    if (options_.network.empty()) return done{};
    return set_up(*engine_, options_.network);
  }

  int serve_until_signal() {
    auto& events = io_.unixEventPort;
    gate to_engine(*engine_, {});
    server_metrics metrics;
    service served{.engine = to_engine,
                   .store = *store_,
                   .metrics = metrics,
                   .waiting = waiting_};
    http_service http(served, who_, io_.provider->getTimer(), options_.http,
                      [this](const call_log& call) { log_call(call); });
    auto server =
        kj::heap<kj::HttpServer>(io_.provider->getTimer(), http.headers(), http,
                                 settings_of(http, options_.http));
    kj::Promise<void> listening = kj::NEVER_DONE;
    for (const auto& address : options_.listen)
      listening = listening.exclusiveJoin(
          server->listenHttp(*listen(address, http_scheme, metrics)));
    rpc_service rpc(served, who_, news_, io_.provider->getTimer(),
                    options_.rpc);
    for (const auto& address : options_.rpc_listen)
      listening = listening.exclusiveJoin(
          rpc.listen(*listen(address, rpc_scheme, metrics)));
    log_.say(spdlog::level::info, "started",
             {{"store",
               options_.store.empty() ? "in memory" : options_.store.string()},
              {"sequence", engine_->stats().last},
              {"orders", engine_->stats().orders}});

    auto signal = events.onSignal(SIGTERM)
                      .exclusiveJoin(events.onSignal(SIGINT))
                      .then([](siginfo_t&&) {});
    const bool ended = listening.then([] { return true; })
                           .exclusiveJoin(signal.then([] { return false; }))
                           .wait(io_.waitScope);
    served.draining = true;
    log_.say(spdlog::level::info, "stopping",
             {{"commandsOpen", to_engine.stats().commands_open}});
    std::signal(SIGTERM, SIG_DFL);
    auto again = events.onSignal(SIGTERM)
                     .exclusiveJoin(events.onSignal(SIGINT))
                     .then([](siginfo_t&&) {});
    kj::joinPromises(kj::arr(server->drain(), rpc.drain()))
        .exclusiveJoin(io_.provider->getTimer().afterDelay(
            options_.drain_seconds * kj::SECONDS))
        .exclusiveJoin(kj::mv(again))
        .wait(io_.waitScope);
    server = nullptr;
    return ended ? exit_ended : 0;
  }

  kj::ConnectionReceiver* listen(const std::string& address, const scheme& with,
                                 server_metrics& metrics) {
    auto parsed = io_.provider->getNetwork()
                      .parseAddress(address.c_str(), with.port)
                      .wait(io_.waitScope);
    if (address.starts_with("unix:"))
      ::unlink(address.substr(std::string_view("unix:").size()).c_str());
    auto receiver = parsed->listen();
    const auto port = receiver->getPort();
    receiver = limited(kj::mv(receiver),
                       connections_allowed(&with == &rpc_scheme
                                               ? options_.rpc.max_connections
                                               : options_.http.max_connections),
                       metrics);
    auto name = with.name;
    if (!options_.tls_key.empty()) {
      receiver = tls().wrapPort(kj::mv(receiver));
      name = with.name_over_tls;
    }
    const auto where =
        address.starts_with("unix:")
            ? address
            : fmt::format("{}://{}:{}", name,
                          address.substr(0, address.rfind(':')), port);
    log_.say(spdlog::level::info, "listening", {{"address", where}});
    // People and scripts read this line; everything else goes to the log.
    fmt::print("omsd listens on {}\n", where);
    std::fflush(stdout);
    receivers_.push_back(kj::mv(receiver));
    return receivers_.back().get();
  }

  kj::TlsContext& tls() {
    if (tls_.get() != nullptr) return *tls_;
    const auto certificate = text_of_file(options_.tls_certificate);
    const auto key = text_of_file(options_.tls_key);
    for (const auto* text : {&certificate, &key})
      if (!*text)
        kj::throwFatalException(
            KJ_EXCEPTION(FAILED, text->failure().message.c_str()));
    kj::TlsKeypair pair{
        kj::TlsPrivateKey(kj::StringPtr(key->c_str())),
        kj::TlsCertificate(kj::StringPtr(certificate->c_str()))};
    kj::TlsContext::Options settings;
    settings.defaultKeypair = pair;
    settings.useSystemTrustStore = false;
    tls_ = kj::heap<kj::TlsContext>(kj::mv(settings));
    return *tls_;
  }

  void close() {
    if (const auto now = engine_->stats(); !now.storage_ok && !now.storage_lost)
      log_.say(spdlog::level::warn,
               "the store refuses to write; what waits for it is lost if this "
               "is ended by force, and was never answered");
    engine_.reset();
    store_.reset();
    log_.say(spdlog::level::info, "stopped");
  }

  void log_call(const call_log& call) {
    const bool failed = call.status >= 500;
    if (!failed && !options_.log_calls) return;
    nlohmann::ordered_json particulars{{"route", call.route},
                                       {"status", call.status},
                                       {"us", call.took.count()}};
    if (!call.failure.empty()) particulars["failure"] = call.failure;
    if (call.asked != nullptr) {
      if (!call.asked->who.name.empty())
        particulars["token"] = call.asked->who.name;
      particulars["by"] = call.asked->by.value;
      if (!call.asked->idempotency_key.empty())
        particulars["command"] = call.asked->idempotency_key;
    }
    log_.say(failed ? spdlog::level::err : spdlog::level::info, "call",
             std::move(particulars));
  }

  const daemon_options& options_;
  event_log log_;
  disk_waiters waiting_;
  access_list who_ = access_list::open_to_all();
  std::unique_ptr<persistence::log_store> store_;
  // The engine goes before the loop into which it calls back.
  kj::AsyncIoContext io_ = kj::setupAsyncIo();
  kj::Own<kj::TlsContext> tls_;
  std::vector<kj::Own<kj::ConnectionReceiver>> receivers_;
  news news_;
  std::unique_ptr<engine> engine_;
};

}  // namespace

int serve(const daemon_options& options) {
  // Before any thread is there, so that none of them takes a signal.
  kj::UnixEventPort::captureSignal(SIGTERM);
  kj::UnixEventPort::captureSignal(SIGINT);
  std::signal(SIGPIPE, SIG_IGN);
  // A write beyond the limit on file size then fails like one on a full disk.
  std::signal(SIGXFSZ, SIG_IGN);
  raise_file_limit();
  daemon running(options);
  return running.run();
}

}  // namespace oms::tools
