#include <fmt/core.h>

#include <chrono>
#include <deque>
#include <memory>
#include <utility>

#include "messages/time_text.hpp"
#include "tools/omsctl/live/live_command.hpp"
#include "tools/omsctl/live/screen.hpp"
#include "tools/omsctl/live/show_live.hpp"
#include "tools/omsctl/live/top.hpp"
#include "tools/text/signals.hpp"

namespace oms::omsctl {

namespace {

using clock = std::chrono::steady_clock;

constexpr const char* top_name = "omsctl top";
// Percentiles cover the last ten intervals: a single second has too few calls
// for a 99th percentile.
constexpr std::size_t max_looks = 11;
// Less than other commands wait: a screen that does not change must soon say
// why.
constexpr long max_answer_time_ms = 5'000;

std::string time_of_day() {
  const auto now = std::chrono::time_point_cast<std::chrono::seconds>(
      std::chrono::system_clock::now());
  // "2026-01-05T10:00:00Z"
  return oms::time_text(timestamp{now.time_since_epoch()}).substr(11, 8) +
         " UTC";
}

class top_run {
 public:
  top_run(http_client& server, const top_options& options,
          const text::console& to)
      : server_(server),
        options_(options),
        to_(to),
        colours_(to.out),
        where_(with_environment(options.server).url) {}

  // A plain snapshot. Rates need two looks.
  int once() {
    for (int looks = 0; looks < 2; ++looks) {
      if (looks > 0) {
        signal_.wait(options_.interval);
        if (signal_.came()) return text::exit_ok;
      }
      if (const auto code = look(); code != text::exit_ok) return code;
    }
    fmt::print(to_.out, "{}", page());
    return text::exit_ok;
  }

  int follow() {
    if (const auto code = look(); code != text::exit_ok) return code;
    screen terminal(to_.out);
    for (;;) {
      terminal.draw(page());
      if (!terminal.wait(options_.interval)) return text::exit_ok;
      look_again();
    }
  }

 private:
  struct a_look {
    metric_samples seen;
    clock::time_point at;
  };

  [[nodiscard]] result<http_answer> ask() {
    // /metrics is not JSON, which the client would ask for.
    return server_.get({"/metrics", {}, "text/plain"});
  }

  void keep(const http_answer& answer) {
    auto seen = metric_samples::read(answer.body);
    // The server was restarted and counts from zero, so there is nothing to
    // compare with.
    const auto answered = [](const metric_samples& all) {
      return all.sum("oms_http_answers_total");
    };
    if (!looks_.empty() && answered(seen) < answered(looks_.back().seen))
      looks_.clear();
    looks_.push_back({std::move(seen), clock::now()});
    if (looks_.size() > max_looks) looks_.pop_front();
    away_.clear();
  }

  // Only the first look must succeed: its failure is most likely a wrong
  // address or token.
  int look() {
    const auto answer = ask();
    if (!answer) return say_failure(top_name, answer.failure(), to_);
    if (!answer->is_good()) return say_problem(top_name, *answer, to_);
    keep(*answer);
    return text::exit_ok;
  }

  void look_again() {
    const auto answer = ask();
    // The first failure says since when; later ones would only move the time.
    if (answer && answer->is_good())
      keep(*answer);
    else if (away_.empty())
      away_ = "no answer since " + time_of_day() + ": " +
              (answer ? problem_text(*answer) : answer.failure().message);
  }

  [[nodiscard]] std::string page() const {
    const auto& now = looks_.back();
    // With a single look, rates are 0 until the next.
    const auto& then = looks_[looks_.size() < 2 ? 0 : looks_.size() - 2];
    const auto seconds =
        std::chrono::duration<double>(now.at - then.at).count();
    auto out = colours_.paint(text::colour::bold, "omsd") + " at " + where_ +
               "   " + time_of_day() + '\n';
    if (!away_.empty())
      out += colours_.paint(text::colour::red, text::harmless(away_)) + '\n';
    const auto text =
        top_text(figures_of(now.seen, then.seen, seconds, looks_.front().seen),
                 colours_);
    // SKUs are others' words.
    return out + text::harmless(text, colours_.has_colours());
  }

  http_client& server_;
  const top_options& options_;
  const text::console& to_;
  text::palette colours_;
  std::string where_;
  std::deque<a_look> looks_;
  // Why there is no answer; empty: there was one.
  std::string away_;
  /// Ends the pause between two looks early.
  text::interruption signal_;
};

}  // namespace

int top_command(const top_options& options, const text::console& to) {
  auto where = with_environment(options.server);
  where.answer_time_ms = max_answer_time_ms;
  auto server = http_client::open(where);
  if (!server) return say_failure(top_name, server.failure(), to);
  top_run top(**server, options, to);
  // In a pipe or a file, a screen would be a row of control sequences.
  return options.once || !text::is_terminal(to.out) ? top.once() : top.follow();
}

}  // namespace oms::omsctl
