#include "bench/load/library_target.hpp"

#include <chrono>
#include <thread>
#include <utility>

#include "bench/harness.hpp"

namespace oms::load {

namespace {

using namespace std::chrono_literals;

// Nothing was routed for so long: nothing more will be.
constexpr auto patience = 20s;

outcome outcome_of(const std::vector<answer>& answers) {
  outcome out;
  for (const auto& each : answers) {
    if (each) {
      ++out.done;
      continue;
    }
    const bool is_overload = each.failure().code == error_code::overloaded;
    ++(is_overload ? out.overloaded : out.refused);
    if (!is_overload && out.why.empty()) out.why = each.failure().message;
  }
  return out;
}

}  // namespace

checkpoint_policy no_checkpoints() {
  checkpoint_policy out;
  out.events = SIZE_MAX;
  out.interval = 1h;
  return out;
}

result<std::unique_ptr<library_target>> library_target::open(
    const std::string& folder, const checkpoint_policy& checkpoints) {
  std::unique_ptr<library_target> out(new library_target);
  auto store = persistence::open_lmdb_store(folder);
  if (!store) return store.failure();
  out->store_ = std::move(*store);
  engine_options options;
  options.checkpoints = checkpoints;
  options.observer = [&units = out->units_promised_](const event& happened) {
    units += bench::units_promised(happened);
  };
  auto opened = engine::open(*out->store_, std::move(options));
  if (!opened) return opened.failure();
  out->engine_ = std::move(*opened);
  return out;
}

void library_target::submit(std::vector<command> batch, landed done) {
  engine_->submit(std::move(batch),
                  [done = std::move(done)](const std::vector<answer>& answers) {
                    done(outcome_of(answers));
                  });
}

bool library_target::wait_until_routed(std::int64_t units) {
  auto last = units_promised_.load();
  auto since = bench::steady::now();
  while (units_promised_ < units && bench::steady::now() - since < patience) {
    std::this_thread::sleep_for(1ms);
    const auto now = units_promised_.load();
    if (now != last) since = bench::steady::now();
    last = now;
  }
  return units_promised_ >= units;
}

void library_target::settle() {
  engine_->settle();
  (void)engine_->checkpoint();
}

usage library_target::used() {
  return {.cpu_s = bench::cpu_seconds(),
          .memory_bytes = bench::own_memory_bytes(),
          .disk_bytes = static_cast<std::int64_t>(store_->stats().bytes)};
}

}  // namespace oms::load
