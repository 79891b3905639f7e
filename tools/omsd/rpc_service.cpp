#include "tools/omsd/rpc_service.hpp"

#include <capnp/dynamic.h>
#include <capnp/message.h>
#include <capnp/rpc-twoparty.h>
#include <capnp/rpc.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "messages/api/rpc.hpp"
#include "messages/text_rules.hpp"
#include "tools/omsd/command_batch.hpp"
#include "tools/omsd/handling.hpp"
#include "tools/omsd/permission.hpp"
#include "tools/omsd/queries.hpp"
#include "tools/omsd/rpc_engine_queue.hpp"
#include "tools/omsd/subscription.hpp"

namespace oms::omsd {

namespace {

using api::Engine;
using steady = std::chrono::steady_clock;

// Between two looks at whether everything is sent.
constexpr auto drain_pause = 10 * kj::MILLISECONDS;

error unread() {
  return {error_code::overloaded,
          "read the answers that are waiting for you first",
          {}};
}

error wrong(const char* what) { return {error_code::invalid, what, {}}; }

// A name or id that a call gives.
result<std::string> id_in(capnp::Text::Reader in) {
  std::string id(in.begin(), in.size());
  if (auto fault = fault_of_id(id))
    return error{error_code::invalid, "an id " + *fault, {}};
  return id;
}

result<std::optional<history::moment>> moment_in(api::Moment::Reader in) {
  switch (in.which()) {
    case api::Moment::NOW:
      return std::optional<history::moment>{};
    case api::Moment::SEQUENCE:
      return std::optional<history::moment>{in.getSequence()};
    case api::Moment::TIME:
      return std::optional<history::moment>{timestamp{duration{in.getTime()}}};
  }
  return wrong("the moment is of an unknown kind");
}

template <class List>
unsigned size_of(const List& list) {
  return static_cast<unsigned>(list.size());
}

template <class Context>
kj::Promise<void> refuse(Context& context, const error& failure) {
  api::write(context.getResults().initProblem(), failure);
  return kj::READY_NOW;
}

}  // namespace

// What the calls of one connection share. A call may end after its connection,
// so this outlives it.
struct rpc_service::client {
  bool logged_in = false;
  std::string caller;
  std::size_t subscriptions = 0;
  // Null once the connection is gone.
  capnp::TwoPartyVatNetwork* network = nullptr;

  // Sent and still in memory, because the client has not read it.
  [[nodiscard]] std::size_t unread_bytes() const {
    return network == nullptr ? 0 : network->getCurrentQueueSize();
  }
};

// Calls that have no answer yet. Shared with them, since they may end after
// the service.
struct rpc_service::call_count {
  std::size_t open = 0;
};

// --- calls ------------------------------------------------------------------

// What a client that has logged in may call.
class rpc_service::session final : public Engine::Server {
 public:
  session(rpc_service& of, std::shared_ptr<client> from, files::access who)
      : of_(of), client_(std::move(from)), who_(std::move(who)) {}

  kj::Promise<void> place(PlaceContext context) override {
    if (auto no = refused(files::role::operate)) return refuse(context, *no);
    const auto params = context.getParams();
    const auto orders = params.getOrders();
    if (auto no = too_many(orders.size())) return refuse(context, *no);
    auto by = id_in(params.getBy());
    if (!by) return refuse(context, by.failure());
    auto all = new_batch();
    for (const auto order : orders) {
      auto body = api::read_order(order);
      if (body)
        all->take({std::move(*body), actor_name{*by}, {}});
      else
        all->refuse(body.failure());
    }
    // Everything is copied by now. A message has up to 64 MiB, and the answer
    // may wait for the disk.
    context.releaseParams();
    return answer_all("rpc.place", all, context);
  }

