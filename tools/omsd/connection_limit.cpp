#include "tools/omsd/connection_limit.hpp"

namespace oms::omsd {

namespace {

class limited_receiver final : public kj::ConnectionReceiver {
 public:
  limited_receiver(kj::Own<kj::ConnectionReceiver> from, std::size_t most,
                   server_metrics& metrics)
      : from_(kj::mv(from)), most_(most), metrics_(metrics) {}

  kj::Promise<kj::Own<kj::AsyncIoStream>> accept() override {
    if (open_ >= most_) {
      auto pair = kj::newPromiseAndFulfiller<void>();
      // One is enough, because the next accept comes only after this one.
      one_closed_ = kj::mv(pair.fulfiller);
      return pair.promise.then([this] { return accept(); });
    }
    return from_->accept().then([this](kj::Own<kj::AsyncIoStream> stream) {
      ++open_;
      metrics_.connection_opened();
      return stream.attach(kj::defer([this] {
        --open_;
        metrics_.connection_closed();
        if (one_closed_.get() != nullptr) {
          auto waiting = kj::mv(one_closed_);
          waiting->fulfill();
        }
      }));
    });
  }
  kj::uint getPort() override { return from_->getPort(); }

 private:
  kj::Own<kj::ConnectionReceiver> from_;
  std::size_t most_;
  server_metrics& metrics_;
  std::size_t open_ = 0;
  kj::Own<kj::PromiseFulfiller<void>> one_closed_;
};

}  // namespace

kj::Own<kj::ConnectionReceiver> with_connection_limit(
    kj::Own<kj::ConnectionReceiver> from, std::size_t most,
    server_metrics& metrics) {
  return kj::heap<limited_receiver>(kj::mv(from), most, metrics);
}

}  // namespace oms::omsd
