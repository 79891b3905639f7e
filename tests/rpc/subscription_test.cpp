#include "tests/rpc/rpc_fixture.hpp"

namespace oms::rpc {

namespace {

using testing::ElementsAreArray;
using testing::IsSupersetOf;

/// What a listener has heard; it outlives the listener.
struct heard {
  std::vector<std::uint64_t> sequences;
  std::vector<std::string> kinds;
  std::vector<std::string> commands;
  std::uint64_t upto = 0;
  std::size_t batches = 0;
};

/// Acknowledges at once, or only when it is let.
class listener final : public api::Listener::Server {
 public:
  explicit listener(std::shared_ptr<heard> to, bool at_once = true)
      : to_(std::move(to)), at_once_(at_once) {}

  kj::Promise<void> events(EventsContext context) override {
    for (const auto each : context.getParams().getEvents()) {
      to_->sequences.push_back(each.getSequence());
      to_->kinds.emplace_back(each.getKind());
      to_->commands.emplace_back(each.getCommand());
    }
    to_->upto = context.getParams().getUpto();
    ++to_->batches;
    if (at_once_) return kj::READY_NOW;
    return kj::NEVER_DONE;
  }

 private:
  std::shared_ptr<heard> to_;
  bool at_once_;
};

class failing_listener final : public api::Listener::Server {
 public:
  explicit failing_listener(std::shared_ptr<heard> to) : to_(std::move(to)) {}
  kj::Promise<void> events(EventsContext) override {
    ++to_->batches;
    return KJ_EXCEPTION(FAILED, "it can't");
  }

 private:
  std::shared_ptr<heard> to_;
};

class RpcSubscription : public rpc_fixture {
 protected:
  api::Subscription::Client subscribe(api::Engine::Client from,
                                      std::uint64_t after,
                                      api::Listener::Client with) {
    auto request = from.subscribeRequest();
    request.setAfter(after);
    request.setListener(kj::mv(with));
    auto got = wait(request.send());
    EXPECT_FALSE(got.hasProblem());
    return got.getSubscription();
  }

  std::uint64_t last(api::Engine::Client from) {
    return wait(from.statsRequest().send()).getStats().getSequence();
  }

  /// Turns the loop until the listener is at the end of the log, which may
  /// grow behind it.
  void catch_up(api::Engine::Client from, const heard& to) {
    for (int i = 0; i < 2'000; ++i) {
      if (to.upto >= last(from)) return;
      pass(5 * kj::MILLISECONDS);
    }
    ADD_FAILURE() << "heard up to " << to.upto << " of " << last(from);
  }

