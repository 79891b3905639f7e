#include "bench/rpc_process.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <stdexcept>

namespace oms::bench {

namespace {

// What follows `announced` in a whole line; empty while it is not there.
std::string announced_by(const std::string& said, std::string_view announced) {
  const auto at = said.find(announced);
  const auto end = said.find('\n', at);
  if (at == std::string::npos || end == std::string::npos) return "";
  return said.substr(at + announced.size(), end - at - announced.size());
}

// In the child after fork(), where only async-signal-safe functions may be
// called: another thread may have held any lock.
[[noreturn]] void become(char* const* arguments, int said) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  dup2(said, STDOUT_FILENO);
  execv(arguments[0], arguments);
  _exit(127);
}

}  // namespace

rpc_process::rpc_process(std::string program,
                         std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), std::move(program));
  arguments.insert(arguments.end(),
                   {"--listen", "127.0.0.1:0", "--rpc", "127.0.0.1:0"});
  std::vector<char*> pointers;
  for (auto& each : arguments) pointers.push_back(each.data());
  pointers.push_back(nullptr);
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  process_ = fork();
  if (process_ == 0) become(pointers.data(), ends[1]);
  close(ends[1]);
  // omsd says its address once it serves. Ports are chosen by the system, so
  // that benchmarks and tests can run side by side.
  std::string said;
  std::array<char, 1'024> part{};
  for (;;) {
    const auto size = read(ends[0], part.data(), part.size());
    if (size <= 0) break;
    said.append(part.data(), static_cast<std::size_t>(size));
    address_ = announced_by(said, "omsd listens on capnp://");
    http_ = announced_by(said, "omsd listens on http://");
    if (!address_.empty() && !http_.empty()) break;
  }
  close(ends[0]);
  if (address_.empty() || http_.empty()) {
    kill();
    throw std::runtime_error("omsd does not begin: " + said);
  }
}

rpc_process::~rpc_process() { kill(); }

void rpc_process::kill() {
  if (process_ <= 0) return;
  ::kill(process_, SIGKILL);
  wait();
}

void rpc_process::terminate() const { ::kill(process_, SIGTERM); }

int rpc_process::wait() {
  int how = 0;
  waitpid(process_, &how, 0);
  process_ = -1;
  return WIFEXITED(how) ? WEXITSTATUS(how) : -1;
}

}  // namespace oms::bench
