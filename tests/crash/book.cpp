#include "tests/crash/book.hpp"

#include <algorithm>
#include <sstream>

#include "messages/errors.hpp"
#include "tests/crash/shelves.hpp"

namespace oms::crash {

namespace {

template <class Body>
std::size_t count_of(const std::vector<event>& events) {
  return static_cast<std::size_t>(
      std::count_if(events.begin(), events.end(), [](const event& each) {
        return std::holds_alternative<Body>(each.body);
      }));
}

bool reaches(const std::vector<event>& events, order_status status) {
  return std::any_of(events.begin(), events.end(), [&](const event& each) {
    const auto* step = std::get_if<status_changed>(&each.body);
    return step != nullptr && step->to == status;
  });
}

// Whether these are all the events that the wish makes, made at once. A commit
// that was torn would leave a part of them.
bool is_whole(const wish& given, const std::vector<event>& events) {
  // What a plan changes follows in several decisions of several entities.
  if (given.kind == wish_kind::plan) return true;
  for (std::size_t i = 0; i < events.size(); ++i)
    if (events[i].at != events[0].at + i) return false;
  switch (given.kind) {
    case wish_kind::location:
      return count_of<location_defined>(events) == 1;
    case wish_kind::supplier:
      return count_of<supplier_defined>(events) == 1;
    case wish_kind::receive:
      return count_of<stock_received>(events) == 1;
    case wish_kind::count:
      return count_of<stock_counted>(events) == 1;
    case wish_kind::place:
      return count_of<order_placed>(events) == 1;
    case wish_kind::place_paid:
      return count_of<order_placed>(events) == 1 &&
             count_of<payment_captured>(events) == 1 &&
             reaches(events, order_status::awaiting_fulfillment);
    case wish_kind::pay:
      return count_of<payment_captured>(events) == 1;
    case wish_kind::cancel:
      return count_of<units_cancelled>(events) +
                 count_of<cancel_requested>(events) >
             0;
    case wish_kind::pick:
      return count_of<units_picked>(events) > 0;
    case wish_kind::ship:
      return count_of<shipment_shipped>(events) > 0;
    case wish_kind::plan:
      return true;
  }
  return false;
}

}  // namespace

// One reading of the log.
struct book::reading {
  std::map<std::string, std::vector<event>> events_of;
  shelves stock;
  std::vector<std::string> wrong;
};

void book::asked(const wish& given) {
  entries_[given.id].given = given;
  entries_[given.id].became = fate::open;
  open_.insert(given.id);
}

bool book::heard(const std::string& line) {
  std::istringstream text(line);
  std::string verdict;
  std::uint64_t id = 0;
  std::uint64_t number = 0;
  if (!(text >> verdict >> id >> number)) return false;
  if (verdict != "yes" && verdict != "no") return false;
  auto& of = entries_.at(id);
  open_.erase(id);
  if (verdict == "yes") {
    of.became = fate::acknowledged;
    of.at = number;
    ++counts_.acknowledged;
    return true;
  }
  of.became = fate::refused;
  ++counts_.refused;
  if (number == static_cast<std::uint64_t>(error_code::storage_unavailable))
    ++counts_.refused_by_storage;
  return true;
}

void book::went_down() {
  for (const auto id : open_) entries_.at(id).became = fate::unknown;
}

std::vector<wish> book::to_repeat() const {
  std::vector<wish> all;
  for (const auto id : open_)
    if (const auto& given = entries_.at(id).given; is_repeatable(given.kind))
      all.push_back(given);
  return all;
}

bool book::is_open(std::uint64_t id) const { return open_.contains(id); }

std::vector<std::string> book::compare(const persistence::log_store& log) {
  reading now;
  if (const auto good = log.verify(); !good)
    now.wrong.push_back("the chain: " + good.failure().message);
  sequence last = 0;
  const auto read = log.scan(1, [&](const event& each) {
    if (each.at != last + 1)
      now.wrong.push_back("event " + std::to_string(each.at) +
                          " does not follow " + std::to_string(last));
    last = each.at;
    if (!each.command.empty()) now.events_of[each.command].push_back(each);
    if (auto oversold = now.stock.add(each)) {
      ++counts_.oversold;
      now.wrong.push_back(std::move(*oversold));
    }
    return true;
  });
  if (!read) now.wrong.push_back("the log: " + read.failure().message);
  if (last < counts_.last)
    now.wrong.push_back("the log has become shorter: " + std::to_string(last) +
                        " events of " + std::to_string(counts_.last));
  counts_.last = last;

  for (auto& [id, of] : entries_) {
    const auto found = now.events_of.find(command_id_of(of.given));
    static const std::vector<event> none;
    check(of, found == now.events_of.end() ? none : found->second, now);
    if (found != now.events_of.end()) now.events_of.erase(found);
    // What may not be asked again gets no answer any more: it took effect or it
    // did not.
    if (of.became == fate::unknown && !is_repeatable(of.given.kind))
      open_.erase(id);
  }
  for (const auto& [command, events] : now.events_of)
    now.wrong.push_back("nobody has asked for " + command);
  allocated_.clear();
  for (const auto& each : now.stock.unshipped())
    allocated_.push_back(
        {std::stoull(each.order.id.value.substr(1)), each.source.id});
  return std::move(now.wrong);
}

void book::check(const entry& of, const std::vector<event>& events,
                 reading& log) {
  const auto say = [&](const std::string& what) {
    log.wrong.push_back("wish " + text_of(of.given) + ": " + what);
  };
  if (!events.empty() && !is_whole(of.given, events))
    say("is there in part, or twice");
  if (of.became == fate::refused && !events.empty())
    say("was refused and is there");
  if (of.became != fate::acknowledged) return;
  // An answer of 0 says that nothing changed: then an earlier try has the
  // events. The events of a plan are the router's and do not have the wish's
  // id, so only their sequence can be looked for.
  const bool there =
      of.given.kind == wish_kind::plan ? of.at <= counts_.last
      : of.at == 0
          ? !events.empty() || !is_repeatable(of.given.kind)
          : std::any_of(events.begin(), events.end(),
                        [&of](const event& each) { return each.at == of.at; });
  if (there) return;
  ++counts_.lost;
  say("was acknowledged as event " + std::to_string(of.at) +
      " and is not there");
}

}  // namespace oms::crash
