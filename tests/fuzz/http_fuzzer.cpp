// Feeds the HTTP service with what libFuzzer invents: each input is all that
// one connection sends, and an engine in memory stands behind it. Nothing may
// crash, hang or fail in a way that has no answer of its own, and the engine
// must go on placing orders.

#include <kj/async-io.h>
#include <kj/compat/http.h>
#include <kj/debug.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "actors/engine.hpp"
#include "persistence/memory_store.hpp"
#include "tools/server/http_service.hpp"

namespace {

using namespace oms;

/// An order is placed behind every so many inputs.
constexpr std::uint64_t inputs_per_order = 64;
/// What a connection may be answered; the trail of a long run is long.
constexpr std::uint64_t max_answer_bytes = std::uint64_t{1} << 28;

void require(bool holds) {
  if (!holds) std::abort();
}

command command_of(command_body body) {
  return {std::move(body), actor_name{"fuzzer"}, {}};
}

class served {
 public:
  served() {
    kj::_::Debug::setLogLevel(kj::LogSeverity::FATAL);
    define_location place;
    place.settings.id = "NYC";
    require(engine_->execute(command_of(place)).ok());
    receive_stock units;
    units.location = "NYC";
    units.sku = sku_id("A");
    units.units = quantity{1'000'000};
    require(engine_->execute(command_of(units)).ok());
  }

  void feed(const std::uint8_t* data, std::size_t size) {
    auto pipe = kj::newTwoWayPipe();
    auto serving = server_.listenHttp(kj::mv(pipe.ends[0]));
    auto& client = *pipe.ends[1];
    auto sent = client.write(data, size)
                    .then([&client] { client.shutdownWrite(); })
                    .eagerlyEvaluate([](kj::Exception&&) {});
    auto answered = client.readAllBytes(max_answer_bytes)
                        .ignoreResult()
                        .eagerlyEvaluate([](kj::Exception&&) {});
    // The server's end of the pipe goes with this promise, and then the two
    // above come to theirs.
    serving.catch_([](kj::Exception&&) {}).wait(io_.waitScope);
    answered.wait(io_.waitScope);
    sent.wait(io_.waitScope);
    if (++inputs_ % inputs_per_order == 0) place_an_order();
  }

 private:
  void place_an_order() {
    place_order order;
    order.order.id = order_id("fuzzed " + std::to_string(inputs_));
    order.body.lines.push_back(
        {.line = line_id("1"), .sku = sku_id("A"), .units = quantity{1}});
    require(engine_->execute(command_of(order)).ok());
  }

  kj::AsyncIoContext io_ = kj::setupAsyncIo();
  persistence::memory_store store_;
  std::unique_ptr<engine> engine_ =
      std::move(*engine::open(store_, {.worker_threads = 1}));
  tools::gate gate_{*engine_, {}};
  tools::server_metrics metrics_;
  tools::disk_waiters waiting_;
  tools::service service_{.engine = gate_,
                          .store = store_,
                          .metrics = metrics_,
                          .waiting = waiting_};
  tools::access_list everybody_ = tools::access_list::open_to_all();
  tools::http_service http_{
      service_,
      everybody_,
      io_.provider->getTimer(),
      {},
      [](const tools::call_log& call) { require(call.status != 500); }};
  kj::HttpServer server_{io_.provider->getTimer(), http_.headers(), http_,
                         tools::settings_of(http_, {})};
  std::uint64_t inputs_ = 0;
};

}  // namespace

// The name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  // Never destroyed, for the process ends where libFuzzer likes.
  static auto& running = *new served;
  running.feed(data, size);
  return 0;
}
