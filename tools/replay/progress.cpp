#include "tools/replay/progress.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <string>

#include "tools/text/number_text.hpp"

namespace oms::replay {

namespace {

constexpr std::size_t bar_width = 30;
// A replay reports progress at every moment of file time; drawing each would
// slow it down.
constexpr auto redraw_interval = std::chrono::milliseconds(100);

}  // namespace

progress_bar::progress_bar(std::FILE* out, bool quiet)
    : out_(out),
      quiet_(quiet),
      is_terminal_(isatty(fileno(out)) == 1),
      began_(std::chrono::steady_clock::now()) {}

void progress_bar::show(const replay_progress& at) {
  if (quiet_ || at.of_orders == 0) return;
  const auto percent = static_cast<int>(100 * at.orders / at.of_orders);
  if (is_terminal_) {
    const auto now = std::chrono::steady_clock::now();
    if (drawn_ && now - last_drawn_ < redraw_interval) return;
    last_drawn_ = now;
    draw(at, percent);
  } else if (percent / 10 > last_percent_ / 10 || last_percent_ < 0) {
    // In a file or a pipe: a line for each tenth, and one at the beginning.
    fmt::print(out_, "{:>3} %  {}  {} orders\n", percent,
               text::minute_text(at.now),
               text::grouped(static_cast<std::int64_t>(at.orders)));
  }
  last_percent_ = percent;
}

void progress_bar::draw(const replay_progress& at, int percent) {
  drawn_ = true;
  const auto seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began_)
          .count();
  const auto full = bar_width * static_cast<std::size_t>(percent) / 100;
  const auto rate = seconds > 0 ? static_cast<double>(at.orders) / seconds : 0;
  // Back to the beginning of the line, and ESC [K clears what an earlier,
  // longer text has left.
  fmt::print(out_, "\r[{}{}] {:>3} %  {}  {} orders/s \x1b[K",
             std::string(full, '#'), std::string(bar_width - full, '.'),
             percent, text::minute_text(at.now).substr(0, 10),
             text::grouped(static_cast<std::int64_t>(rate)));
  std::fflush(out_);
}

void progress_bar::finish() {
  if (drawn_) fmt::print(out_, "\r\x1b[K");
  std::fflush(out_);
}

}  // namespace oms::replay
