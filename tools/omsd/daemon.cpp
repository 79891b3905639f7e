#include "tools/omsd/daemon.hpp"

#include <fmt/core.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

#include "actors/engine.hpp"
#include "messages/reserved_names.hpp"
#include "persistence/lmdb_store.hpp"
#include "persistence/memory_store.hpp"
#include "tools/files/file_text.hpp"
#include "tools/files/network_file.hpp"
#include "tools/omsd/event_log.hpp"
#include "tools/omsd/http_server.hpp"
#include "tools/omsd/http_service.hpp"
#include "tools/omsd/log_watch.hpp"
#include "tools/omsd/rpc_server.hpp"
#include "tools/store/store_reading.hpp"
#include "tools/text/console.hpp"
#include "tools/text/exit_codes.hpp"
#include "tools/text/signals.hpp"

namespace oms::omsd {

namespace {

struct scheme {
  std::string_view name;
  std::string_view name_over_tls;
  // Where an address names none.
  unsigned port;
};
constexpr scheme http_scheme{"http", "https", 8080};
constexpr scheme rpc_scheme{"capnp", "capnps", 8081};

// Between two looks at whether everything has been answered. Must stay below a
// second, see `end_signal_within`.
constexpr std::chrono::milliseconds stop_pause{10};

// KJ takes the texts of certificates, where Asio takes the names of their
// files.
std::string text_of_pem(const std::filesystem::path& file) {
  auto text = files::text_of_file(file);
  if (!text) throw std::runtime_error(text.failure().message);
  return std::move(*text);
}

// A name other than "localhost" may resolve to an address of another machine,
// even if it begins with "127.". Only digits and dots are an address.
bool is_local(const std::string& address) {
  if (address.starts_with("unix:")) return true;
  const auto host = address.substr(0, address.rfind(':'));
  return host == "localhost" || host == "[::1]" ||
         (host.starts_with("127.") &&
          host.find_first_not_of("0123456789.") == std::string::npos);
}

// Every connection takes a file descriptor. The soft limit is often 1,024, less
// than the default of --max-connections; up to the hard limit no privilege is
// needed.
void raise_file_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  (void)setrlimit(RLIMIT_NOFILE, &limit);
}

// Leaves descriptors for the store, the loops and the standard streams. Beyond
// its limit of connections omsd stops accepting and the kernel queues the
// rest, which is better than failing at a file of the store.
std::size_t connections_allowed(std::size_t wanted) {
  constexpr std::size_t other_files = 64;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 ||
      limit.rlim_cur <= 2 * other_files)
    return std::min(wanted, other_files);
  return std::min<std::size_t>(wanted, limit.rlim_cur - other_files);
}

// Defines what differs from the store. What is unchanged is left out, so a
// restart with the same file gives the engine nothing to do.
status set_up(engine& of, json::network_setup wanted) {
  std::vector<command> batch;
  const auto add = [&batch](auto body) {
    batch.push_back({std::move(body), actor_name{reserved::network_file}, {}});
  };
  const auto locations = of.locations();
  for (auto& each : wanted.locations)
    if (std::find(locations.begin(), locations.end(), each) == locations.end())
      add(define_location{std::move(each)});
  const auto suppliers = of.suppliers();
  for (auto& each : wanted.suppliers)
    if (std::find(suppliers.begin(), suppliers.end(), each) == suppliers.end())
      add(define_supplier{std::move(each)});
  // Products and rules of the file count only in a new network. In an existing
  // one they were perhaps changed over the API since.
  if (locations.empty() && suppliers.empty()) {
    for (auto& each : wanted.products) add(define_product{std::move(each)});
    for (auto& each : wanted.routing) add(set_routing{std::move(each)});
  }
  for (const auto& each : wanted.stock) {
    // A stock that ever had an event is kept. The number in the file is that of
    // a first start, and units have moved since.
    const auto there = of.stock(each.location, each.sku);
    if (there && there->version > 0) continue;
    if (each.safety_stock)
      add(set_safety_stock{each.location, each.sku, *each.safety_stock});
    if (each.on_hand > quantity{0})
      add(json::opening_stock(each, "network file"));
  }
  for (const auto& got : of.execute(std::move(batch)))
    if (!got) return got.failure();
  return done{};
}