  kj::Promise<void> run(RunContext context) override {
    // Which role each needs is seen to below.
    if (auto no = refused(files::role::read)) return refuse(context, *no);
    const auto commands = context.getParams().getCommands();
    if (auto no = too_many(commands.size())) return refuse(context, *no);
    auto all = new_batch();
    for (const auto each : commands) {
      auto one = api::read_command(each);
      if (!one) {
        all->refuse(one.failure());
      } else if (one->id.empty()) {
        all->take(std::move(*one));
      } else {
        // In canonical form, so that a command that is encoded in another way
        // is the same command.
        const auto words = capnp::canonicalize(each);
        const auto content = words.asBytes().asChars();
        all->take(std::move(*one), {content.begin(), content.size()});
      }
    }
    context.releaseParams();
    return answer_all("rpc.run", all, context);
  }

  kj::Promise<void> order(OrderContext context) override {
    const auto params = context.getParams();
    return about_order<order_view>(
        context, "rpc.order", params.getOrder(), params.getAt(), find_order,
        [](Engine::OrderResults::Builder out, order_view& got) {
          api::name_fulfillments(got);
          api::write(out.initOrder(), got);
        });
  }

  kj::Promise<void> timeline(TimelineContext context) override {
    const auto params = context.getParams();
    using shown_events = std::vector<api::shown_event>;
    return about_order<shown_events>(
        context, "rpc.timeline", params.getOrder(), params.getAt(),
        [](service& of, const order_key& key,
           const std::optional<history::moment>& at) -> result<shown_events> {
          auto events = find_timeline(of, key, at);
          if (!events) return events.failure();
          shown_events all;
          for (const auto& each : *events) all.push_back(shown(each));
          return all;
        },
        [](Engine::TimelineResults::Builder out, const shown_events& got) {
          api::write(out.initEvents(size_of(got)), got);
        });
  }

  kj::Promise<void> decisions(DecisionsContext context) override {
    const auto params = context.getParams();
    using all_decisions = std::vector<routing_decision>;
    return about_order<all_decisions>(
        context, "rpc.decisions", params.getOrder(), params.getAt(),
        find_decisions,
        [](Engine::DecisionsResults::Builder out, const all_decisions& got) {
          api::write(out.initDecisions(size_of(got)), got);
        });
  }

  kj::Promise<void> orders(OrdersContext context) override {
    const auto params = context.getParams();
    auto filter = api::read_filter(params.getFilter());
    if (!filter) return refuse(context, filter.failure());
    // A token that is bound to brands never sees the list of all brands.
    if (filter->brand || !who_.brands.empty()) {
      auto brand = brand_for(who_, filter->brand);
      if (!brand) return refuse(context, brand.failure());
      filter->brand = std::move(*brand);
    }
    const auto limit = params.getLimit();
    if (limit == 0 || limit > max_limit)
      return refuse(context, wrong("limit must be from 1 to 1,000"));
    const auto sent = params.getCursor();
    return query<order_page>(
        context, "rpc.orders",
        [&of = of_.service_, filter = *filter, limit,
         cursor = std::string(sent.begin(), sent.size())] {
          return of.engine.behind().list(filter, cursor, limit);
        },
        [](Engine::OrdersResults::Builder out, const order_page& got) {
          api::write(out.initPage(), got);
        });
  }

  kj::Promise<void> stock(StockContext context) override {
    auto sku = id_in(context.getParams().getSku());
    if (!sku) return refuse(context, sku.failure());
    return query<sku_stock>(
        context, "rpc.stock",
        [&of = of_.service_, sku = sku_id(*sku), who = who_]()
            -> result<oms::sku_stock> { return find_stock(of, sku, who); },
        [](Engine::StockResults::Builder out, const sku_stock& got) {
          api::write(out.initStock(), got);
        });
  }

  kj::Promise<void> locationStock(LocationStockContext context) override {
    auto id = id_in(context.getParams().getLocation());
    if (!id) return refuse(context, id.failure());
    using all_stock = std::vector<stock_view>;
    return query<all_stock>(
        context, "rpc.locationStock",
        [&of = of_.service_, id = *id] {
          return of.engine.behind().location_stock(id);
        },
        [](Engine::LocationStockResults::Builder out, all_stock& got) {
          api::write(out.initStock(), api::location_stock{std::move(got)});
        });
  }

