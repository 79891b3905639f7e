#include "tools/store/disk_wait.hpp"

#include <fmt/core.h>

#include <utility>

#include "tools/text/console.hpp"

namespace oms::store {

engine_options with_disk_wait_shown(std::string command, std::FILE* err) {
  engine_options options;
  options.storage_changed = [command = std::move(command), err,
                             said = false](const std::string& problem) mutable {
    if (problem.empty() || std::exchange(said, true)) return;
    const auto text = fmt::format(
        "{}: the store can't be written: {}; waiting until it can be, Ctrl-C "
        "quits\n",
        command, text::harmless(problem));
    // Not by fmt::print: `err` may be on the same disk, and the journal could
    // not catch what it throws.
    std::fputs(text.c_str(), err);
    std::fflush(err);
  };
  return options;
}

}  // namespace oms::store
