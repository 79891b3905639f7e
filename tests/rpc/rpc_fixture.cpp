#include "tests/rpc/rpc_fixture.hpp"

#include <ostream>
#include <stdexcept>

namespace oms::rpc {

namespace {

constexpr auto patience = 20 * kj::SECONDS;

std::vector<outcome> outcomes(capnp::List<api::Answer>::Reader answers) {
  std::vector<outcome> all;
  for (const auto each : answers) {
    if (each.isReceipt())
      all.push_back({"", "", each.getReceipt().getSequence()});
    else
      all.push_back({code_of(each.getProblem()),
                     each.getProblem().getDetail().cStr(), 0});
  }
  return all;
}

template <class Response>
void throw_problem(Response& got) {
  if (got.hasProblem())
    throw std::runtime_error(code_of(got.getProblem()) + ": " +
                             got.getProblem().getDetail().cStr());
}

}  // namespace

void PrintTo(const outcome& one, std::ostream* to) {
  *to << (one.code.empty() ? "done" : one.code + ": " + one.detail);
}

std::string code_of(api::Problem::Reader problem) {
  const auto words = capnp::Schema::from<api::ErrorCode>().getEnumerants();
  return words[static_cast<unsigned>(problem.getCode())]
      .getProto()
      .getName()
      .cStr();
}

std::string paid_order(const std::string& id, const std::string& brand) {
  return R"({"order":{"id":")" + id + R"(","brand":")" + brand +
         R"("},"body":{"lines":[{"line":"1","sku":"A","quantity":1,)"
         R"("unitPrice":1000}],"payment":{"captured":1000}}})";
}

void rpc_fixture::start(std::vector<std::string> more) {
  more.insert(more.end(), {"--store", path("store")});
  omsd_.emplace(OMS_OMSD, std::move(more));
}

std::string rpc_fixture::token(const std::string& name,
                               std::vector<oms::files::role> roles,
                               const std::vector<std::string>& brands) {
  auto made = oms::files::new_token();
  oms::files::access who{name, std::move(roles), {}};
  for (const auto& each : brands) who.brands.emplace_back(each);
  if (const auto added =
          oms::files::access_list::add(path("tokens"), who, made);
      !added)
    throw std::runtime_error(added.failure().message);
  return made;
}

std::unique_ptr<bench::rpc_client> rpc_fixture::connect() {
  return std::make_unique<bench::rpc_client>(io_, omsd_->address());
}

api::Engine::Client rpc_fixture::engine(const std::string& with) {
  connections_.push_back(connect());
  return connections_.back()->login(with);
}

void rpc_fixture::pass(kj::Duration time) {
  io_.provider->getTimer().afterDelay(time).wait(io_.waitScope);
}

std::vector<outcome> rpc_fixture::run(
    api::Engine::Client to, const std::vector<std::string>& commands) {
  auto request = to.runRequest();
  auto list = request.initCommands(static_cast<unsigned>(commands.size()));
  for (unsigned i = 0; i < commands.size(); ++i) decode(commands[i], list[i]);
  auto got = wait(request.send());
  throw_problem(got);
  return outcomes(got.getAnswers());
}

outcome rpc_fixture::run(api::Engine::Client to, const std::string& one) {
  return run(to, std::vector<std::string>{one}).front();
}

std::vector<outcome> rpc_fixture::place(
    api::Engine::Client to, const std::vector<std::string>& orders) {
  auto request = to.placeRequest();
  auto list = request.initOrders(static_cast<unsigned>(orders.size()));
  for (unsigned i = 0; i < orders.size(); ++i) decode(orders[i], list[i]);
  auto got = wait(request.send());
  throw_problem(got);
  return outcomes(got.getAnswers());
}

void rpc_fixture::stock_up(api::Engine::Client to,
                           const std::vector<std::string>& skus) {
  std::vector<std::string> commands{R"({"location":{"id":"NYC"}})"};
  for (const auto& sku : skus)
    commands.push_back(R"({"receipt":{"location":"NYC","sku":")" + sku +
                       R"(","quantity":1000000}})");
  EXPECT_THAT(run(to, commands), testing::Each(is_done()));
}

std::string rpc_fixture::order_when(
    api::Engine::Client from, const std::string& id,
    const std::function<bool(api::OrderView::Reader)>& wanted) {
  const auto end = io_.provider->getTimer().now() + patience;
  for (;;) {
    auto request = from.orderRequest();
    request.initOrder().setId(id.c_str());
    auto got = wait(request.send());
    throw_problem(got);
    const auto late = io_.provider->getTimer().now() > end;
    if (late || wanted(got.getOrder())) {
      EXPECT_FALSE(late) << "the order is never as it is wanted";
      const auto text = capnp::JsonCodec().encode(got.getOrder());
      return {text.begin(), text.size()};
    }
    pass(10 * kj::MILLISECONDS);
  }
}

}  // namespace oms::rpc
