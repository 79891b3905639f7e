#include "tools/store/write_watch.hpp"

#include <fmt/core.h>

#include <chrono>
#include <stop_token>
#include <utility>

#include "tools/text/console.hpp"

namespace oms::tools {

namespace {

constexpr std::chrono::milliseconds glance{100};

}  // namespace

write_watch::write_watch(engine& of, std::string command, std::FILE* err)
    : of_(of),
      command_(std::move(command)),
      err_(err),
      thread_([this](const std::stop_token& ended) { run(ended); }) {}

write_watch::~write_watch() = default;

void write_watch::run(const std::stop_token& ended) {
  std::unique_lock lock(mutex_);
  while (true) {
    woken_.wait_for(lock, ended, glance, [] { return false; });
    if (ended.stop_requested()) return;
    const auto stats = of_.stats();
    if (stats.storage_ok) continue;
    const auto text = fmt::format(
        "{}: the store can't be written: {}; waiting until it can, Ctrl-C ends "
        "it\n",
        command_, harmless(stats.storage_problem));
    // Not by fmt::print: `err_` may be on the same disk, and nobody here could
    // catch what it throws.
    std::fputs(text.c_str(), err_);
    std::fflush(err_);
    return;
  }
}

}  // namespace oms::tools
