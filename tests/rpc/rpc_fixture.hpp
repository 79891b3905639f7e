#pragma once

/// A gateway and its omsd.
///
/// Purpose: starts omsd as a process on a store of its own and talks to it
/// over RPC; commands are written as JSON by the names of the schema. Owner:
/// the test. Threads: one. Errors: a call that fails throws kj::Exception.

#include <capnp/compat/json.h>
#include <gmock/gmock.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bench/rpc_client.hpp"
#include "bench/rpc_process.hpp"
#include "tests/persistence/temporary_directory.hpp"
#include "tools/files/access.hpp"

namespace oms::rpc {

/// The answer to a command: its code is "" where it was done.
struct outcome {
  std::string code;
  std::string detail;
  std::uint64_t sequence = 0;
};

// NOLINTNEXTLINE(readability-identifier-naming): GoogleTest's name.
void PrintTo(const outcome& one, std::ostream* to);

class rpc_fixture : public testing::Test {
 protected:
  // What KJ owns may throw when it goes, which a test's end may not.
  ~rpc_fixture() noexcept override = default;

  /// Starts omsd, or starts it again on the same store.
  void start(std::vector<std::string> more = {});
  bench::rpc_process& omsd() { return *omsd_; }
  [[nodiscard]] std::string path(const std::string& name) const {
    return (place_.path() / name).string();
  }

  /// A token in the file "tokens".
  std::string token(const std::string& name,
                    std::vector<oms::files::role> roles,
                    const std::vector<std::string>& brands = {});

  std::unique_ptr<bench::rpc_client> connect();
  /// Another connection, with this token.
  api::Engine::Client engine(const std::string& with = "");

  template <class Promise>
  auto wait(Promise&& promise) {
    return promise.wait(io_.waitScope);
  }
  /// Lets the loop turn for a while.
  void pass(kj::Duration time);

  std::vector<outcome> run(api::Engine::Client to,
                           const std::vector<std::string>& commands);
  outcome run(api::Engine::Client to, const std::string& one);
  std::vector<outcome> place(api::Engine::Client to,
                             const std::vector<std::string>& orders);
  /// A network of one location, NYC, with 1,000,000 units of each SKU.
  void stock_up(api::Engine::Client to, const std::vector<std::string>& skus);

  /// Asks for the order until it is as wanted; its JSON.
  std::string order_when(
      api::Engine::Client from, const std::string& id,
      const std::function<bool(api::OrderView::Reader)>& wanted);

  kj::AsyncIoContext io_ = kj::setupAsyncIo();

 private:
  persistence::temporary_directory place_;
  std::vector<std::unique_ptr<bench::rpc_client>> connections_;
  std::optional<bench::rpc_process> omsd_;
};

/// Reads JSON by the names of the schema.
template <class Message>
void decode(const std::string& json, Message out) {
  capnp::JsonCodec codec;
  codec.setRejectUnknownFields(true);
  codec.decode(kj::StringPtr(json.c_str()), out);
}

[[nodiscard]] std::string code_of(api::Problem::Reader problem);

/// "acme" sells one unit of A for 10.00, paid.
[[nodiscard]] std::string paid_order(const std::string& id,
                                     const std::string& brand = "");

MATCHER(is_done, "") { return arg.code.empty(); }
MATCHER_P(is_refused, code, "") { return arg.code == code; }

}  // namespace oms::rpc
