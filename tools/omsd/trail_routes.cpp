#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <optional>

#include "tools/json/events.hpp"
#include "tools/omsd/handling.hpp"
#include "tools/omsd/permission.hpp"
#include "tools/omsd/subscription.hpp"
#include "tools/store/store_reading.hpp"
#include "tools/text/trail_text.hpp"

namespace oms::omsd {

namespace {

using json::value;

// A page ends with the event that makes it longer.
constexpr std::size_t max_page_bytes = 1 << 20;
// Whole numbers above 2^53 are not exact in JSON.
constexpr std::uint64_t most_sequence = (std::uint64_t{1} << 53U) - 1;

using wanted = std::function<bool(const event&)>;

// The audit trail must not have a gap, so its page ends before the damage.
// Alerts and notifications skip it: the alert about the damage comes after it.
enum class at_damage : std::uint8_t { skip, end };

bool any(const event&) { return true; }
bool notification(const event& each) {
  return std::holds_alternative<notification_recorded>(each.body);
}
bool alert(const event& each) {
  return std::holds_alternative<alert_raised>(each.body);
}

struct page_asked {
  sequence after = 0;
  std::size_t limit = 0;
  bool text = false;
  text::palette colours;
};

error unreadable_events(const store::damaged_range& range) {
  auto why = store::text_of(range);
  if (range.first != 0)
    why += "; continue with ?after=" + std::to_string(range.last);
  return {error_code::storage_unavailable, std::move(why), {}};
}

json::value json_of(const store::damaged_range& range) {
  return {{"first", range.first}, {"last", range.last}, {"why", range.why}};
}

response page_of(const persistence::log_store& store, const files::access& who,
                 const wanted& is_wanted, at_damage meeting,
                 const page_asked& page) {
  std::string events;
  std::size_t count = 0;
  sequence upto = page.after;
  std::size_t looked_at = 0;
  bool begun = false;
  auto next = page.after + 1;
  const auto damaged =
      store::scan_readable(store, next, [&](const event& each) {
        // The first event after the damage: the page ends, and the client sees
        // `unreadable`.
        if (meeting == at_damage::end && each.at != next) return false;
        begun = true;
        next = each.at + 1;
        upto = each.at;
        if (may_see(who, each) && is_wanted(each)) {
          const auto shown = json::write(each);
          if (page.text)
            events +=
                text::trail_text(json::value::array({shown}), page.colours);
          else
            events += (count == 0 ? "" : ", ") + json::one_line(shown);
          ++count;
        }
        return count < page.limit && events.size() < max_page_bytes &&
               ++looked_at < max_events_looked_at;
      });
  // The page would begin with the damage. An empty page would look like the end
  // of the trail, so it is refused; the message says how to continue.
  if (!begun && !damaged.empty())
    return problem(unreadable_events(damaged.front()));
  if (meeting == at_damage::skip && !damaged.empty())
    // The next page begins after the damage.
    upto = std::max(upto, damaged.back().last);
  if (page.text) {
    if (count == 0) events = "There are none.\n";
    for (const auto& range : damaged)
      events += unreadable_events(range).message + "\n";
    return text_answer(std::move(events));
  }
  auto unreadable = json::value::array();
  for (const auto& range : damaged) unreadable.push_back(json_of(range));
  return {200, "{\"events\": [" + events +
                   "], \"upto\": " + std::to_string(upto) +
                   (damaged.empty()
                        ? ""
                        : ", \"unreadable\": " + json::one_line(unreadable)) +
                   "}"};
}

// False if the event is of nobody who takes such a command.
bool name_owner(deliver_notification& command, const entity_ref& entity) {
  if (entity.kind != entity_kind::order) return false;
  command.order = order_of(entity);
  return true;
}

bool name_owner(acknowledge_alert& command, const entity_ref& entity) {
  if (entity.kind == entity_kind::order)
    command.order = order_of(entity);
  else if (is_source(entity.kind))
    command.source = entity.key;
  return entity.kind == entity_kind::order || is_source(entity.kind);
}

// The alerts of a page that are open. Each entity is asked once for all of its
// own, whose actor knows them.
class open_ones {
 public:
  explicit open_ones(service& of) : of_(of) {}

  result<bool> has(const event& raised) {
    auto known = known_.find(raised.entity);
    if (known == known_.end()) {
      auto found = of_.engine.behind().open_alerts(raised.entity);
      if (!found) return found.failure();
      known = known_.emplace(raised.entity, std::move(*found)).first;
    }
    const auto& alert = std::get<alert_raised>(raised.body);
    return std::ranges::find(known->second,
                             open_alert{alert.kind, alert.subject}) !=
           known->second.end();
  }

