#pragma once

/// A gateway's end of a connection: connects, logs in, and waits for answers in
/// the event loop of its thread, to which it belongs. Throws kj::Exception if
/// there is no connection.

#include <capnp/rpc-twoparty.h>
#include <kj/async-io.h>

#include <string>

#include "messages/api/rpc.capnp.h"

namespace oms::bench {

class rpc_client {
 public:
  rpc_client(kj::AsyncIoContext& io, const std::string& address)
      : io_(io),
        stream_(io.provider->getNetwork()
                    .parseAddress(address.c_str())
                    .wait(io.waitScope)
                    ->connect()
                    .wait(io.waitScope)),
        connection_(*stream_) {}

  api::Gateway::Client gateway() {
    return connection_.bootstrap().castAs<api::Gateway>();
  }

  api::Engine::Client login(const std::string& token = "") {
    auto request = gateway().loginRequest();
    request.setToken(token.c_str());
    return request.send().wait(io_.waitScope).getEngine();
  }

 private:
  kj::AsyncIoContext& io_;
  kj::Own<kj::AsyncIoStream> stream_;
  capnp::TwoPartyClient connection_;
};

}  // namespace oms::bench
