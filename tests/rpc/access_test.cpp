#include <kj/encoding.h>

#include <fstream>
#include <thread>

#include "tests/rpc/rpc_fixture.hpp"

namespace oms::rpc {

namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;

class RpcAccess : public rpc_fixture {
 protected:
  std::string login_refused(const std::string& with) {
    const auto one = connect();
    auto request = one->gateway().loginRequest();
    request.setToken(with.c_str());
    auto got = wait(request.send());
    EXPECT_FALSE(got.hasEngine());
    return code_of(got.getProblem());
  }
};

TEST_F(RpcAccess, without_its_token_nobody_gets_an_engine) {
  const auto good = token("gateway", {files::role::admin});
  start({"--tokens", path("tokens")});
  EXPECT_EQ(login_refused(""), "unauthorized");
  EXPECT_EQ(login_refused(good + "0"), "unauthorized");
  EXPECT_THAT(run(engine(good), R"({"location":{"id":"NYC"}})"), is_done());
}

// Each reads the file and replaces it; none must lose what another adds.
TEST_F(RpcAccess, tokens_that_are_made_at_once_are_all_kept) {
  constexpr int makers = 16;
  std::vector<std::thread> all;
  for (int i = 0; i < makers; ++i)
    all.emplace_back([&, i] {
      const oms::files::access who{.name = "n" + std::to_string(i),
                                   .roles = {files::role::read},
                                   .brands = {}};
      EXPECT_TRUE(oms::files::access_list::add(path("tokens"), who,
                                               "token " + std::to_string(i)));
    });
  for (auto& each : all) each.join();
  const auto known = oms::files::access_list::read(path("tokens"));
  ASSERT_TRUE(known);
  for (int i = 0; i < makers; ++i)
    EXPECT_TRUE(known->caller("Bearer token " + std::to_string(i))) << i;
}

TEST_F(RpcAccess, two_tokens_with_one_name_are_refused) {
  const std::string entry =
      R"({"name": "shop", "roles": ["read"], "sha256": ")";
  std::ofstream(path("tokens"))
      << R"({"tokens": [)" << entry << std::string(64, '0') << R"("}, )"
      << entry << std::string(64, '1') << R"("}]})";
  const auto read = oms::files::access_list::read(path("tokens"));
  ASSERT_FALSE(read);
  EXPECT_THAT(read.failure().message,
              HasSubstr("tokens[1] has the name shop of tokens[0]"));
}

// What a source decides is signed with its id.
TEST_F(RpcAccess, nobody_signs_as_a_location_or_supplier) {
  start();
  EXPECT_THAT(run(engine(), R"({"location":{"id":"NYC"}})"), is_done());
  const auto by = [](const std::string& name) {
    return R"({"by":")" + name + R"(","place":)" + paid_order("SO-1") + "}";
  };
  EXPECT_THAT(run(engine(), by("NYC")), is_refused("forbidden"));
  EXPECT_THAT(run(engine(), by("anna")), is_done());
}

TEST_F(RpcAccess, a_role_may_do_what_is_its_own) {
  const auto reader = token("reader", {files::role::read});
  const auto shop = token("shop", {files::role::operate});
  const auto clerk = token("clerk", {files::role::stock});
  const auto admin = token("admin", {files::role::admin});
  start({"--tokens", path("tokens")});
  const std::vector<std::string> one_of_each{
      R"({"location":{"id":"NYC"}})",
      R"({"receipt":{"location":"NYC","sku":"A","quantity":1}})",
      R"({"place":)" + paid_order("SO-1") + "}"};
  const auto no = is_refused("forbidden");
  EXPECT_THAT(run(engine(reader), one_of_each), Each(no));
  EXPECT_THAT(run(engine(admin), one_of_each), Each(is_done()));
  EXPECT_THAT(run(engine(shop), one_of_each), ElementsAre(no, no, is_done()));
  EXPECT_THAT(run(engine(clerk), one_of_each), ElementsAre(no, is_done(), no));
  EXPECT_THAT([&] { place(engine(reader), {paid_order("SO-2")}); },
              testing::ThrowsMessage<std::runtime_error>(
                  "forbidden: this needs the role operate"));
  EXPECT_THAT(run(engine(shop), R"({"erasure":{"order":"SO-1"}})"), no);
}

