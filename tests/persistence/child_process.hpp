#pragma once

/// Parts of a test that need a process of their own.
///
/// Purpose: what may crash, what changes the limits of its process, and what
/// is a second opener, runs in a child, and its verdict comes back as a text.
/// Owner: the test. Errors: a child that died is a verdict too.

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <stdexcept>
#include <string>

namespace oms::persistence {

/// What `run` returned in a child; by custom empty if all was well.
inline std::string in_child(const std::function<std::string()>& run) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) throw std::runtime_error("no pipe");
  const auto child = ::fork();
  if (child == 0) {
    std::string verdict;
    try {
      verdict = run();
    } catch (const std::exception& thrown) {
      verdict = thrown.what();
    }
    const auto written = ::write(ends[1], verdict.data(), verdict.size());
    ::_exit(written == static_cast<ssize_t>(verdict.size()) ? 0 : 1);
  }
  ::close(ends[1]);
  std::string verdict;
  std::array<char, 1'000> text{};
  while (true) {
    const auto size = ::read(ends[0], text.data(), text.size());
    if (size <= 0) break;
    verdict.append(text.data(), static_cast<std::size_t>(size));
  }
  ::close(ends[0]);
  int outcome = 0;
  ::waitpid(child, &outcome, 0);
  if (WIFSIGNALED(outcome))
    verdict += " died of signal " + std::to_string(WTERMSIG(outcome));
  else if (WEXITSTATUS(outcome) != 0)
    verdict += " ended with " + std::to_string(WEXITSTATUS(outcome));
  return verdict;
}

}  // namespace oms::persistence
