#include "tools/omsctl/live/screen.hpp"

#include <fmt/core.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <string>

#include "tools/omsctl/live/top.hpp"

namespace oms::omsctl {

screen::screen(std::FILE* out) : out_(out) {
  // Standard input may not be a terminal, for example in a pipe. Then only
  // signals end it.
  has_keys_ = tcgetattr(STDIN_FILENO, &keys_before_) == 0;
  if (has_keys_) {
    auto keys = keys_before_;
    // Each key counts at once, without Enter. ISIG stays, so Ctrl-C is still a
    // signal.
    keys.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    // Stopped by Ctrl-Z, it would leave the alternate screen on the terminal,
    // and the shell's prompt in it.
    keys.c_cc[VSUSP] = _POSIX_VDISABLE;
    tcsetattr(STDIN_FILENO, TCSANOW, &keys);
  }
  // Switches to the alternate screen and hides the cursor.
  fmt::print(out_, "\x1b[?1049h\x1b[?25l");
  std::fflush(out_);
}

screen::~screen() {
  fmt::print(out_, "\x1b[?25h\x1b[?1049l");
  std::fflush(out_);
  if (has_keys_) tcsetattr(STDIN_FILENO, TCSANOW, &keys_before_);
}

void screen::draw(std::string_view text) {
  winsize size{};
  if (ioctl(fileno(out_), TIOCGWINSZ, &size) != 0 || size.ws_row == 0)
    // Some terminals, such as serial lines, do not tell their size.
    size = {24, 80, 0, 0};
  // From the upper left corner. The rest of each line is erased, and in the end
  // everything below. Clearing the screen first would make it flicker, and so
  // would several writes.
  std::string frame = "\x1b[H";
  for (int row = 0; row < size.ws_row && !text.empty(); ++row) {
    const auto end = std::min(text.find('\n'), text.size());
    // Not after the last line, which would scroll the screen.
    if (row > 0) frame += "\r\n";
    frame += clipped(text.substr(0, end), size.ws_col) + "\x1b[K";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  frame += "\x1b[J";
  fmt::print(out_, "{}", frame);
  std::fflush(out_);
}

bool screen::wait(std::chrono::milliseconds time) const {
  using clock = std::chrono::steady_clock;
  const auto end = clock::now() + time;
  while (!signal_.came()) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - clock::now());
    if (left.count() <= 0) return true;
    if (!has_keys_) {
      signal_.wait(left);
      continue;
    }
    // poll returns early for a signal; the loop then sees it.
    pollfd key{STDIN_FILENO, POLLIN, 0};
    if (poll(&key, 1, static_cast<int>(left.count())) <= 0) continue;
    char pressed = 0;
    // The terminal is gone.
    if (read(STDIN_FILENO, &pressed, 1) != 1) return false;
    if (pressed == 'q' || pressed == 'Q') return false;
  }
  return false;
}

}  // namespace oms::omsctl
