#include "bench/load/rpc_target.hpp"

#include <algorithm>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "bench/rpc_client.hpp"
#include "messages/api/rpc.hpp"

namespace oms::load {

namespace {

// omsd takes up to 10,000 commands and about 16 MiB in a message.
constexpr std::size_t commands_per_call = 5'000;

error error_of(api::Problem::Reader in) {
  const auto problem = api::read<api::problem>(in);
  return {problem.code, problem.detail, {}};
}

template <class Response>
void check(const Response& got) {
  if (got.hasProblem())
    throw std::runtime_error(got.getProblem().getDetail().cStr());
}

}  // namespace

class rpc_target::loop final : public kj::TaskSet::ErrorHandler {
 public:
  explicit loop(const std::string& address) {
    std::promise<void> begun;
    auto has_begun = begun.get_future();
    thread_ = std::thread([this, address, &begun] { go_on(address, begun); });
    try {
      has_begun.get();
    } catch (...) {
      thread_.join();
      throw;
    }
  }
  ~loop() {
    executor_->executeSync([this] { stop_->fulfill(); });
    thread_.join();
  }
  loop(const loop&) = delete;
  loop& operator=(const loop&) = delete;

  /// On the loop's thread; waits for what it returns.
  template <class Work>
  auto on_loop(Work work) {
    return executor_->executeSync(std::move(work));
  }

  // What follows belongs to the loop's thread.

  [[nodiscard]] api::Engine::Client& commands() { return *commands_; }
  [[nodiscard]] api::Engine::Client& questions() { return *questions_; }
  void keep(kj::Promise<void> task) { tasks_->add(kj::mv(task)); }

  void send(const std::vector<command>& batch, const landed& done) {
    for (std::size_t at = 0; at < batch.size(); at += commands_per_call)
      send(batch, at, std::min(commands_per_call, batch.size() - at), done);
  }

 private:
  void go_on(const std::string& address, std::promise<void>& begun) {
    try {
      auto io = kj::setupAsyncIo();
      bench::rpc_client for_commands(io, address);
      bench::rpc_client for_questions(io, address);
      commands_ = kj::heap(for_commands.login());
      questions_ = kj::heap(for_questions.login());
      tasks_ = kj::heap<kj::TaskSet>(*this);
      executor_ = kj::getCurrentThreadExecutor().addRef();
      auto stop = kj::newPromiseAndFulfiller<void>();
      stop_ = kj::mv(stop.fulfiller);
      begun.set_value();
      stop.promise.wait(io.waitScope);
      // They belong to this thread, and go before its connections.
      tasks_ = nullptr;
      questions_ = nullptr;
      commands_ = nullptr;
    } catch (const kj::Exception& failure) {
      begun.set_exception(std::make_exception_ptr(std::runtime_error(
          address + ": " + failure.getDescription().cStr())));
    }
  }

  void taskFailed(kj::Exception&& failure) override {
    // Each task answers for its own failures.
    (void)failure;
  }

  void send(const std::vector<command>& batch, std::size_t at, std::size_t size,
            const landed& done) {
    auto request = commands().runRequest();
    auto list = request.initCommands(static_cast<unsigned>(size));
    for (unsigned i = 0; i < size; ++i) api::write(list[i], batch[at + i]);
    const auto refuse_all = [size, done](std::string why) {
      outcome out;
      out.refused = size;
      out.why = std::move(why);
      done(out);
    };
    keep(request.send().then(
        [at, done, refuse_all](capnp::Response<api::Engine::RunResults> got) {
          if (got.hasProblem())
            return refuse_all(got.getProblem().getDetail().cStr());
          outcome out;
          const auto answers = got.getAnswers();
          for (unsigned i = 0; i < answers.size(); ++i) {
            if (answers[i].isReceipt()) {
              add_answer(out, at + i, nullptr);
              continue;
            }
            const auto failure = error_of(answers[i].getProblem());
            add_answer(out, at + i, &failure);
          }
          done(out);
        },
        [refuse_all](kj::Exception&& failure) {
          refuse_all(failure.getDescription().cStr());
        }));
  }

  std::thread thread_;
  kj::Own<const kj::Executor> executor_;
  kj::Own<kj::PromiseFulfiller<void>> stop_;
  kj::Own<kj::TaskSet> tasks_;
  kj::Own<api::Engine::Client> commands_;
  kj::Own<api::Engine::Client> questions_;
};

rpc_target::rpc_target(server at)
    : server_target(std::move(at)), loop_(std::make_unique<loop>(address())) {}

rpc_target::~rpc_target() = default;

void rpc_target::submit(std::vector<command> batch, landed done) {
  note(batch);
  loop_->on_loop([&] { loop_->send(batch, done); });
}

void rpc_target::ask(const question& what, replied done) {
  const auto reply = [done](auto got) {
    if (!got.hasProblem()) return done(nullptr);
    const auto failure = error_of(got.getProblem());
    done(&failure);
  };
  const auto fail = [done](kj::Exception&& failure) {
    const error out{
        error_code::storage_unavailable, failure.getDescription().cStr(), {}};
    done(&out);
  };
  const auto name = [&what](api::OrderKey::Builder out) {
    out.setBrand(what.order.brand.value);
    out.setId(what.order.id.value);
  };
  // KJ keeps a reference to a function that has a name, so it gets copies.
  loop_->on_loop([&] {
    auto& to = loop_->questions();
    switch (what.about) {
      case question::subject::order: {
        auto request = to.orderRequest();
        name(request.initOrder());
        return loop_->keep(request.send().then(kj::cp(reply), kj::cp(fail)));
      }
      case question::subject::timeline: {
        auto request = to.timelineRequest();
        name(request.initOrder());
        return loop_->keep(request.send().then(kj::cp(reply), kj::cp(fail)));
      }
      case question::subject::list: {
        auto request = to.ordersRequest();
        auto filter = request.initFilter();
        filter.setBrand(what.order.brand.value);
        filter.setCustomer(what.customer.value);
        return loop_->keep(request.send().then(kj::cp(reply), kj::cp(fail)));
      }
      case question::subject::stock: {
        auto request = to.stockRequest();
        request.setSku(what.sku.value);
        return loop_->keep(request.send().then(kj::cp(reply), kj::cp(fail)));
      }
    }
  });
}

std::uint64_t rpc_target::last_sequence() {
  return loop_->on_loop([this] {
    return loop_->questions().statsRequest().send().then([](auto got) {
      check(got);
      return got.getStats().getSequence();
    });
  });
}

std::int64_t rpc_target::committed_at(const std::string& location) {
  return loop_->on_loop([&] {
    auto request = loop_->questions().locationStockRequest();
    request.setLocation(location);
    return request.send().then([](auto got) {
      check(got);
      std::int64_t units = 0;
      for (const auto each : got.getStock().getStock())
        units += each.getCommitted();
      return units;
    });
  });
}

}  // namespace oms::load
