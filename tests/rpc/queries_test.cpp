#include "tests/rpc/rpc_fixture.hpp"

namespace oms::rpc {

namespace {

class RpcQueries : public rpc_fixture {
 protected:
  ~RpcQueries() noexcept override = default;

  void SetUp() override {
    start();
    to_ = engine();
    stock_up(to_, {"A"});
    place(to_, {paid_order("SO-1"), paid_order("SO-2")});
    order_when(to_, "SO-1", [](api::OrderView::Reader order) {
      return order.getFulfillments().size() == 1;
    });
    order_when(to_, "SO-2", [](api::OrderView::Reader order) {
      return order.getFulfillments().size() == 1;
    });
  }

  api::Engine::Client to_ = nullptr;
};

TEST_F(RpcQueries, an_order_as_it_is_and_as_it_was) {
  auto now = to_.orderRequest();
  now.initOrder().setId("SO-1");
  const auto got = wait(now.send());
  EXPECT_EQ(got.getOrder().getStatus(), api::OrderStatus::AWAITING_FULFILLMENT);
  EXPECT_EQ(got.getOrder().getCaptured(), 1'000);

  auto events = to_.timelineRequest();
  events.initOrder().setId("SO-1");
  const auto placed = wait(events.send()).getEvents()[0].getSequence();
  auto then = to_.orderRequest();
  then.initOrder().setId("SO-1");
  then.initAt().setSequence(placed);
  EXPECT_EQ(wait(then.send()).getOrder().getVersion(), 1);
}

TEST_F(RpcQueries, what_is_not_there_is_not_found) {
  auto request = to_.orderRequest();
  request.initOrder().setId("SO-9");
  const auto got = wait(request.send());
  EXPECT_EQ(code_of(got.getProblem()), "notFound");
  EXPECT_FALSE(got.hasOrder());
  auto nowhere = to_.locationStockRequest();
  nowhere.setLocation("X");
  EXPECT_EQ(code_of(wait(nowhere.send()).getProblem()), "notFound");
}

TEST_F(RpcQueries, a_timeline_tells_whose_events_they_are) {
  auto request = to_.timelineRequest();
  request.initOrder().setId("SO-1");
  const auto got = wait(request.send());
  ASSERT_GT(got.getEvents().size(), 3);
  for (const auto each : got.getEvents()) {
    EXPECT_EQ(each.getEntity().getKind(), api::EntityKind::ORDER);
    EXPECT_EQ(std::string(each.getEntity().getId()), "SO-1");
  }
}

TEST_F(RpcQueries, why_an_order_was_routed_so) {
  auto request = to_.decisionsRequest();
  request.initOrder().setId("SO-1");
  const auto got = wait(request.send());
  ASSERT_EQ(got.getDecisions().size(), 1);
  EXPECT_EQ(got.getDecisions()[0].getCandidates().size(), 1);
}

TEST_F(RpcQueries, stock_of_a_sku_and_of_a_location) {
  auto sku = to_.stockRequest();
  sku.setSku("A");
  const auto over_all = wait(sku.send());
  ASSERT_EQ(over_all.getStock().getLocations().size(), 1);
  EXPECT_EQ(over_all.getStock().getLocations()[0].getCommitted(), 2);
  auto location = to_.locationStockRequest();
  location.setLocation("NYC");
  const auto there = wait(location.send());
  ASSERT_EQ(there.getStock().getStock().size(), 1);
  EXPECT_EQ(there.getStock().getStock()[0].getAvailable(), 999'998);
}

TEST_F(RpcQueries, lists_come_in_pages) {
  // They are those of the newest checkpoint and of what came since.
  auto first = to_.ordersRequest();
  first.setLimit(1);
  const auto page = wait(first.send());
  ASSERT_FALSE(page.hasProblem());
  EXPECT_LE(page.getPage().getOrders().size(), 1);
  auto wrong = to_.ordersRequest();
  wrong.setLimit(1'001);
  EXPECT_EQ(code_of(wait(wrong.send()).getProblem()), "invalid");
  auto filtered = to_.ordersRequest();
  filtered.initFilter().initStatus().setValue(api::OrderStatus::CANCELLED);
  EXPECT_EQ(wait(filtered.send()).getPage().getOrders().size(), 0);
}

TEST_F(RpcQueries, the_rules_and_the_counts) {
  const auto rules = wait(to_.routingRequest().send());
  EXPECT_TRUE(rules.getRouting().getRules().getSplitLines());
  const auto stats = wait(to_.statsRequest().send());
  EXPECT_EQ(stats.getStats().getOrders(), 2);
  EXPECT_TRUE(stats.getStats().getStorageOk());
}

TEST_F(RpcQueries, ids_that_can_not_be_are_refused) {
  const std::string longer(129, 'x');
  auto order = to_.orderRequest();
  order.initOrder().setId(longer.c_str());
  EXPECT_EQ(code_of(wait(order.send()).getProblem()), "invalid");
  auto routing = to_.routingRequest();
  routing.setBrand(longer.c_str());
  EXPECT_EQ(code_of(wait(routing.send()).getProblem()), "invalid");
}

}  // namespace

}  // namespace oms::rpc
