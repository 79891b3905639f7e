#include <capnp/any.h>

#include "tests/rpc/rpc_fixture.hpp"

namespace oms::rpc {

namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

class RpcCommands : public rpc_fixture {};

bool is_allocated(api::OrderView::Reader order) {
  for (const auto line : order.getLines())
    if (line.getBuckets().getUnrouted() > 0) return false;
  return order.getFulfillments().size() > 0;
}

TEST_F(RpcCommands, a_batch_of_paid_orders_is_placed_and_routed) {
  start();
  auto to = engine();
  stock_up(to, {"A"});
  EXPECT_THAT(place(to, {paid_order("SO-1"), paid_order("SO-2")}),
              ElementsAre(is_done(), is_done()));
  EXPECT_THAT(order_when(to, "SO-2", is_allocated), HasSubstr(R"("id":"NYC")"));
}

TEST_F(RpcCommands, one_that_is_refused_says_nothing_about_the_others) {
  start();
  auto to = engine();
  const auto answers = place(
      to, {paid_order("SO-1"), R"({"order":{"id":"SO-2"}})", paid_order("SO-3"),
           R"({"order":{"id":"SO-4"},"body":{"lines":[
                      {"line":"1","sku":"A"}]}})"});
  EXPECT_THAT(answers, ElementsAre(is_done(), is_refused("invalid"), is_done(),
                                   is_refused("invalid")));
  EXPECT_EQ(answers[1].detail, "lines must not be empty");
  EXPECT_EQ(answers[3].detail, "lines[0].quantity must be at least 1");
}

TEST_F(RpcCommands, an_empty_batch_has_no_answers) {
  start();
  EXPECT_THAT(place(engine(), {}), SizeIs(0));
}

TEST_F(RpcCommands, every_command_of_the_interface) {
  start();
  auto to = engine();
  EXPECT_THAT(
      run(to, {R"({"location":{"id":"NYC","kind":"warehouse"}})",
               R"({"supplier":{"id":"DS","products":[{"sku":"S"}]}})",
               R"({"product":{"sku":"A","name":"an A"}})",
               R"({"routing":{"objectives":["priority"]}})",
               R"({"receipt":{"location":"NYC","sku":"A","quantity":90}})",
               R"({"adjustment":{"location":"NYC","sku":"A","delta":-10}})",
               R"({"count":{"location":"NYC","sku":"A","onHand":85}})",
               R"({"safetyStock":{"location":"NYC","sku":"A",
                   "quantity":5}})"}),
      Each(is_done()));
  EXPECT_THAT(run(to, {R"({"place":{"order":{"id":"SO-1"},
                   "personal":{"customerName":"Ann"},
                   "body":{"lines":[{"line":"1","sku":"A","quantity":9,
                                     "unitPrice":100}]}}})",
                       R"({"note":{"order":"SO-1","text":"a gift"}})",
                       R"({"hold":{"order":"SO-1","hold":"h"}})",
                       R"({"unhold":{"order":"SO-1","hold":"h"}})",
                       R"({"payment":{"order":"SO-1","event":"captured"}})"}),
              Each(is_done()));
  order_when(to, "SO-1", is_allocated);
  EXPECT_THAT(
      run(to, {R"({"work":{"action":"accept","fulfillment":"SO-1:1"}})",
               R"({"work":{"action":"pick","fulfillment":"SO-1:1","lines":[
                    {"line":"1","quantity":5}]}})",
               R"({"work":{"action":"unpick","fulfillment":"SO-1:1","lines":[
                    {"line":"1","quantity":1}]}})",
               R"({"work":{"action":"ship","fulfillment":"SO-1:1",
                    "shipment":"P1","carrier":"UPS",
                    "lines":[{"line":"1","quantity":4}]}})",
               R"({"work":{"action":"shortPick","fulfillment":"SO-1:1","lines":[
                    {"line":"1","quantity":1}]}})",
               R"({"work":{"action":"reject","fulfillment":"SO-1:1",
                    "reason":{"value":"damaged"},"lines":[
                    {"line":"1","quantity":1}]}})",
               R"({"cancellation":{"order":"SO-1","lines":[
                    {"line":"1","quantity":1}]}})",
               R"({"plan":{"order":"SO-1"}})",
               R"({"tracking":{"order":"SO-1","shipment":"P1",
                    "status":"delivered"}})",
               R"({"return":{"order":"SO-1","return":"r1","lines":[
                    {"line":"1","quantity":2}]}})",
               R"({"returnReceipt":{"order":"SO-1","id":"r1",
                    "location":"NYC","lines":[{"line":"1","quantity":2}]}})",
               R"({"return":{"order":"SO-1","return":"r2","lines":[
                    {"line":"1","quantity":1}]}})",
               R"({"returnDecision":{"order":"SO-1","id":"r2",
                    "accepted":false}})",
               R"({"refund":{"order":"SO-1","amount":{"value":10},
                    "reason":"late"}})",
               R"({"settlement":{"order":"SO-1"}})",
               R"({"erasure":{"order":"SO-1"}})"}),
      Each(is_done()));
  EXPECT_THAT(run(to, R"({"work":{"action":"cancelAnswer",
                           "fulfillment":"SO-1:1","agreed":true}})"),
              is_refused("invalidTransition"));
}

