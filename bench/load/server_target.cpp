#include "bench/load/server_target.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>
#include <variant>

#include "bench/harness.hpp"

namespace oms::load {

namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

// Once nothing has happened for so long it is worth asking all locations.
constexpr auto rest = 300ms;
// Nothing happened for so long: nothing more will.
constexpr auto given_up_after = 20s;
constexpr auto pause = 5ms;

double cpu_seconds_of(pid_t process) {
  std::ifstream in("/proc/" + std::to_string(process) + "/stat");
  std::string text;
  std::getline(in, text);
  // The second field is the program's name in brackets, which may hold
  // anything. The 14th and 15th are the times in the program and in the kernel.
  std::istringstream after(text.substr(text.rfind(')') + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) after >> skipped;
  double in_program = 0;
  double in_kernel = 0;
  after >> in_program >> in_kernel;
  return (in_program + in_kernel) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

std::int64_t memory_bytes_of(pid_t process) {
  std::ifstream in("/proc/" + std::to_string(process) + "/statm");
  std::int64_t size = 0;
  std::int64_t resident = 0;
  std::int64_t shared = 0;
  in >> size >> resident >> shared;
  return (resident - shared) * sysconf(_SC_PAGESIZE);
}

}  // namespace

void server_target::note(const std::vector<command>& batch) {
  const std::lock_guard lock(mutex_);
  for (const auto& each : batch)
    if (const auto* defined = std::get_if<define_location>(&each.body))
      locations_.push_back(defined->settings.id);
}

std::optional<target::clock::time_point> server_target::wait_at_rest(
    const std::function<bool()>& is_reached) {
  auto last = last_sequence();
  auto since = clock::now();
  clock::duration next_look = rest;
  for (;;) {
    std::this_thread::sleep_for(pause);
    const auto now = last_sequence();
    if (now != last) {
      last = now;
      since = clock::now();
      next_look = rest;
    }
    const auto quiet = clock::now() - since;
    if (quiet < next_look) continue;
    if (is_reached()) return since;
    if (quiet > given_up_after) return {};
    next_look *= 2;
  }
}

std::optional<target::clock::time_point> server_target::wait_until_routed(
    std::int64_t units) {
  return wait_at_rest([&] {
    std::vector<std::string> locations;
    {
      const std::lock_guard lock(mutex_);
      locations = locations_;
    }
    std::int64_t promised = 0;
    for (const auto& each : locations) promised += committed_at(each);
    return promised >= units;
  });
}

void server_target::settle() {
  wait_at_rest([] { return true; });
}

std::optional<usage> server_target::used() {
  if (!at_.process) return {};
  return usage{.cpu_s = cpu_seconds_of(at_.process->id()),
               .memory_bytes = memory_bytes_of(at_.process->id()),
               .disk_bytes = bench::disk_bytes_of(at_.folder)};
}

}  // namespace oms::load