  kj::Promise<void> routing(RoutingContext context) override {
    auto id = id_in(context.getParams().getBrand());
    if (!id) return refuse(context, id.failure());
    auto brand = brand_named(*id);
    if (!brand) return refuse(context, brand.failure());
    return query<routing_view>(
        context, "rpc.routing",
        [&of = of_.service_, brand = *brand]() -> result<routing_view> {
          return of.engine.behind().routing(brand);
        },
        [](Engine::RoutingResults::Builder out, const routing_view& got) {
          api::write(out.initRouting(), got);
        });
  }

  kj::Promise<void> stats(StatsContext context) override {
    if (auto may = may_see_all_brands(who_); !may)
      return refuse(context, may.failure());
    return query<engine_stats>(
        context, "rpc.stats",
        [&of = of_.service_]() -> result<engine_stats> {
          return of.engine.behind().stats();
        },
        [](Engine::StatsResults::Builder out, const engine_stats& got) {
          api::write(out.initStats(), got);
        });
  }

  kj::Promise<void> subscribe(SubscribeContext context) override {
    if (auto no = refused(files::role::read)) return refuse(context, *no);
    if (client_->subscriptions >= of_.options_.max_subscriptions_per_connection)
      return refuse(context,
                    {error_code::overloaded,
                     "this connection has as many subscriptions as are allowed",
                     {}});
    ++client_->subscriptions;
    // Counted down when the stream ends, however that comes about.
    std::shared_ptr<void> held(
        nullptr, [from = client_](void*) { --from->subscriptions; });
    const auto params = context.getParams();
    context.getResults().setSubscription(kj::heap<subscription>(
        of_.service_, of_.news_, of_.timer_, of_.options_, who_,
        params.getAfter(), params.getListener(),
        [&of = of_, to = client_](std::size_t bytes) {
          return of.has_room(*to, bytes);
        },
        std::move(held)));
    return kj::READY_NOW;
  }

 private:
  // A client that takes no answers may not ask for more: what is made for it
  // would only fill the memory.
  std::optional<error> refused(files::role needed) const {
    if (of_.service_.draining)
      return error{error_code::overloaded, "omsd is shutting down", {}};
    if (!who_.may(needed))
      return error{error_code::forbidden,
                   "this needs the role " + std::string(files::name_of(needed)),
                   {}};
    if (client_->unread_bytes() > 0 && !of_.has_room(*client_, 0))
      return unread();
    return {};
  }

  std::optional<error> too_many(std::size_t commands) const {
    const auto most = of_.options_.max_batch_commands;
    if (commands <= most) return {};
    return error{
        error_code::too_large,
        "a batch may have at most " + std::to_string(most) + " commands",
        {}};
  }

  result<brand_id> brand_named(const std::string& name) const {
    return brand_for(who_, name.empty()
                               ? std::optional<brand_id>()
                               : std::optional<brand_id>(brand_id(name)));
  }

  // Counts a call until it is answered. The count is shared, because the
  // service may be gone by then.
  [[nodiscard]] auto counted() const {
    ++of_.calls_->open;
    return kj::defer([calls = of_.calls_] { --calls->open; });
  }

  [[nodiscard]] std::shared_ptr<command_batch> new_batch() const {
    return std::make_shared<command_batch>(of_.service_, of_.keys_, who_);
  }

  // Submits the batches of a connection in the order of its calls. Looking up
  // keys takes a while for some of them, so each batch waits for the one
  // before: a client may send a command right after the one that it depends
  // on.
  kj::Promise<std::vector<answer>> submit(
      const std::shared_ptr<command_batch>& all) {
    auto pair = kj::newPromiseAndFulfiller<kj::Promise<std::vector<answer>>>();
    turn_ = turn_
                .then([looked_up = all->look_up()]() mutable {
                  return kj::mv(looked_up);
                })
                .then([all, answers = kj::mv(pair.fulfiller)]() mutable {
                  answers->fulfill(all->submit());
                })
                // Nothing waits for the chain itself, so it must run by itself.
                .eagerlyEvaluate(nullptr);
    return kj::mv(pair.promise);
  }

