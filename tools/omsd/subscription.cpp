#include "tools/omsd/subscription.hpp"

#include "tools/json/events.hpp"
#include "tools/omsd/command_key.hpp"
#include "tools/omsd/permission.hpp"
#include "tools/omsd/rpc_engine_queue.hpp"

namespace oms::omsd {

namespace {

/// Before the log is asked again when too many ask.
constexpr auto pause = 100 * kj::MILLISECONDS;

}  // namespace

api::shown_event shown(const event& happened) {
  return {.at = happened.at,
          .time = happened.time,
          .entity = happened.entity,
          .version = happened.version,
          .kind = kind_of(happened.body),
          .by = happened.by,
          .command = name_in(happened.command),
          .content = json::one_line(json::write_content(happened.body))};
}

subscription::subscription(service& of, log_watch& word, kj::Timer& timer,
                           const rpc_options& options, files::access who,
                           sequence after, api::Listener::Client listener,
                           room has_room, std::shared_ptr<void> held)
    : service_(of),
      news_(word),
      timer_(timer),
      options_(options),
      who_(std::move(who)),
      seen_(after),
      listener_(kj::mv(listener)),
      has_room_(std::move(has_room)),
      held_(std::move(held)),
      told_(*this),
      streaming_(kj::evalLater([this] {
                   return stream();
                 }).eagerlyEvaluate([](kj::Exception&&) {})) {}

kj::Promise<void> subscription::stream() {
  if (under_way_ >= options_.max_batches_under_way) {
    auto pair = kj::newPromiseAndFulfiller<void>();
    one_acknowledged_ = kj::mv(pair.fulfiller);
    return pair.promise.then([this] { return stream(); });
  }
  return news_.beyond(seen_)
      .then([this] { return next_page(); })
      .then([this](result<page> got) -> kj::Promise<void> {
        if (!got && got.failure().code == error_code::overloaded)
          return timer_.afterDelay(pause).then([this] { return stream(); });
        if (!got) {
          listener_ = nullptr;
          return kj::READY_NOW;
        }
        // It is read again when the client has taken what it was sent.
        if (!has_room_(got->bytes))
          return timer_.afterDelay(pause).then([this] { return stream(); });
        seen_ = got->upto;
        if (!got->events.empty()) tell(*got);
        return stream();
      });
}

kj::Promise<result<subscription::page>> subscription::next_page() {
  return ask<page>(service_.engine, who_.name,
                   [&store = service_.store, who = who_, from = seen_ + 1,
                    most = options_]() -> result<page> {
                     page read{.events = {}, .upto = from - 1};
                     std::size_t looked_at = 0;
                     auto& bytes = read.bytes;
                     const auto done = store.scan(from, [&](const event& each) {
                       read.upto = each.at;
                       if (may_see(who, each)) {
                         read.events.push_back(shown(each));
                         bytes += read.events.back().content.size();
                       }
                       return read.events.size() < most.max_batch_events &&
                              bytes < most.max_batch_event_bytes &&
                              ++looked_at < max_events_looked_at;
                     });
                     // What is before the damage is told first.
                     if (!done && read.upto < from) return done.failure();
                     return read;
                   });
}

void subscription::tell(const page& read) {
  auto request = listener_.eventsRequest();
  request.setUpto(read.upto);
  auto events = request.initEvents(static_cast<unsigned>(read.events.size()));
  for (unsigned i = 0; i < read.events.size(); ++i)
    api::write(events[i], read.events[i]);
  ++under_way_;
  told_.add(request.send().then([this](auto&&) {
    --under_way_;
    if (one_acknowledged_.get() != nullptr)
      kj::mv(one_acknowledged_)->fulfill();
  }));
}

void subscription::taskFailed(kj::Exception&&) {
  streaming_ = kj::READY_NOW;
  listener_ = nullptr;
}

}  // namespace oms::omsd
