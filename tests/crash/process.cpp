#include "tests/crash/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <stdexcept>

namespace oms::crash {

namespace {

// In the child after fork(), where only async-signal-safe functions may be
// called.
[[noreturn]] void become_server(int line, const char* directory,
                                const std::optional<std::uint64_t>& limit) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (limit) {
    rlimit both{};
    getrlimit(RLIMIT_FSIZE, &both);
    both.rlim_cur = *limit;
    setrlimit(RLIMIT_FSIZE, &both);
  }
  dup2(line, STDIN_FILENO);
  dup2(line, STDOUT_FILENO);
  execl("/proc/self/exe", "crash_test", "serve", directory, nullptr);
  _exit(127);
}

}  // namespace

server_process::server_process(const std::filesystem::path& directory,
                               std::optional<std::uint64_t> max_file_bytes) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    throw std::runtime_error("no socket pair");
  std::fflush(nullptr);
  process_ = fork();
  if (process_ == 0) become_server(ends[1], directory.c_str(), max_file_bytes);
  close(ends[1]);
  line_ = ends[0];
  if (process_ < 0) {
    close(line_);
    throw std::runtime_error("no process");
  }
}

server_process::~server_process() {
  kill();
  close(line_);
}

void server_process::send(const std::string& line) {
  const auto text = line + "\n";
  for (std::size_t sent = 0; sent < text.size();) {
    const auto more =
        ::send(line_, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
    // It is gone, which `receive` will tell.
    if (more <= 0) return;
    sent += static_cast<std::size_t>(more);
  }
}

std::vector<std::string> server_process::receive(
    std::chrono::milliseconds patience) {
  std::vector<std::string> lines;
  auto wait_ms = static_cast<int>(patience.count());
  while (!ended_) {
    pollfd readable{line_, POLLIN, 0};
    if (poll(&readable, 1, lines.empty() ? wait_ms : 0) <= 0) break;
    std::array<char, 16'384> part{};
    const auto size = recv(line_, part.data(), part.size(), 0);
    // After what a killed process has written, a reset may come.
    ended_ = size <= 0;
    if (ended_) break;
    unread_.append(part.data(), static_cast<std::size_t>(size));
    for (auto end = unread_.find('\n'); end != std::string::npos;
         end = unread_.find('\n')) {
      lines.push_back(unread_.substr(0, end));
      unread_.erase(0, end + 1);
    }
  }
  return lines;
}

// From outside: the server itself must not know that there was a limit.
void server_process::lift_file_limit() {
  rlimit both{};
  prlimit(process_, RLIMIT_FSIZE, nullptr, &both);
  both.rlim_cur = both.rlim_max;
  prlimit(process_, RLIMIT_FSIZE, &both, nullptr);
}

void server_process::kill() {
  if (process_ <= 0) return;
  ::kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
  process_ = -1;
}

std::optional<int> server_process::wait() {
  int how = 0;
  waitpid(process_, &how, 0);
  process_ = -1;
  if (!WIFEXITED(how)) return std::nullopt;
  return WEXITSTATUS(how);
}

}  // namespace oms::crash
