#include "tools/omsd/subscription.hpp"

#include <string>
#include <utility>

#include "tools/json/events.hpp"
#include "tools/omsd/command_key.hpp"
#include "tools/omsd/permission.hpp"
#include "tools/omsd/rpc_engine_queue.hpp"

namespace oms::omsd {

namespace {

// Before the log is read again if too many queries wait, or the client has not
// taken what it was sent.
constexpr auto pause = 100 * kj::MILLISECONDS;

api::shown_entity entity_of_event(const entity_ref& entity) {
  api::shown_entity shown{.kind = entity.kind, .brand = {}, .id = {}};
  if (entity.kind == entity_kind::order) {
    auto key = order_of(entity);
    shown.brand = std::move(key.brand.value);
    shown.id = std::move(key.id.value);
  } else if (entity.kind == entity_kind::routing) {
    shown.brand = entity.key;
  } else {
    shown.id = entity.key;
  }
  return shown;
}

}  // namespace

api::shown_event shown(const event& happened) {
  return {.at = happened.at,
          .time = happened.time,
          .entity = entity_of_event(happened.entity),
          .version = happened.version,
          .kind = std::string(kind_of(happened.body)),
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

// One turn: waits until the listener may get another batch and there is an
// event to read, reads a page and sends it.
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
        // Damage in the log ends the stream. Skipping it would lose events
        // silently.
        if (!got) {
          listener_ = nullptr;
          return kj::READY_NOW;
        }
        // The page is thrown away and read again later, so a client that takes
        // nothing costs no memory.
        if (!has_room_(got->bytes))
          return timer_.afterDelay(pause).then([this] { return stream(); });
        // Also if the page has no event that the client may see.
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
                     // What is before the damage is sent first; the next page
                     // then begins with it and fails.
                     if (!done && read.upto < from) return done.failure();
                     return read;
                   });
}

void subscription::tell(const page& read) {
  auto request = listener_.eventsRequest();
  request.setUpto(read.upto);
  api::write(request.initEvents(static_cast<unsigned>(read.events.size())),
             read.events);
  ++under_way_;
  told_.add(request.send().then([this](auto&&) {
    --under_way_;
    if (one_acknowledged_.get() != nullptr)
      kj::mv(one_acknowledged_)->fulfill();
  }));
}

// The listener failed, or its connection is gone: nothing more is sent.
void subscription::taskFailed(kj::Exception&&) {
  streaming_ = kj::READY_NOW;
  listener_ = nullptr;
}

}  // namespace oms::omsd
