#include "tests/mutants/mutation.hpp"

#include <sys/mman.h>

#include <atomic>
#include <new>
#include <stdexcept>

namespace oms::tests {

namespace {

struct switchboard {
  std::atomic<mutation> on{mutation::none};
  std::atomic<std::uint64_t> asked{0};
  std::atomic<std::uint64_t> spoilt{0};
};

// On a page that forked children share: the switch is set before a simulation
// is forked, and the counters are read after it has died.
switchboard& board() {
  static switchboard& shared = []() -> switchboard& {
    void* const page =
        mmap(nullptr, sizeof(switchboard), PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) throw std::runtime_error("no shared memory");
    return *new (page) switchboard;
  }();
  return shared;
}

}  // namespace

bool is_on(mutation which) {
  if (board().on != which) return false;
  ++board().asked;
  return true;
}

void spoilt() { ++board().spoilt; }

switched_on::switched_on(mutation which) {
  board().asked = 0;
  board().spoilt = 0;
  board().on = which;
}

switched_on::~switched_on() { board().on = mutation::none; }

deeds switched_on::done() const { return {board().asked, board().spoilt}; }

}  // namespace oms::tests
