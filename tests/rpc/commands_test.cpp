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
    if (line.getUnrouted() > 0) return false;
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
  const auto answers =
      place(to, {paid_order("SO-1"), R"({"id":"SO-2"})", paid_order("SO-3"),
                 R"({"id":"SO-4","lines":[{"line":"1","sku":"A"}]})"});
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
               R"({"subject":"NYC","receipt":{"sku":"A","quantity":90}})",
               R"({"subject":"NYC","adjustment":{"sku":"A","delta":-10}})",
               R"({"subject":"NYC","count":{"sku":"A","onHand":85}})",
               R"({"subject":"NYC","safetyStock":{"sku":"A","quantity":5}})"}),
      Each(is_done()));
  EXPECT_THAT(
      run(to, {R"({"place":{"id":"SO-1","customer":{"name":"Ann"},
                   "lines":[{"line":"1","sku":"A","quantity":9,
                             "unitPrice":100}]}})",
               R"({"order":{"id":"SO-1"},"note":{"text":"a gift"}})",
               R"({"order":{"id":"SO-1"},"hold":{"hold":"h"}})",
               R"({"order":{"id":"SO-1"},"subject":"h","unhold":null})",
               R"({"order":{"id":"SO-1"},"payment":{"event":"captured"}})"}),
      Each(is_done()));
  order_when(to, "SO-1", is_allocated);
  EXPECT_THAT(
      run(to,
          {R"({"subject":"SO-1:1","accept":{}})",
           R"({"subject":"SO-1:1","pick":{"lines":[
                    {"line":"1","quantity":5}]}})",
           R"({"subject":"SO-1:1","unpick":{"lines":[
                    {"line":"1","quantity":1}]}})",
           R"({"subject":"SO-1:1","ship":{"shipment":"P1","carrier":"UPS",
                    "lines":[{"line":"1","quantity":4}]}})",
           R"({"subject":"SO-1:1","shortPick":{"lines":[
                    {"line":"1","quantity":1}]}})",
           R"({"subject":"SO-1:1","reject":{"reason":"damaged","lines":[
                    {"line":"1","quantity":1}]}})",
           R"({"order":{"id":"SO-1"},"cancellation":{"lines":[
                    {"line":"1","quantity":1}]}})",
           R"({"order":{"id":"SO-1"},"plan":{}})",
           R"({"order":{"id":"SO-1"},"subject":"P1","tracking":{
                    "status":"delivered"}})",
           R"({"order":{"id":"SO-1"},"return":{"return":"r1","lines":[
                    {"line":"1","quantity":2}]}})",
           R"({"order":{"id":"SO-1"},"subject":"r1","returnReceipt":{
                    "location":"NYC","lines":[{"line":"1","quantity":2}]}})",
           R"({"order":{"id":"SO-1"},"return":{"return":"r2","lines":[
                    {"line":"1","quantity":1}]}})",
           R"({"order":{"id":"SO-1"},"subject":"r2","returnDecision":{
                    "accepted":false}})",
           R"({"order":{"id":"SO-1"},"refund":{"amount":{"value":10},"reason":"late"}})",
           R"({"order":{"id":"SO-1"},"settlement":{}})",
           R"({"order":{"id":"SO-1"},"erasure":null})"}),
      Each(is_done()));
  EXPECT_THAT(run(to, R"({"subject":"SO-1:1","cancelAnswer":{"agreed":true}})"),
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
       {R"({"subject":"SO-1:1","reject":{}})",
        R"({"subject":"SO-1:1","reject":{"reason":"none"}})",
        R"({"subject":"SO-1:1","reject":{"reason":"unable"}})",
        R"({"subject":"SO-1:1","pick":{"lines":[]}})",
        R"({"subject":"SO-1:1","ship":{"shipment":"P1","lines":[]}})",
        R"({"subject":"SO-1:1","ship":{}})",
        R"({"order":{"id":"SO-1"},"return":{}})",
        R"({"order":{"id":"SO-1"},"cancellation":{"lines":[]}})",
        R"({"order":{"id":"SO-1"},"refund":{"lines":[]}})",
        R"({"order":{"id":"SO-1"},"return":{"return":"r","lines":[]}})"})
    EXPECT_THAT(run(to, refused), is_refused("invalid")) << refused;
  for (const auto* taken :
       {R"({"subject":"SO-1:1","pick":{}})",
        R"({"order":{"id":"SO-1"},"plan":{"preview":true}})"})
    EXPECT_THAT(run(to, taken), is_done()) << taken;
}

