#include "tools/scenario/report.hpp"

#include <fmt/core.h>

#include "messages/time_text.hpp"
#include "tools/json/events.hpp"

namespace oms::scenario {

namespace {

// Between two lines of progress, and before the first: a short run shows none.
constexpr std::chrono::milliseconds progress_interval_ms{200};

// Of an event's content in the trace. Routing decisions list every source and
// would hide the rest.
constexpr std::size_t max_content_bytes = 240;

// The command of a failure is meant to be pasted into a shell.
std::string in_shell(const std::string& path) {
  constexpr std::string_view unquoted =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./";
  if (path.find_first_not_of(unquoted) == path.npos) return path;
  std::string out = "'";
  for (const char c : path) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

// Cut off between two characters of UTF-8.
std::string shortened(std::string text) {
  if (text.size() <= max_content_bytes) return text;
  std::size_t end = max_content_bytes;
  // Bytes of the form 10xxxxxx continue a character of UTF-8.
  while (end > 0 && (text[end] & 0xC0) == 0x80) --end;
  text.resize(end);
  return text + " ...";
}

std::string entity_text(const entity_ref& entity) {
  const json::value named = json::write_entity(entity);
  const auto first = named.items().begin();
  return fmt::format("{} {}", first.key(), first.value().get<std::string>());
}

}  // namespace

report::report(std::FILE* out, std::FILE* progress, bool quiet)
    : out_(out),
      progress_(progress),
      quiet_(quiet),
      colours_(out),
      on_terminal_(text::is_terminal(progress)),
      last_progress_(std::chrono::steady_clock::now()),
      began_(last_progress_) {}

void report::passed(const std::string& file, std::size_t steps,
                    std::uint64_t seeds, std::chrono::milliseconds took) {
  count(verdict::passed);
  clear_progress();
  if (quiet_) return;
  fmt::print(out_, "{}   {}  {}\n", painted(paint::green, "ok"),
             text::harmless_line(file),
             painted(paint::dim,
                     fmt::format("({} steps, {} {}, {} ms)", steps, seeds,
                                 seeds == 1 ? "seed" : "seeds", took.count())));
}

void report::failed(const std::string& file, std::uint64_t seed,
                    const failure& what) {
  count(verdict::failed);
  clear_progress();
  fmt::print(out_, "{} {}, seed {}, {} {{{}}}", painted(paint::red, "FAIL"),
             text::harmless_line(file), seed, what.step, what.verb);
  if (!what.difference.where.empty()) {
    fmt::print(out_, " {}", text::harmless_line(what.difference.where));
  }
  fmt::print(out_,
             ":\n"
             "       expected  {}\n"
             "       found     {}\n"
             "       {}\n",
             text::harmless_line(what.difference.expected),
             text::harmless_line(what.difference.actual),
             painted(paint::dim,
                     fmt::format("rerun: omsctl scenario --seed {} --trace {}",
                                 seed, text::harmless_line(in_shell(file)))));
}

void report::bad_input(const std::string& file, const error& why) {
  count(verdict::bad_input);
  clear_progress();
  fmt::print(out_, "{}  {}: {}\n", painted(paint::red, "BAD"),
             text::harmless_line(file), text::harmless(why.message));
  for (const fault& one : why.faults) {
    fmt::print(out_, "       {}{}{}\n", text::harmless_line(one.path),
               one.path.empty() ? "" : ": ", text::harmless_line(one.message));
  }
}

void report::notice(const std::string& file, const std::string& text) {
  clear_progress();
  // Not to the output, which scripts may compare.
  fmt::print(progress_, "omsctl: notice: {}: {}\n", text::harmless_line(file),
             text::harmless_line(text));
}

void report::progress(const std::string& file, std::uint64_t seed,
                      std::uint64_t seeds) {
  if (quiet_ || !on_terminal_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - last_progress_ < progress_interval_ms) return;
  last_progress_ = now;
  progress_shown_ = true;
  fmt::print(progress_, "\r\x1b[K     {}  seed {} of {}",
             text::harmless_line(file), seed, seeds);
  std::fflush(progress_);
}

void report::trace(const event& happened) {
  fmt::print(out_, "{:>6} {} {} {} {} {}\n", happened.at,
             time_text(happened.time),
             text::harmless_line(entity_text(happened.entity)),
             kind_of(happened.body), text::harmless_line(happened.by.value),
             painted(paint::dim, text::harmless_line(shortened(json::one_line(
                                     json::write_content(happened.body))))));
}

void report::summary() {
  if (quiet_) return;
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - began_);
  std::string text = fmt::format("{} passed", counted(verdict::passed));
  const auto add = [this, &text](verdict result, const char* word) {
    if (counted(result) == 0) return;
    text += fmt::format(", {} {}", counted(result), word);
  };
  add(verdict::failed, "failed");
  add(verdict::bad_input, "not readable");
  fmt::print(out_, "{} in {:.1f} s\n",
             painted(exit_code() == 0 ? paint::green : paint::plain, text),
             static_cast<double>(took.count()) / 1000);
}

int report::exit_code() const {
  if (counted(verdict::bad_input) != 0) return text::exit_usage;
  return counted(verdict::failed) != 0 ? text::exit_wrong : text::exit_ok;
}

void report::count(verdict result) {
  ++verdicts_[static_cast<std::size_t>(result)];
}

std::size_t report::counted(verdict result) const {
  return verdicts_[static_cast<std::size_t>(result)];
}

void report::clear_progress() {
  if (!progress_shown_) return;
  progress_shown_ = false;
  fmt::print(progress_, "\r\x1b[K");
  std::fflush(progress_);
}

}  // namespace oms::scenario