// What is bound, as people and programs name it.
std::string name_of(const std::string& address, std::string_view scheme,
                    unsigned port) {
  if (address.starts_with("unix:")) return address;
  return fmt::format("{}://{}:{}", scheme,
                     address.substr(0, address.rfind(':')), port);
}

class daemon {
 public:
  explicit daemon(const daemon_options& options) : options_(options) {}

  // Exceptions come from binding the ports and from reading the files of TLS,
  // before anything was served. So they count as a failure to start.
  int run() {
    if (auto ready = open(); !ready) {
      fmt::print(stderr, "omsd: {}\n", text::harmless(ready.failure().message));
      return text::exit_usage;
    }
    try {
      const int code = serve_until_signal();
      close();
      return code;
    } catch (const std::exception& failure) {
      fmt::print(stderr, "omsd: {}\n", text::harmless(failure.what()));
      return text::exit_usage;
    }
  }

 private:
  // Options, tokens and the network file are checked before the store is
  // opened, because opening creates it. A mistake in them leaves no store
  // behind.
  status open() {
    for (const auto* addresses : {&options_.listen, &options_.rpc_listen})
      for (const auto& address : *addresses)
        if (options_.tokens.empty() && !is_local(address))
          return error{error_code::invalid,
                       address +
                           " can be reached from other machines, so it "
                           "requires --tokens FILE (see omsctl token)",
                       {}};
    if (options_.tls_certificate.empty() != options_.tls_key.empty())
      return error{error_code::invalid,
                   "--tls-certificate and --tls-key must be given together",
                   {}};
    if (!options_.tokens.empty()) {
      auto read = files::access_list::read(options_.tokens);
      if (!read) return read.failure();
      who_ = std::move(*read);
    }
    json::network_setup network;
    if (!options_.network.empty()) {
      auto read = files::network_of_file(options_.network.string());
      if (!read) return read.failure();
      network = std::move(*read);
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
    // Only subscriptions, which are RPC's, wait for new events. The watch
    // begins with the last event of the store: a subscriber that is behind must
    // not wait for the next event before it gets the older ones.
    if (!options_.rpc_listen.empty()) {
      news_.happened(store_->stats().last);
      settings.observer = [this](const event& each) {
        news_.happened(each.at);
      };
    }
    // Called on the journal's thread, so it only sets flags, answers the calls
    // that wait, and logs.
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
                      store::restore_advice;
      return why;
    }
    engine_ = std::move(*running);
    if (options_.network.empty()) return done{};
    return set_up(*engine_, std::move(network));
  }

  // What is local here goes before the engine, which is a member: the service,
  // the RPC server and the queries refer to it.
  int serve_until_signal() {
    engine_queue to_engine(*engine_, {});
    server_metrics metrics;
    service served{.engine = to_engine,
                   .store = *store_,
                   .metrics = metrics,
                   .waiting = waiting_};
    auto limits = options_.http;
    limits.max_connections = connections_allowed(limits.max_connections);
    server_.emplace(limits, options_.tls_certificate.string(),
                    options_.tls_key.string());
    to_engine.gather_in([&to = *server_](std::function<void()> what) {
      to.post(std::move(what));
    });
    std::vector<unsigned> ports;
    for (const auto& address : options_.listen)
      ports.push_back(server_->listen(address, http_scheme.port));
    // Announced only once all addresses accept connections: a client that reads
    // the line of one may connect to another.
    for (std::size_t i = 0; i < ports.size(); ++i)
      say_where(options_.listen[i], http_scheme, ports[i]);
    http_service http(served, who_, limits, *server_,
                      {[this](const call_log& call) { log_call(call); },
                       [this](const std::string& why) {
                         log_.say(spdlog::level::warn, "connection failed",
                                  {{"failure", why}});
                       }});
    std::atomic<bool> ended{false};
    std::optional<rpc_server> rpc;
    if (!options_.rpc_listen.empty()) start_rpc(rpc, served, ended);
    log_.say(spdlog::level::info, "started",
             {{"store",
               options_.store.empty() ? "in memory" : options_.store.string()},
              {"sequence", engine_->stats().last},
              {"orders", engine_->stats().orders}});

    std::atomic<bool> http_stopped{false};
    std::thread loop([&] {
      const kj_log what_kj_says(log_);
      server_->run(http);
      http_stopped = true;
    });
    text::wait_for_end_signal();
    // From here on /readyz answers 503, so that a load balancer sends no more,
    // and new RPC calls are refused.
    served.draining = true;
    log_.say(spdlog::level::info, "stopping",
             {{"commandsOpen", to_engine.stats().commands_open}});
    const auto stop = [&](std::chrono::seconds drain) {
      server_->stop(drain);
      if (rpc) rpc->stop(drain);
    };
    stop(std::chrono::seconds(options_.drain_seconds));
    // A second signal ends the grace period. Looking now and then is enough,
    // since both loops end by themselves and main has nothing else to do.
    while (!http_stopped || (rpc && !rpc->is_stopped()))
      if (text::end_signal_within(stop_pause)) stop({});
    // The servers go first, then the queries, whose work refers to both the
    // servers' state and the engine.
    loop.join();
    rpc.reset();
    to_engine.stop_queries();
    return ended ? text::exit_wrong : text::exit_ok;
  }

