#include <fmt/core.h>

#include <algorithm>
#include <limits>

#include "tools/omsctl/live/live_command.hpp"
#include "tools/omsctl/live/show_live.hpp"
#include "tools/text/signals.hpp"
#include "tools/text/trail_text.hpp"

namespace oms::omsctl {

namespace {

constexpr const char* tail_name = "omsctl audit tail";
// As tail(1) does.
constexpr std::uint64_t first_shown = 10;
// The most that the API gives in one answer.
constexpr std::uint64_t page_events = 1'000;
// Between two looks when nothing is new.
constexpr std::chrono::milliseconds pause{500};

class tail_run {
 public:
  tail_run(http_client& server, const tail_options& options,
           const text::console& to)
      : server_(server), options_(options), to_(to), colours_(to.out) {}

  int operator()() {
    if (const auto code = find_begin(); code != text::exit_ok) return code;
    while (!signal_.came() && left_ > 0) {
      const auto page = server_.get(
          {"/v1/audit",
           {{"after", std::to_string(after_)},
            {"limit", std::to_string(std::min(left_, page_events))}}});
      // Also the reason why `get` may have failed.
      if (signal_.came()) break;
      // A server that is being restarted or is overloaded comes back, or
      // another one at its address does. At the very beginning it is more
      // likely that the address is wrong.
      if (!page && !answered_)
        return say_failure(tail_name, page.failure(), to_);
      if (!page || page->status == 503 || page->status == 429) {
        say_away(page ? problem_text(*page) : page.failure().message);
        signal_.wait(pause);
        continue;
      }
      if (!page->is_good()) return say_problem(tail_name, *page, to_);
      answered_ = true;
      say_back();
      if (!print(*page)) return text::exit_wrong;
      // Otherwise there may be more: a page ends early.
      if (nothing_new_) signal_.wait(pause);
    }
    return text::exit_ok;
  }

 private:
  int find_begin() {
    left_ = options_.limit.value_or(std::numeric_limits<std::uint64_t>::max());
    if (options_.after) {
      after_ = *options_.after;
      return text::exit_ok;
    }
    const auto stats = server_.get({"/v1/admin/stats", {}});
    if (!stats) return say_failure(tail_name, stats.failure(), to_);
    if (!stats->is_good()) return say_problem(tail_name, *stats, to_);
    const auto read = json::parse_text(stats->body);
    if (!read || !read->is_object()) return text::exit_wrong;
    // The trail has no "last ten", but sequences have no gaps.
    const auto last = read->value("sequence", std::uint64_t{0});
    after_ = last - std::min(last, first_shown);
    answered_ = true;
    return text::exit_ok;
  }

  bool print(const http_answer& page) {
    const auto read = json::parse_text(page.body);
    if (!read || !read->is_object() || !read->contains("events")) {
      fmt::print(to_.err, "{}: the answer is not a page of the trail\n",
                 tail_name);
      return false;
    }
    const auto& events = (*read)["events"];
    if (options_.json)
      for (const auto& each : events)
        fmt::print(to_.out, "{}\n", json::one_line(each));
    else
      fmt::print(to_.out, "{}",
                 text::harmless(text::trail_text(events, colours_),
                                colours_.has_colours()));
    // A reader at the other end of a pipe should not wait until a buffer is
    // full.
    std::fflush(to_.out);
    left_ -= std::min<std::uint64_t>(left_, events.size());
    // Not the last event shown: a page may have been read further than it
    // shows, for a token of certain brands.
    const auto upto = read->value("upto", after_);
    nothing_new_ = upto == after_;
    after_ = upto;
    return true;
  }

  void say_away(const std::string& why) {
    // Once per outage, not twice a second.
    if (away_) return;
    away_ = true;
    fmt::print(to_.err, "{}: {}; waiting for the server\n", tail_name,
               text::harmless_line(why));
  }
  void say_back() {
    if (away_) fmt::print(to_.err, "{}: the server is back\n", tail_name);
    away_ = false;
  }

  http_client& server_;
  const tail_options& options_;
  const text::console& to_;
  text::palette colours_;
  text::interruption signal_;
  std::uint64_t after_ = 0;
  std::uint64_t left_ = 0;
  bool answered_ = false;
  bool nothing_new_ = false;
  bool away_ = false;
};

}  // namespace

int tail_command(const tail_options& options, const text::console& to) {
  auto server = http_client::open(with_environment(options.server));
  if (!server) return say_failure(tail_name, server.failure(), to);
  return tail_run(**server, options, to)();
}

}  // namespace oms::omsctl