TEST_F(RpcAccess, a_brand_knows_nothing_of_the_others) {
  const auto acme = token("acme", {files::role::operate}, {"acme"});
  const auto admin = token("admin", {files::role::admin});
  start({"--tokens", path("tokens")});
  auto all = engine(admin);
  auto own = engine(acme);
  place(all, {paid_order("SO-1", "other")});
  EXPECT_THAT(place(own, {paid_order("SO-1"), paid_order("SO-2", "other")}),
              ElementsAre(is_done(), is_refused("forbidden")));
  // Without a brand it is the token's own.
  EXPECT_THAT(order_when(own, "SO-1", [](auto) { return true; }),
              HasSubstr(R"("brand":"acme")"));
  auto others = own.orderRequest();
  others.initOrder().setId("SO-1");
  others.getOrder().setBrand("other");
  EXPECT_EQ(code_of(wait(others.send()).getProblem()), "forbidden");
  EXPECT_THAT(run(own, R"({"plan":{"order":"SO-1","brand":"other"}})"),
              is_refused("forbidden"));
}

TEST_F(RpcAccess, statistics_are_not_for_a_token_of_one_brand) {
  const auto acme = token("acme", {files::role::operate}, {"acme"});
  const auto reader = token("reader", {files::role::read});
  const auto admin = token("admin", {files::role::admin}, {"acme"});
  start({"--tokens", path("tokens")});
  EXPECT_EQ(code_of(wait(engine(acme).statsRequest().send()).getProblem()),
            "forbidden");
  EXPECT_FALSE(wait(engine(reader).statsRequest().send()).hasProblem());
  EXPECT_FALSE(wait(engine(admin).statsRequest().send()).hasProblem());
}

TEST_F(RpcAccess, the_trail_names_the_caller) {
  const auto shop = token("shop", {files::role::operate});
  start({"--tokens", path("tokens")});
  auto to = engine(shop);
  run(to, {R"({"id":"c1","by":"Ann","place":)" + paid_order("SO-1") + "}",
           R"({"note":{"order":"SO-1","text":"x"}})"});
  auto request = to.timelineRequest();
  request.initOrder().setId("SO-1");
  const auto got = wait(request.send());
  const auto events = got.getEvents();
  EXPECT_EQ(std::string(events[0].getKind()), "order.placed");
  EXPECT_EQ(std::string(events[0].getBy()), "Ann");
  EXPECT_EQ(std::string(events[0].getCommand()), "c1");
  bool noted = false;
  for (const auto each : events)
    noted |= std::string(each.getBy()) == "shop" &&
             std::string(each.getContent()).find(R"("x")") != std::string::npos;
  EXPECT_TRUE(noted);
}

TEST_F(RpcAccess, what_is_reachable_from_elsewhere_needs_tokens) {
  EXPECT_THROW(start({"--rpc", "0.0.0.0:0"}), std::runtime_error);
}

TEST_F(RpcAccess, bytes_that_are_no_message_end_their_connection_alone) {
  start();
  auto good = engine();
  const std::vector<std::string> garbage{
      "GET / HTTP/1.1\r\nHost: x\r\n\r\n", std::string(4'096, '\xff'),
      std::string(4'096, '\0'),
      // One segment of 2^31 words.
      std::string("\0\0\0\0\0\0\0\x80", 8),
      // A segment of two words that point to nowhere.
      std::string("\0\0\0\0\2\0\0\0\xff\xff\xff\x7f\xff\xff\xff\xff"
                  "\xff\xff\xff\x7f\xff\xff\xff\xff",
                  24)};
  for (const auto& bytes : garbage) {
    auto raw = io_.provider->getNetwork()
                   .parseAddress(omsd().address().c_str())
                   .wait(io_.waitScope)
                   ->connect()
                   .wait(io_.waitScope);
    // Whatever it says to that, it ends.
    try {
      wait(raw->write(bytes.data(), bytes.size()));
      raw->shutdownWrite();
      wait(raw->readAllBytes());
    } catch (const kj::Exception& failure) {
      // It may be reset with something of ours unread.
      EXPECT_EQ(failure.getType(), kj::Exception::Type::DISCONNECTED)
          << failure.getDescription().cStr();
    }
  }
  EXPECT_FALSE(wait(good.statsRequest().send()).hasProblem());
}

TEST_F(RpcAccess, a_message_that_is_too_large_is_not_read) {
  start();
  auto to = engine();
  auto request = to.runRequest();
  auto notes = request.initCommands(1);
  // Over 64 MiB.
  notes[0].initNote().initText(70U * 1024 * 1024);
  EXPECT_THROW(wait(request.send()), kj::Exception);
  EXPECT_FALSE(wait(engine().statsRequest().send()).hasProblem());
}

}  // namespace

}  // namespace oms::rpc