TEST_F(RpcCommands, what_nobody_can_mean_is_refused) {
  start();
  auto to = engine();
  EXPECT_THAT(run(to, R"({"subject":"SO-1","accept":{}})"),
              is_refused("notFound"));
  EXPECT_THAT(
      run(to, R"({"order":{"id":"SO-2"},"subject":"SO-1:1","accept":{}})"),
      is_refused("invalid"));
  EXPECT_THAT(run(to, R"({"location":{"id":"X","kind":"dropship"}})"),
              is_refused("invalid"));
  EXPECT_THAT(
      run(to, R"({"location":{"id":"X","latitude":{"value":91}}})").detail,
      "location.latitude must be at most 90");
  EXPECT_THAT(run(to, R"({"order":{"id":"X"},"note":{"text":")" +
                          std::string(4'097, 'x') + R"("}})")
                  .detail,
              "note.text is longer than 4096 bytes");
}

TEST_F(RpcCommands, words_and_texts_that_do_not_exist_are_refused) {
  start();
  auto to = engine();
  auto request = to.runRequest();
  auto commands = request.initCommands(2);
  commands[0].initLocation().setKind(static_cast<schema::PlaceKind>(99));
  commands[1].initOrder().setId("SO-1");
  commands[1].initNote().setText("\xff\xfe");
  const auto got = wait(request.send());
  EXPECT_EQ(std::string(got.getAnswers()[0].getProblem().getDetail()),
            "location.kind is not a known value");
  EXPECT_EQ(std::string(got.getAnswers()[1].getProblem().getDetail()),
            "note.text is not valid UTF-8");
}

// A list of entries without a byte is as long as its sender says.
TEST_F(RpcCommands, a_list_of_nothing_is_refused_and_not_made) {
  start();
  auto to = engine();
  auto request = to.runRequest();
  auto command = request.initCommands(1)[0];
  command.setSubject("SO-1:1");
  capnp::AnyStruct::Builder pick = capnp::toAny(command.initPick());
  pick.getPointerSection()[0].initAs<capnp::List<capnp::Void>>(1'000'000);
  const auto got = wait(request.send());
  EXPECT_EQ(std::string(got.getAnswers()[0].getProblem().getDetail()),
            "pick.lines has more than 10000 entries");
}

TEST_F(RpcCommands, ids_are_taken_verbatim_or_not_at_all) {
  start();
  auto to = engine();
  for (const std::string bad :
       {" X", "X ", "\xC2\xA0X", "X\x01", "X\x1b[2J", "X\xC2\x9B", "K\xF6ln"}) {
    auto request = to.runRequest();
    auto commands = request.initCommands(6);
    commands[0].initLocation().setId(bad);
    commands[1].initOrder().setId(bad);
    commands[1].initPlan();
    commands[2].initOrder().setId("SO-1");
    commands[2].setSubject(bad);
    commands[2].setUnhold();
    commands[3].setBy(bad);
    commands[3].initProduct().setSku("A");
    commands[4].setId(bad);
    commands[4].initProduct().setSku("A");
    commands[5].setSubject("NYC");
    commands[5].initReceipt().setSku("A");
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
  const std::string units = R"({"id":"k1","subject":"NYC","adjustment":{)"
                            R"("sku":"A","delta":1}})";
  const auto first = run(to, units);
  EXPECT_THAT(first, is_done());
  EXPECT_EQ(run(to, units).sequence, first.sequence);
  EXPECT_THAT(run(to, R"({"id":"k1","subject":"NYC","adjustment":{)"
                      R"("sku":"A","delta":2}})"),
              is_refused("conflict"));
}

TEST_F(RpcCommands, ids_are_remembered_over_a_kill) {
  const std::vector<std::string> batch{
      R"({"id":"k:1","subject":"NYC","receipt":{"sku":"A","quantity":5}})",
      R"({"id":"k:2","place":{"id":"SO-1","lines":[
            {"line":"1","sku":"A","quantity":1}]}})",
      R"({"order":{"id":"SO-1"},"note":{"text":"without an id"}})",
      R"({"id":"k:3","order":{"id":"SO-1"},"note":{"text":"with one"}})",
      R"({"id":"k:4","order":{"id":"SO-9"},"note":{"text":"no order"}})"};
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
  EXPECT_THAT(run(to, R"({"id":"k:3","order":{"id":"SO-1"},
                          "note":{"text":"another"}})"),
              is_refused("conflict"));
  auto request = to.locationStockRequest();
  request.setLocation("NYC");
  const auto stock = wait(request.send());
  EXPECT_EQ(stock.getStock().getStock()[0].getOnHand(), 5);
}

TEST_F(RpcCommands, ids_of_callers_and_of_http_are_apart) {
  const auto one = token("one", {oms::files::role::admin});
  const auto two = token("two", {oms::files::role::admin});
  const std::string units = R"({"id":"k","subject":"NYC","receipt":{)"
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
  decode(R"({"id":"k","place":{"id":"SO-1","lines":[
              {"line":"1","sku":"A","quantity":1}]}})",
         first.initCommands(1)[0]);
  auto second = to.runRequest();
  decode(R"({"order":{"id":"SO-1"},"note":{"text":"behind it"}})",
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
    orders[i].setId(std::to_string(i).c_str());
    auto line = orders[i].initLines(1)[0];
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