  void start_rpc(std::optional<rpc_server>& rpc, service& served,
                 std::atomic<bool>& ended) {
    rpc_ports ports{.addresses = options_.rpc_listen,
                    .default_port = rpc_scheme.port,
                    .certificate = {},
                    .key = {}};
    if (!options_.tls_key.empty()) {
      ports.certificate = text_of_pem(options_.tls_certificate);
      ports.key = text_of_pem(options_.tls_key);
    }
    auto limits = options_.rpc;
    limits.max_connections = connections_allowed(limits.max_connections);
    rpc.emplace(served, who_, news_, limits, std::move(ports), log_, [&ended] {
      // Main waits for a signal, and this wakes it.
      ended = true;
      text::send_end_signal();
    });
    for (std::size_t i = 0; i < options_.rpc_listen.size(); ++i)
      say_where(options_.rpc_listen[i], rpc_scheme, rpc->ports()[i]);
  }

  void say_where(const std::string& address, const scheme& with,
                 unsigned port) {
    const auto where = name_of(
        address, options_.tls_key.empty() ? with.name : with.name_over_tls,
        port);
    log_.say(spdlog::level::info, "listening", {{"address", where}});
    // People and scripts read this line; everything else goes to the log.
    fmt::print("omsd listens on {}\n", text::harmless_line(where));
    std::fflush(stdout);
  }

  // Closing the engine waits until everything that was accepted is written,
  // which takes until the disk has room again. An operator who sees omsd hang
  // should know why.
  void close() {
    if (const auto now = engine_->stats(); !now.storage_ok && !now.storage_lost)
      log_.say(spdlog::level::warn,
               "the store can't be written; omsd waits for it before it "
               "exits. Killing omsd loses the changes that are waiting, none "
               "of which was acknowledged");
    engine_.reset();
    store_.reset();
    log_.say(spdlog::level::info, "stopped");
  }

  // Failures of the server are always logged. Refusals of callers' mistakes are
  // counted in /metrics and logged only with --log-calls.
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
             particulars);
  }

  const daemon_options& options_;
  event_log log_;
  disk_waiters waiting_;
  files::access_list who_ = files::access_list::open_to_all();
  std::unique_ptr<persistence::log_store> store_;
  // Declared before the engine, and so destroyed after it: until the engine is
  // gone, its answers are posted to the server and its journal tells the watch
  // of events.
  std::optional<http_server> server_;
  log_watch news_;
  std::unique_ptr<engine> engine_;
};

}  // namespace

int serve(const daemon_options& options) {
  // Before any thread exists: threads inherit the mask, so none of them takes a
  // signal that main waits for.
  text::block_end_signals();
  // A client that goes away while it is written to must fail that write, not
  // end the process.
  std::signal(SIGPIPE, SIG_IGN);
  text::ignore_file_size_signal();
  raise_file_limit();
  daemon running(options);
  return running.run();
}

}  // namespace oms::omsd