// domain.md, Fulfillment: "A reason is required"; "A list that is left out
// means everything that the command can act on; an empty list is `invalid`."
// In a message, what is left out is a null pointer or the first word.
TEST_F(RpcCommands, what_is_left_out_is_told_from_what_is_empty) {
  start();
  auto to = engine();
  stock_up(to, {"A"});
  EXPECT_THAT(place(to, {paid_order("SO-1")}), Each(is_done()));
  order_when(to, "SO-1", is_allocated);
  for (const auto* refused :
       {R"({"work":{"action":"reject","fulfillment":"SO-1:1"}})",
        R"({"work":{"action":"reject","fulfillment":"SO-1:1",
             "reason":{"value":"unable"}}})",
        R"({"work":{"action":"pick","fulfillment":"SO-1:1","lines":[]}})",
        R"({"work":{"action":"ship","fulfillment":"SO-1:1",
             "shipment":"P1","lines":[]}})",
        R"({"work":{"action":"ship","fulfillment":"SO-1:1"}})",
        R"({"return":{"order":"SO-1"}})",
        R"({"cancellation":{"order":"SO-1","lines":[]}})",
        R"({"refund":{"order":"SO-1","lines":[]}})",
        R"({"return":{"order":"SO-1","return":"r","lines":[]}})"})
    EXPECT_THAT(run(to, refused), is_refused("invalid")) << refused;
  for (const auto* taken :
       {R"({"work":{"action":"pick","fulfillment":"SO-1:1"}})",
        R"({"plan":{"order":"SO-1","preview":true}})"})
    EXPECT_THAT(run(to, taken), is_done()) << taken;
}

TEST_F(RpcCommands, what_nobody_can_mean_is_refused) {
  start();
  auto to = engine();
  EXPECT_THAT(run(to, R"({"work":{"action":"accept","fulfillment":"SO-1"}})"),
              is_refused("notFound"));
  EXPECT_THAT(run(to, R"({"work":{"order":"SO-2","action":"accept",
                          "fulfillment":"SO-1:1"}})"),
              is_refused("invalid"));
  EXPECT_THAT(run(to, R"({"location":{"id":"X","kind":"dropship"}})"),
              is_refused("invalid"));
  EXPECT_THAT(
      run(to, R"({"location":{"id":"X","position":{"latitude":91}}})").detail,
      "location.latitude must be at most 90");
  EXPECT_THAT(run(to, R"({"note":{"order":"X","text":")" +
                          std::string(4'097, 'x') + R"("}})")
                  .detail,
              "note.text is longer than 4096 bytes");
}