  static std::vector<std::uint64_t> numbers(std::uint64_t from,
                                            std::uint64_t to) {
    std::vector<std::uint64_t> all;
    for (auto each = from; each <= to; ++each) all.push_back(each);
    return all;
  }
};

TEST_F(RpcSubscription, tells_what_was_and_then_what_happens) {
  start();
  auto to = engine();
  stock_up(to, {"A"});
  auto news = std::make_shared<heard>();
  const auto held = subscribe(to, 0, kj::heap<listener>(news));
  catch_up(to, *news);
  place(to, {paid_order("SO-1")});
  order_when(to, "SO-1", [](api::OrderView::Reader order) {
    return order.getFulfillments().size() == 1;
  });
  catch_up(to, *news);
  EXPECT_THAT(news->sequences, ElementsAreArray(numbers(1, news->upto)));
  EXPECT_THAT(news->kinds, IsSupersetOf({"location.defined", "stock.received",
                                         "order.placed", "stock.committed"}));
}

TEST_F(RpcSubscription, names_commands_as_their_callers_did) {
  start();
  auto to = engine();
  stock_up(to, {"A"});
  const auto before = last(to);
  EXPECT_THAT(run(to, R"({"id":"a:b%","receipt":{"location":"NYC",)"
                      R"("sku":"A","quantity":5}})"),
              is_done());
  auto news = std::make_shared<heard>();
  const auto held = subscribe(to, before, kj::heap<listener>(news));
  catch_up(to, *news);
  EXPECT_THAT(news->commands, testing::Contains("a:b%"));
}

TEST_F(RpcSubscription, goes_on_where_it_was_after_connecting_again) {
  start();
  auto to = engine();
  auto first = std::make_shared<heard>();
  {
    auto other = connect();
    const auto held = subscribe(other->login(), 0, kj::heap<listener>(first));
    place(to, {paid_order("SO-1"), paid_order("SO-2")});
    catch_up(to, *first);
  }
  place(to, {paid_order("SO-3")});
  auto second = std::make_shared<heard>();
  const auto held = subscribe(to, first->upto, kj::heap<listener>(second));
  catch_up(to, *second);
  EXPECT_THAT(second->sequences,
              ElementsAreArray(numbers(first->upto + 1, second->upto)));
}

TEST_F(RpcSubscription, misses_nothing_when_omsd_is_killed) {
  start();
  auto news = std::make_shared<heard>();
  for (int round = 0; round < 3; ++round) {
    auto to = engine();
    const auto held = subscribe(to, news->upto, kj::heap<listener>(news));
    place(to, {paid_order("SO-" + std::to_string(round))});
    // Wherever the stream stands now.
    pass(round * 2 * kj::MILLISECONDS);
    omsd().kill();
    start();
  }
  auto to = engine();
  const auto held = subscribe(to, news->upto, kj::heap<listener>(news));
  catch_up(to, *news);
  EXPECT_THAT(news->sequences, ElementsAreArray(numbers(1, news->upto)));
  std::size_t placed = 0;
  for (const auto& each : news->kinds) placed += each == "order.placed";
  EXPECT_EQ(placed, 3);
}

TEST_F(RpcSubscription, one_who_does_not_acknowledge_gets_four_batches) {
  start();
  auto to = engine();
  auto slow = std::make_shared<heard>();
  auto quick = std::make_shared<heard>();
  const auto held = subscribe(to, 0, kj::heap<listener>(slow, false));
  const auto other = subscribe(to, 0, kj::heap<listener>(quick));
  std::vector<std::string> orders(5'000);
  for (std::size_t i = 0; i < orders.size(); ++i)
    orders[i] = paid_order(std::to_string(i));
  place(to, orders);
  catch_up(to, *quick);
  EXPECT_EQ(slow->batches, 4);
  EXPECT_GT(quick->batches, 8);
  EXPECT_LT(slow->upto, quick->upto);
}

TEST_F(RpcSubscription, ends_with_its_capability) {
  // Not paid, so that nothing follows when it is placed.
  const auto order = [](const std::string& id) {
    return R"({"order":{"id":")" + id +
           R"("},"body":{"lines":[{"line":"1","sku":"A","quantity":1,)"
           R"("unitPrice":1000}]}})";
  };
  start();
  auto to = engine();
  auto news = std::make_shared<heard>();
  {
    const auto held = subscribe(to, 0, kj::heap<listener>(news));
    place(to, {order("SO-1")});
    catch_up(to, *news);
  }
  const auto before = news->batches;
  EXPECT_GE(before, 1);
  place(to, {order("SO-2")});
  pass(100 * kj::MILLISECONDS);
  EXPECT_EQ(news->batches, before);
}

TEST_F(RpcSubscription, a_listener_that_fails_is_not_asked_again) {
  start();
  auto to = engine();
  auto news = std::make_shared<heard>();
  const auto held = subscribe(to, 0, kj::heap<failing_listener>(news));
  for (int i = 0; i < 10; ++i) {
    place(to, {paid_order(std::to_string(i))});
    pass(20 * kj::MILLISECONDS);
  }
  EXPECT_LE(news->batches, 4);
}

TEST_F(RpcSubscription, a_brand_hears_of_its_own_orders) {
  const auto acme = token("acme", {oms::files::role::operate}, {"acme"});
  const auto admin = token("admin", {oms::files::role::admin});
  start({"--tokens", path("tokens")});
  auto all = engine(admin);
  stock_up(all, {"A"});
  auto news = std::make_shared<heard>();
  const auto held = subscribe(engine(acme), 0, kj::heap<listener>(news));
  place(all, {paid_order("SO-1", "other"), paid_order("SO-2", "acme")});
  for (int i = 0; i < 500 && news->kinds.empty(); ++i)
    pass(5 * kj::MILLISECONDS);
  std::size_t placed = 0;
  for (const auto& each : news->kinds) placed += each == "order.placed";
  EXPECT_EQ(placed, 1);
  EXPECT_THAT(news->kinds, testing::Not(testing::Contains("stock.received")));
}

TEST_F(RpcSubscription, a_connection_may_have_sixteen) {
  start();
  auto to = engine();
  auto news = std::make_shared<heard>();
  std::vector<api::Subscription::Client> held;
  for (int i = 0; i < 16; ++i)
    held.push_back(subscribe(to, 0, kj::heap<listener>(news)));
  auto request = to.subscribeRequest();
  request.setListener(kj::heap<listener>(news));
  EXPECT_EQ(code_of(wait(request.send()).getProblem()), "overloaded");
  held.pop_back();
  pass(20 * kj::MILLISECONDS);
  held.push_back(subscribe(to, 0, kj::heap<listener>(news)));
}

}  // namespace

}  // namespace oms::rpc
