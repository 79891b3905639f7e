// Feeds the HTTP service with what libFuzzer invents: each input is all that
// one connection sends, over a real socket, and an engine in memory stands
// behind it. Nothing may crash, hang or fail in a way that has no answer of its
// own, and the engine must go on placing orders.

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include "actors/engine.hpp"
#include "persistence/memory_store.hpp"
#include "tools/omsd/http_service.hpp"

namespace {

using namespace oms;

/// An order is placed after every so many inputs.
constexpr std::uint64_t inputs_per_order = 64;

void require(bool holds) {
  if (!holds) std::abort();
}

command command_of(command_body body) {
  return {std::move(body), actor_name{"fuzzer"}, {}};
}

class served {
 public:
  served() {
    define_location place;
    place.settings.id = "NYC";
    require(engine_->execute(command_of(place)).ok());
    receive_stock units;
    units.location = "NYC";
    units.sku = sku_id("A");
    units.units = quantity{1'000'000};
    require(engine_->execute(command_of(units)).ok());
    gate_.gather_in(
        [this](std::function<void()> what) { server_.post(std::move(what)); });
    server_.listen("unix:" + path_, 0);
    loop_ = std::thread([this] { server_.run(http_); });
  }

  void feed(const std::uint8_t* data, std::size_t size) {
    const int client = ::socket(AF_UNIX, SOCK_STREAM, 0);
    require(client >= 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path_.c_str(), path_.size());
    require(::connect(client, reinterpret_cast<sockaddr*>(&address),
                      sizeof address) == 0);
    // The server may refuse it before its end; and it answers while it reads,
    // so both go at the same time.
    std::thread sender([&] {
      for (std::size_t sent = 0; sent < size;) {
        const auto more =
            ::send(client, data + sent, size - sent, MSG_NOSIGNAL);
        if (more <= 0) break;
        sent += static_cast<std::size_t>(more);
      }
      ::shutdown(client, SHUT_WR);
    });
    std::array<char, 65'536> part{};
    while (::recv(client, part.data(), part.size(), 0) > 0) continue;
    sender.join();
    ::close(client);
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

  static std::string new_path() {
    auto folder =
        (std::filesystem::temp_directory_path() / "fuzzed-XXXXXX").string();
    require(::mkdtemp(folder.data()) != nullptr);
    return folder + "/http";
  }

  std::string path_ = new_path();
  oms::omsd::http_server server_{{}, {}, {}};
  persistence::memory_store store_;
  std::unique_ptr<engine> engine_ =
      std::move(*engine::open(store_, {.worker_threads = 1}));
  oms::omsd::engine_queue gate_{*engine_, {}};
  oms::omsd::server_metrics metrics_;
  oms::omsd::disk_waiters waiting_;
  oms::omsd::service service_{.engine = gate_,
                              .store = store_,
                              .metrics = metrics_,
                              .waiting = waiting_};
  oms::files::access_list everybody_ = oms::files::access_list::open_to_all();
  oms::omsd::http_service http_{
      service_,
      everybody_,
      {},
      server_,
      {[](const oms::omsd::call_log& call) { require(call.status != 500); },
       [](const std::string&) {}}};
  std::thread loop_;
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