TEST_F(RpcCommands, words_and_texts_that_do_not_exist_are_refused) {
  start();
  auto to = engine();
  auto request = to.runRequest();
  auto commands = request.initCommands(5);
  commands[0].initLocation().setKind(static_cast<api::SourceType>(99));
  commands[1].initNote().setOrder("SO-1");
  commands[1].getNote().setText("\xff\xfe");
  auto reject = commands[2].initWork();
  reject.setAction(api::FulfillmentAction::REJECT);
  reject.setFulfillment("SO-1:1");
  reject.initReason().setValue(static_cast<api::RejectReason>(4));
  commands[3].initWork().setAction(static_cast<api::FulfillmentAction>(99));
  commands[3].getWork().setFulfillment("SO-1:1");
  // A number that is another word if only its last byte is taken.
  commands[4].initPayment().setOrder("SO-1");
  commands[4].getPayment().setEvent(static_cast<api::PaymentEvent>(256));
  const auto got = wait(request.send()).getAnswers();
  std::vector<std::string> details;
  for (const auto each : got)
    details.emplace_back(each.getProblem().getDetail());
  EXPECT_THAT(details, ElementsAre("location.kind is not a known value",
                                   "note.text is not valid UTF-8",
                                   "work.reason is not a known value",
                                   "work.action is not a known value",
                                   "payment.event is not a known value"));
}

// All actions are one record, and each has fields of its own.
TEST_F(RpcCommands, what_an_action_does_not_have_is_refused) {
  start();
  auto to = engine();
  EXPECT_EQ(run(to, R"({"work":{"action":"accept","fulfillment":"SO-1:1",
                         "lines":[{"line":"1","quantity":1}]}})")
                .detail,
            "work.lines is not known here");
  EXPECT_EQ(run(to, R"({"work":{"action":"pick","fulfillment":"SO-1:1",
                         "carrier":"UPS"}})")
                .detail,
            "work.carrier is not known here");
}