 private:
  service& of_;
  std::map<entity_ref, std::vector<open_alert>> known_;
};

// Answers on a query thread with the page that is asked for: `make` makes it
// for the caller.
template <class Make>
void page_call(service& of, const request& asked, const reply& to, Make make) {
  auto after = number_asked(asked, "after", 0, 0, most_sequence);
  if (!after) return to.answer(problem(after.failure()));
  auto limit = limit_asked(asked);
  if (!limit) return to.answer(problem(limit.failure()));
  query_call(
      of, asked, to,
      [make, who = asked.who,
       page = page_asked{*after, *limit, asked.wants_text, colours_of(asked)}] {
        return make(who, page);
      });
}

template <bool (*Wanted)(const event&), at_damage Meeting>
void list(service& of, const request& asked, const reply& to) {
  page_call(of, asked, to,
            [&of](const files::access& who, const page_asked& page) {
              return page_of(of.store, who, Wanted, Meeting, page);
            });
}

void list_alerts(service& of, const request& asked, const reply& to) {
  const auto word = asked.asked("open");
  if (!word) return list<alert, at_damage::skip>(of, asked, to);
  if (*word != "true")
    return to.answer(problem(wrong_parameter("open", "must be true")));
  page_call(of, asked, to,
            [&of](const files::access& who, const page_asked& page) {
              open_ones open(of);
              std::optional<error> failure;
              auto answered = page_of(
                  of.store, who,
                  [&](const event& each) {
                    if (failure || !alert(each)) return false;
                    const auto is_open = open.has(each);
                    if (!is_open) failure = is_open.failure();
                    return is_open && *is_open;
                  },
                  at_damage::skip, page);
              return failure ? problem(*failure) : std::move(answered);
            });
}

// --- commands about an event ------------------------------------------------

// The number of the event that the path names; 0, which no event has, for
// anything else.
sequence event_named(const request& asked, std::string_view name) {
  const auto& text = asked.id(name);
  sequence at = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, at);
  return read.ec == std::errc{} && read.ptr == end ? at : 0;
}

// Reads the body of a command and says whose event it is about, as the command
// must. On a query thread, because the log is on disk. Events that the caller
// may not see do not exist for it; the engine refuses those of other kinds.
template <class Command>
void command_about_event(service& of, const request& asked, const reply& to,
                         sequence Command::*at) {
  Command command;
  if (auto read = read_body(asked, type_of(&command), &command); !read)
    return to.answer(problem(read.failure()));
  command.*at = event_named(asked, "sequence");
  run_beside(
      of, asked, to,
      [&of, copy = asked, command = std::move(command), at, to]() mutable {
        const auto found = of.store.read(command.*at);
        if (!found) return to.answer(problem(found.failure()));
        if (!*found || !may_see(copy.who, **found) ||
            !name_owner(command, (*found)->entity))
          return to.answer(
              problem(error{error_code::not_found,
                            "there is no event " + copy.id("sequence"),
                            {}}));
        run_command(of, copy, to, std::move(command));
      });
}

void deliver(service& of, const request& asked, const reply& to) {
  command_about_event(of, asked, to, &deliver_notification::notification);
}

void acknowledge(service& of, const request& asked, const reply& to) {
  command_about_event(of, asked, to, &acknowledge_alert::alert);
}

}  // namespace

void add_trail_routes(std::vector<route>& all) {
  const auto add = [&all](std::string_view pattern, std::string_view summary,
                          handler handle) {
    all.push_back(reading(pattern, summary, std::move(handle), nullptr,
                          {after_parameter, limit_parameter}));
  };
  add("/v1/notifications", "Notifications for customers, oldest first.",
      list<notification, at_damage::skip>);
  all.push_back(reading("/v1/alerts", "Alerts for operators, oldest first.",
                        list_alerts, nullptr,
                        {after_parameter,
                         limit_parameter,
                         {"open", "true: only those that are open."}}));
  add("/v1/audit", "The audit trail, oldest first.", list<any, at_damage::end>);
  all.push_back(commanding(http_method::post,
                           "/v1/notifications/{sequence}/deliveries",
                           files::role::operate,
                           "Record what became of a notification, or of the "
                           "message about an alert of an order.",
                           shape<deliver_notification>(), deliver));
  all.push_back(
      commanding(http_method::post, "/v1/alerts/{sequence}/acknowledgement",
                 files::role::operate,
                 "Acknowledge an alert of an order, a location or a supplier.",
                 shape<acknowledge_alert>(), acknowledge));
}

}  // namespace oms::omsd
