#include "tools/omsctl/inspect/store_command.hpp"

#include <fmt/core.h>

#include "messages/time_text.hpp"
#include "tools/text/as_of_text.hpp"

namespace oms::omsctl {

bool store_command::open(const std::string& directory, const std::string& at) {
  auto wanted = history::newest;
  if (!at.empty()) {
    // Before the store is opened, which may take seconds for a large one.
    const auto parsed = text::parse_moment(at);
    if (!parsed) {
      say(parsed.failure().message);
      return false;
    }
    wanted = *parsed;
  }
  auto opened = store::open_to_read(directory);
  if (!opened) {
    say(opened.failure().message);
    return false;
  }
  store_ = std::move(*opened);
  const auto reached = store::sequence_of(*store_, wanted);
  if (!reached) {
    say(reached.failure().message +
        // The search halves the log and may hit damage far from the moment that
        // was asked for.
        "; pass a sequence to --at, which needs no search by time");
    return false;
  }
  view_.at = *reached;
  view_.past = view_.at < store_->stats().last;
  return true;
}

void store_command::say(const std::string& message) const {
  // Messages may quote ids and texts of the log.
  fmt::print(to_.err, "{}: {}\n", command_, text::harmless(message));
}

int store_command::not_found(const std::string& what) const {
  // An empty store is most often the wrong folder.
  if (store_->stats().last == 0)
    say("there is no " + what + ": the store is empty");
  else if (view_.past)
    say(fmt::format("there was no {} at sequence {}", what, view_.at));
  else
    say("there is no " + what);
  return text::exit_wrong;
}

std::string store_command::when() const {
  if (!view_.past) return "";
  auto text = fmt::format("as of event {}", view_.at);
  const auto last = store_->read(view_.at);
  if (!last) {
    time_unreadable_ = true;
    say(fmt::format("the time of event {} can't be read: {}", view_.at,
                    last.failure().message));
    return text + ", whose time can't be read";
  }
  // None: --at 0, before the first event.
  return *last ? text + ", " + time_text((*last)->time) : text;
}

}  // namespace oms::omsctl