  template <class Context>
  kj::Promise<void> answer_all(const char* call,
                               const std::shared_ptr<command_batch>& all,
                               Context context) {
    return submit(all)
        .then([this, context, call,
               since = steady::now()](std::vector<answer> answers) mutable {
          api::write(context.getResults().initAnswers(size_of(answers)),
                     answers);
          answered(call, since);
        })
        .attach(counted());
  }

  template <class T, class Context, class Work, class Fill>
  kj::Promise<void> query(Context context, const char* call, Work work,
                          Fill fill) {
    if (auto no = refused(files::role::read)) return refuse(context, *no);
    return ask<T>(of_.service_.engine, who_.name, std::move(work))
        .then([this, context, call, fill, since = steady::now()](
                  result<T> got) mutable -> kj::Promise<void> {
          answered(call, since);
          if (!got) return refuse(context, got.failure());
          // Cap'n Proto sends what is in the results, so an answer must be
          // measured before it is written there. While the caller has at most
          // half of its limit unread, that is not necessary.
          if (of_.unread_bytes_of(who_.name) <=
              of_.options_.max_unread_bytes_per_caller / 2) {
            fill(context.getResults(), *got);
            return kj::READY_NOW;
          }
          return fill_if_room(context, *got, fill);
        })
        .attach(counted());
  }

  // The caller has many answers to take, so the answer is first written aside,
  // to learn its size. It is sent only if it fits.
  template <class T, class Context, class Fill>
  kj::Promise<void> fill_if_room(Context& context, T& got, Fill fill) {
    using results = decltype(context.getResults());
    capnp::MallocMessageBuilder aside;
    auto out = aside.template initRoot<typename results::Builds>();
    fill(out, got);
    const auto bytes = out.totalSize().wordCount * sizeof(capnp::word);
    if (!of_.has_room(*client_, bytes)) return refuse(context, unread());
    context.setResults(out.asReader());
    return kj::READY_NOW;
  }

  template <class T, class Context, class Find, class Fill>
  kj::Promise<void> about_order(Context context, const char* call,
                                api::OrderKey::Reader order,
                                api::Moment::Reader when, Find find,
                                Fill fill) {
    auto id = id_in(order.getId());
    if (!id) return refuse(context, id.failure());
    auto named = id_in(order.getBrand());
    if (!named) return refuse(context, named.failure());
    auto brand = brand_named(*named);
    if (!brand) return refuse(context, brand.failure());
    auto at = moment_in(when);
    if (!at) return refuse(context, at.failure());
    return query<T>(
        context, call,
        [&of = of_.service_, find, key = order_key{*brand, order_id(*id)},
         at = *at]() -> result<T> { return find(of, key, at); },
        fill);
  }

  void answered(const char* call, steady::time_point since) const {
    constexpr int success = 200;
    of_.service_.metrics.answered(
        call, success,
        std::chrono::duration_cast<std::chrono::microseconds>(steady::now() -
                                                              since));
  }

  rpc_service& of_;
  std::shared_ptr<client> client_;
  files::access who_;
  // Done when the last batch is submitted.
  kj::Promise<void> turn_ = kj::READY_NOW;
};

// What a client that has not logged in may call.
class rpc_service::gateway final : public api::Gateway::Server {
 public:
  gateway(rpc_service& of, std::shared_ptr<client> from)
      : of_(of), client_(std::move(from)) {}

  kj::Promise<void> login(LoginContext context) override {
    const auto token = context.getParams().getToken();
    auto who =
        of_.who_.caller("Bearer " + std::string(token.begin(), token.size()));
    if (!who) return refuse(context, who.failure());
    client_->logged_in = true;
    client_->caller = who->name;
    context.getResults().setEngine(
        kj::heap<session>(of_, client_, std::move(*who)));
    return kj::READY_NOW;
  }

