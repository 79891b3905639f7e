#include "tools/simulation/isolated.hpp"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <utility>

namespace oms::simulation {

namespace {

// Shared by parent and child. Plain memory of fixed size: what the child has
// written is there however it ends.
struct report_page {
  std::size_t step;
  bool ended;
  bool broken;
  int invariant;
  char where[200];
  char what[1000];
};

template <std::size_t Size>
void copy(char (&to)[Size], const std::string& from) {
  std::strncpy(to, from.c_str(), Size - 1);
}

void run_in_child(simulation_options options, report_page& page) {
  // SIGALRM ends the process by default, which an endless loop cannot prevent.
  alarm(max_run_s);
  auto known = std::move(options.on_step);
  options.on_step = [&](std::size_t number, const simulation_step& step) {
    // Before the step is played, so that the parent knows it if the child dies
    // in it.
    page.step = number;
    if (known) known(number, step);
  };
  const auto found = simulate(options);
  if (found) {
    page.broken = true;
    page.step = found->step;
    page.invariant = found->invariant;
    copy(page.where, found->where);
    copy(page.what, found->what);
  }
  page.ended = true;
  std::fflush(nullptr);
}

std::optional<breach> read(const report_page& page, int how_it_ended) {
  if (page.ended) {
    if (!page.broken) return std::nullopt;
    return breach{page.step, page.invariant, page.where, page.what};
  }
  const bool hung =
      WIFSIGNALED(how_it_ended) && WTERMSIG(how_it_ended) == SIGALRM;
  return breach{page.step, engine_died, "engine",
                hung ? "the run hung" : "the process died"};
}

}  // namespace

std::optional<breach> simulate_isolated(const simulation_options& options) {
  auto* const page = static_cast<report_page*>(
      mmap(nullptr, sizeof(report_page), PROT_READ | PROT_WRITE,
           MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  if (page == MAP_FAILED) return breach{0, engine_died, "mmap", "failed"};
  std::fflush(nullptr);
  const auto child = fork();
  if (child == 0) {
    run_in_child(options, *page);
    // Without the destructors and buffers of the parent, which the child has
    // copies of.
    _exit(0);
  }
  std::optional<breach> found = breach{0, engine_died, "fork", "failed"};
  if (child > 0) {
    int how_it_ended = 0;
    waitpid(child, &how_it_ended, 0);
    found = read(*page, how_it_ended);
  }
  munmap(page, sizeof(report_page));
  return found;
}

// Leaves out ever smaller pieces, halves first and single steps last, as delta
// debugging does (Zeller 1999). A shorter list that breaks the same invariant
// replaces the list; another failure is not what is looked for.
shrunk shrink(
    std::vector<std::size_t> steps, breach known,
    const std::function<std::optional<breach>(const std::vector<std::size_t>&)>&
        run) {
  // Steps after the failing one play no part.
  std::erase_if(steps, [&](std::size_t each) { return each > known.step; });
  shrunk best{std::move(steps), std::move(known)};
  for (auto chunk = std::max<std::size_t>(1, best.steps.size() / 2);;
       chunk = std::max<std::size_t>(1, chunk / 2)) {
    bool shorter = false;
    for (std::size_t first = 0; first < best.steps.size();) {
      auto fewer = best.steps;
      const auto begin = fewer.begin() + static_cast<std::ptrdiff_t>(first);
      const auto count = std::min(chunk, fewer.size() - first);
      fewer.erase(begin, begin + static_cast<std::ptrdiff_t>(count));
      if (auto still = run(fewer);
          still && still->invariant == best.last.invariant) {
        std::erase_if(fewer,
                      [&](std::size_t each) { return each > still->step; });
        best = {std::move(fewer), std::move(*still)};
        shorter = true;
      } else {
        first += count;
      }
    }
    // Repeated with single steps until none can be left out: leaving one out
    // may make another superfluous.
    if (chunk == 1 && !shorter) return best;
  }
}

}  // namespace oms::simulation
