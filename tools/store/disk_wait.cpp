#include "tools/store/disk_wait.hpp"

#include <fmt/core.h>

#include <utility>

#include "tools/text/console.hpp"

namespace oms::store {

void say_that_it_waits(std::FILE* err, const std::string& command,
                       const std::string& problem) {
  const auto text = fmt::format(
      "{}: the store can't be written: {}; waiting until it can be, Ctrl-C "
      "quits\n",
      command, text::harmless(problem));
  // Not by fmt::print, which throws if a write fails: `err` may be on the same
  // disk, and an exception would end the journal's thread.
  std::fputs(text.c_str(), err);
  std::fflush(err);
}

engine_options with_disk_wait_shown(std::string command, std::FILE* err) {
  engine_options options;
  options.storage_changed = [command = std::move(command), err,
                             said = false](const std::string& problem) mutable {
    // An empty problem means that the store writes again. Once is enough: on a
    // full disk the two may alternate with every try.
    if (problem.empty() || std::exchange(said, true)) return;
    say_that_it_waits(err, command, problem);
  };
  return options;
}

}  // namespace oms::store