TEST_F(RpcCommands, what_is_left_out_has_the_default_of_http) {
  start();
  auto to = engine();
  EXPECT_THAT(place(to, {paid_order("SO-1")}), Each(is_done()));
  EXPECT_THAT(order_when(to, "SO-1", [](auto) { return true; }),
              HasSubstr(R"("currency":"USD")"));
  EXPECT_THAT(run(to, R"({"routing":{}})"), is_done());
  const auto rules = wait(to.routingRequest().send());
  const auto shown = rules.getRouting().getRules();
  EXPECT_EQ(shown.getTiers().size(), 2);
  EXPECT_EQ(shown.getObjectives()[0], api::Objective::FEWEST_SHIPMENTS);
  EXPECT_EQ(shown.getStuckAfterS(), 86'400);
  // An empty list is not one that was left out.
  EXPECT_EQ(run(to, R"({"routing":{"objectives":[]}})").detail,
            "objectives: must not be empty");
}

// A list of entries without a byte is as long as its sender says.
TEST_F(RpcCommands, a_list_of_nothing_is_refused_and_not_made) {
  start();
  auto to = engine();
  auto request = to.runRequest();
  auto pick = request.initCommands(1)[0].initWork();
  pick.setAction(api::FulfillmentAction::PICK);
  pick.setFulfillment("SO-1:1");
  // Of the pointers of `Work`, the fourth.
  constexpr unsigned lines = 3;
  capnp::AnyStruct::Builder any = capnp::toAny(pick);
  any.getPointerSection()[lines].initAs<capnp::List<capnp::Void>>(1'000'000);
  ASSERT_TRUE(pick.hasLines());
  const auto got = wait(request.send());
  EXPECT_EQ(std::string(got.getAnswers()[0].getProblem().getDetail()),
            "work.lines has more than 10000 entries");
}

TEST_F(RpcCommands, ids_are_taken_verbatim_or_not_at_all) {
  start();
  auto to = engine();
  for (const std::string bad :
       {" X", "X ", "\xC2\xA0X", "X\x01", "X\x1b[2J", "X\xC2\x9B", "K\xF6ln"}) {
    auto request = to.runRequest();
    auto commands = request.initCommands(6);
    commands[0].initLocation().setId(bad);
    commands[1].initPlan().setOrder(bad);
    commands[2].initUnhold().setOrder("SO-1");
    commands[2].getUnhold().setHold(bad);
    commands[3].setBy(bad);
    commands[3].initProduct().setSku("A");
    commands[4].setId(bad);
    commands[4].initProduct().setSku("A");
    commands[5].initReceipt().setLocation("NYC");
    commands[5].getReceipt().setSku("A");
    commands[5].getReceipt().setQuantity(1);
    commands[5].getReceipt().setReference(bad);
    const auto got = wait(request.send());
    for (const auto each : got.getAnswers()) {
      ASSERT_TRUE(each.isProblem()) << bad;
      EXPECT_EQ(code_of(each.getProblem()), "invalid") << bad;
    }
    auto stock = to.stockRequest();
    stock.setSku(bad);
    EXPECT_EQ(code_of(wait(stock.send()).getProblem()), "invalid") << bad;
  }
}

TEST_F(RpcCommands, nobody_acts_as_a_part_of_the_engine) {
  start();
  auto to = engine();
  for (const auto* name : {"router", "Waiting Line", "journal", "api"}) {
    const auto got = run(
        to, std::string(R"({"by":")") + name + R"(","product":{"sku":"A"}})");
    EXPECT_THAT(got, is_refused("invalid"));
    EXPECT_EQ(got.detail, "by is the name of a part of the engine");
  }
}

TEST_F(RpcCommands, whole_numbers_have_the_range_of_http) {
  start();
  auto to = engine();
  EXPECT_THAT(
      run(to, R"({"location":{"id":"X","priority":"9007199254740991"}})"),
      is_done());
  EXPECT_EQ(run(to, R"({"location":{"id":"X","priority":"9007199254740992"}})")
                .detail,
            "location.priority must be at most 9007199254740991");
}

TEST_F(RpcCommands, the_same_id_gives_the_first_answer_again) {
  start();
  auto to = engine();
  stock_up(to, {"A"});
  const std::string units = R"({"id":"k1","adjustment":{"location":"NYC",)"
                            R"("sku":"A","delta":1}})";
  const auto first = run(to, units);
  EXPECT_THAT(first, is_done());
  EXPECT_EQ(run(to, units).sequence, first.sequence);
  EXPECT_THAT(run(to, R"({"id":"k1","adjustment":{"location":"NYC",)"
                      R"("sku":"A","delta":2}})"),
              is_refused("conflict"));
}

TEST_F(RpcCommands, ids_are_remembered_over_a_kill) {
  const std::vector<std::string> batch{
      R"({"id":"k:1","receipt":{"location":"NYC","sku":"A","quantity":5}})",
      R"({"id":"k:2","place":{"order":{"id":"SO-1"},"body":{"lines":[
            {"line":"1","sku":"A","quantity":1}]}}})",
      R"({"note":{"order":"SO-1","text":"without an id"}})",
      R"({"id":"k:3","note":{"order":"SO-1","text":"with one"}})",
      R"({"id":"k:4","note":{"order":"SO-9","text":"no order"}})"};
  start();
  ASSERT_THAT(run(engine(), R"({"location":{"id":"NYC"}})"), is_done());
  const auto first = run(engine(), batch);
  EXPECT_THAT(first, ElementsAre(is_done(), is_done(), is_done(), is_done(),
                                 is_refused("notFound")));
  omsd().kill();

  start();
  auto to = engine();
  const auto again = run(to, batch);
  EXPECT_THAT(again, ElementsAre(is_done(), is_done(), is_done(), is_done(),
                                 is_refused("notFound")));
  for (const auto i : {0, 1, 3})
    EXPECT_EQ(again[i].sequence, first[i].sequence) << batch[i];
  EXPECT_GT(again[2].sequence, first[3].sequence) << "it has no id";
  EXPECT_THAT(run(to, R"({"id":"k:3","note":{"order":"SO-1",
                          "text":"another"}})"),
              is_refused("conflict"));
  auto request = to.locationStockRequest();
  request.setLocation("NYC");
  const auto stock = wait(request.send());
  EXPECT_EQ(stock.getStock().getStock()[0].getOnHand(), 5);
}