 private:
  rpc_service& of_;
  std::shared_ptr<client> client_;
};

// --- connections ------------------------------------------------------------

class rpc_service::connection {
 public:
  connection(rpc_service& of, kj::Own<kj::AsyncIoStream> stream)
      : of_(of),
        stream_(kj::mv(stream)),
        network_(*stream_, capnp::rpc::twoparty::Side::SERVER,
                 {.traversalLimitInWords = of.options_.max_message_words}),
        rpc_(capnp::makeRpcServer(network_, kj::heap<gateway>(of, client_))) {
    client_->network = &network_;
    // Beyond this, no more calls are read until one is answered: their
    // parameters stay in memory.
    rpc_.setFlowLimit(of.options_.max_message_words);
    of_.open_.insert(this);
  }
  ~connection() {
    of_.open_.erase(this);
    client_->network = nullptr;
  }
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  kj::Promise<void> until_gone() {
    // A connection without a login ends after a while. One that has logged in
    // may be idle as long as it likes, because subscriptions are.
    auto too_late =
        of_.timer_.afterDelay(of_.options_.login_time.count() * kj::SECONDS)
            .then([this]() -> kj::Promise<void> {
              if (client_->logged_in) return kj::NEVER_DONE;
              return kj::READY_NOW;
            });
    return network_.onDisconnect().exclusiveJoin(kj::mv(too_late));
  }

  [[nodiscard]] bool all_sent() { return network_.getCurrentQueueCount() == 0; }
  [[nodiscard]] const client& at_the_end() const { return *client_; }

 private:
  rpc_service& of_;
  std::shared_ptr<client> client_ = std::make_shared<client>();
  kj::Own<kj::AsyncIoStream> stream_;
  capnp::TwoPartyVatNetwork network_;
  capnp::RpcSystem<capnp::rpc::twoparty::VatId> rpc_;
};

rpc_service::rpc_service(service& of, const files::access_list& who,
                         log_watch& word, kj::Timer& timer,
                         const rpc_options& options)
    : service_(of),
      who_(who),
      news_(word),
      timer_(timer),
      options_(options),
      keys_(answer(id_taken())),
      calls_(std::make_shared<call_count>()),
      connections_(*this) {}

rpc_service::~rpc_service() = default;

kj::Promise<void> rpc_service::listen(kj::ConnectionReceiver& port) {
  return port.accept().then([this, &port](kj::Own<kj::AsyncIoStream> stream) {
    auto one = kj::heap<connection>(*this, kj::mv(stream));
    auto gone = one->until_gone();
    connections_.add(gone.attach(kj::mv(one)));
    return listen(port);
  });
}

std::size_t rpc_service::unread_bytes_of(const std::string& caller) const {
  std::size_t unread = 0;
  for (const auto* each : open_)
    if (each->at_the_end().caller == caller)
      unread += each->at_the_end().unread_bytes();
  return unread;
}

bool rpc_service::has_room(const client& to, std::size_t bytes) const {
  // A client that has read everything always gets something, or one slow client
  // of a caller could stop all the others.
  if (to.unread_bytes() == 0 && bytes <= options_.always_sent_bytes)
    return true;
  const auto unread = unread_bytes_of(to.caller);
  // An answer larger than the limit goes alone.
  return unread == 0 || unread + bytes <= options_.max_unread_bytes_per_caller;
}

// Polls, because KJ does not tell when a connection has sent everything.
kj::Promise<void> rpc_service::drain() {
  return timer_.afterDelay(drain_pause).then([this]() -> kj::Promise<void> {
    const bool sent =
        calls_->open == 0 &&
        std::all_of(open_.begin(), open_.end(),
                    [](connection* each) { return each->all_sent(); });
    return sent ? kj::Promise<void>(kj::READY_NOW) : drain();
  });
}

void rpc_service::taskFailed(kj::Exception&&) {
  // The connection broke. Nothing else depends on it.
}

}  // namespace oms::omsd