TEST_F(RpcCommands, ids_of_callers_and_of_http_are_apart) {
  const auto one = token("one", {oms::files::role::admin});
  const auto two = token("two", {oms::files::role::admin});
  const std::string units = R"({"id":"k","receipt":{"location":"NYC",)"
                            R"("sku":"A","quantity":5}})";
  start({"--tokens", path("tokens")});
  ASSERT_THAT(run(engine(one), R"({"location":{"id":"NYC"}})"), is_done());
  ASSERT_THAT(run(engine(one), units), is_done());
  omsd().kill();
  start({"--tokens", path("tokens")});
  const auto of_two = run(engine(two), units);
  EXPECT_THAT(of_two, is_done());
  EXPECT_GT(of_two.sequence, run(engine(one), units).sequence);
}

TEST_F(RpcCommands, calls_are_done_in_the_order_in_which_they_are_made) {
  start();
  auto to = engine();
  // What the first has done before is looked up; the second has no ids.
  auto first = to.runRequest();
  decode(R"({"id":"k","place":{"order":{"id":"SO-1"},"body":{"lines":[
              {"line":"1","sku":"A","quantity":1}]}}})",
         first.initCommands(1)[0]);
  auto second = to.runRequest();
  decode(R"({"note":{"order":"SO-1","text":"behind it"}})",
         second.initCommands(1)[0]);
  auto placed = first.send();
  auto noted = second.send();
  EXPECT_TRUE(wait(kj::mv(placed)).getAnswers()[0].isReceipt());
  EXPECT_TRUE(wait(kj::mv(noted)).getAnswers()[0].isReceipt());
}

TEST_F(RpcCommands, a_batch_may_have_10000_commands) {
  start();
  auto to = engine();
  std::vector<std::string> orders;
  for (int i = 0; i < 10'000; ++i)
    orders.push_back(paid_order(std::to_string(i)));
  EXPECT_THAT(place(to, orders), Each(is_done()));
  orders.push_back(paid_order("more"));
  EXPECT_THAT([&] { place(to, orders); },
              testing::ThrowsMessage<std::runtime_error>(
                  "tooLarge: a batch may have at most 10000 commands"));
  EXPECT_THAT([&] { run(to, std::vector<std::string>(10'001, "{}")); },
              testing::ThrowsMessage<std::runtime_error>(
                  "tooLarge: a batch may have at most 10000 commands"));
}

TEST_F(RpcCommands, what_is_under_way_is_answered_before_it_stops) {
  start();
  auto to = engine();
  auto request = to.placeRequest();
  auto orders = request.initOrders(5'000);
  for (unsigned i = 0; i < orders.size(); ++i) {
    orders[i].initOrder().setId(std::to_string(i).c_str());
    auto line = orders[i].initBody().initLines(1)[0];
    line.setLine("1");
    line.setSku("A");
    line.setQuantity(1);
  }
  auto answered = request.send();
  // It has been taken once something that was sent later is answered.
  wait(to.statsRequest().send());
  omsd().terminate();
  EXPECT_EQ(wait(kj::mv(answered)).getAnswers().size(), 5'000);
  EXPECT_EQ(omsd().wait(), 0);
}

}  // namespace

}  // namespace oms::rpc
