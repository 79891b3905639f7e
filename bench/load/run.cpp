#include "bench/load/run.hpp"

#include <fmt/core.h>

#include <time.h>
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>
#include <utility>
#include <variant>

#include "bench/harness.hpp"
#include "tools/text/console.hpp"

namespace oms::load {

namespace {

using bench::seconds;
using clock = bench::steady;
using namespace std::chrono_literals;

constexpr std::size_t setup_batch = 10'000;

double thread_cpu_s() {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) +
         static_cast<double>(used.tv_nsec) * 1e-9;
}

// What has been answered so far. Any thread may use it.
class landing {
 public:
  void add(clock::duration latency, const outcome& got) {
    const std::lock_guard lock(mutex_);
    const auto commands = got.done + got.refused + got.overloaded;
    landed_ += commands;
    answers_.done += got.done;
    answers_.refused += got.refused;
    answers_.overloaded += got.overloaded;
    if (answers_.why.empty()) answers_.why = got.why;
    // A refusal for overload is quick, and no order was placed.
    if (got.done > 0) latency_.add(latency, got.done);
    changed_.notify_all();
  }
  void wait_for(std::size_t commands) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return landed_ >= commands; });
  }
  [[nodiscard]] std::size_t landed() {
    const std::lock_guard lock(mutex_);
    return landed_;
  }
  [[nodiscard]] std::pair<outcome, histogram> all() {
    const std::lock_guard lock(mutex_);
    return {answers_, latency_};
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t landed_ = 0;
  outcome answers_;
  histogram latency_;
};

// Once a second: the memory, for the report, and a line for whoever waits.
class watch {
 public:
  watch(target& of, landing& landed, std::FILE* progress)
      : of_(of),
        landed_(landed),
        progress_(progress),
        thread_([this] { go_on(); }) {}
  watch(const watch&) = delete;
  watch& operator=(const watch&) = delete;
  ~watch() { (void)end(); }

  std::vector<std::int64_t> end() {
    if (thread_.joinable()) {
      stop_ = true;
      thread_.join();
      if (progress_ != nullptr && text::is_terminal(progress_))
        fmt::print(progress_, "\r\x1b[K");
    }
    return memory_;
  }

 private:
  void go_on() {
    const auto began = clock::now();
    std::size_t before = 0;
    for (auto next = began + 1s; !stop_; next += 1s) {
      while (!stop_ && clock::now() < next) std::this_thread::sleep_for(50ms);
      memory_.push_back(of_.used().memory_bytes);
      const auto now = landed_.landed();
      if (progress_ != nullptr)
        fmt::print(
            progress_, "{}{:5.0f} s  {:>12} answered  {:>9}/s  {:>6} MB{}",
            text::is_terminal(progress_) ? "\r\x1b[K" : "",
            seconds(clock::now() - began), now, now - before,
            memory_.back() >> 20U, text::is_terminal(progress_) ? "" : "\n");
      if (progress_ != nullptr) std::fflush(progress_);
      before = now;
    }
  }

  target& of_;
  landing& landed_;
  std::FILE* progress_;
  std::vector<std::int64_t> memory_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

// Sends all orders of a run; how many commands that were.
class sender {
 public:
  sender(target& to, bench::workload& work, const run_options& options,
         landing& landed)
      : to_(to), work_(work), options_(options), landed_(landed) {}

  void send(std::size_t orders, double rate) {
    const auto began = clock::now();
    for (std::size_t made = 0; made < orders; made += options_.batch) {
      const auto size = std::min(options_.batch, orders - made);
      auto batch = make([&] { return work_.next_batch(size); });
      if (rate > 0) {
        const auto due = began + std::chrono::duration_cast<clock::duration>(
                                     std::chrono::duration<double>(
                                         static_cast<double>(made) / rate));
        std::this_thread::sleep_until(due);
        send_one(std::move(batch), due);
      } else {
        const auto room = std::max(options_.in_flight, batch.size());
        const auto after = sent_ + batch.size();
        if (after > room) landed_.wait_for(after - room);
        send_one(std::move(batch), clock::now());
      }
    }
    auto last = make([&] { return work_.last_batch(); });
    // They follow from orders that must have been placed.
    landed_.wait_for(sent_);
    if (!last.empty()) send_one(std::move(last), clock::now());
    landed_.wait_for(sent_);
  }

  [[nodiscard]] std::size_t sent() const { return sent_; }
  [[nodiscard]] double generator_cpu_s() const { return generator_cpu_s_; }

 private:
  template <class Make>
  std::vector<command> make(Make make_batch) {
    const auto before = thread_cpu_s();
    auto batch = make_batch();
    generator_cpu_s_ += thread_cpu_s() - before;
    return batch;
  }

  void send_one(std::vector<command> batch, clock::time_point since) {
    sent_ += batch.size();
    to_.submit(std::move(batch),
               [&landed = landed_, since](const outcome& got) {
                 landed.add(clock::now() - since, got);
               });
  }

  target& to_;
  bench::workload& work_;
  const run_options& options_;
  landing& landed_;
  std::size_t sent_ = 0;
  double generator_cpu_s_ = 0;
};

// Units that locations must have promised when all is routed. A cancelled unit
// was promised before or not at all, as it happened; a hot SKU has units for
// some only.
std::int64_t units_to_route(const bench::workload& work) {
  return std::min(work.units_ordered() - work.units_cancelled(),
                  work.units_promisable());
}

}  // namespace

void set_up(target& to, const bench::workload& work) {
  for (auto& batch : work.setup(setup_batch)) {
    landing landed;
    const auto size = batch.size();
    to.submit(std::move(batch),
              [&landed](const outcome& got) { landed.add({}, got); });
    landed.wait_for(size);
    const auto answers = landed.all().first;
    if (answers.done != size)
      throw std::runtime_error("the network can't be set up: " + answers.why);
  }
}

run_report run(target& to, bench::workload& work, const run_options& options,
               std::FILE* progress) {
  {
    landing landed;
    sender warm_up(to, work, options, landed);
    warm_up.send(options.warm_up, 0);
    to.wait_until_routed(units_to_route(work));
    to.settle();
  }
  const auto before = to.used();
  landing landed;
  watch watching(to, landed, progress);
  sender sending(to, work, options, landed);
  const auto began = clock::now();
  sending.send(options.orders, options.rate);
  run_report out;
  out.durable_s = seconds(clock::now() - began);
  std::tie(out.answers, out.latency) = landed.all();
  // Units of refused orders will never be promised.
  out.all_routed = out.answers.done == sending.sent() &&
                   to.wait_until_routed(units_to_route(work));
  out.routed_s = seconds(clock::now() - began);
  to.settle();
  const auto after = to.used();
  out.memory_bytes = watching.end();
  out.orders = options.orders;
  out.commands = sending.sent();
  out.used = {.cpu_s = after.cpu_s - before.cpu_s,
              .memory_bytes = after.memory_bytes - before.memory_bytes,
              .disk_bytes = after.disk_bytes - before.disk_bytes};
  out.generator_cpu_s = sending.generator_cpu_s();
  return out;
}

std::string text_of(const run_report& report) {
  const auto orders = static_cast<double>(report.orders);
  const auto ms = [&](double share) {
    return seconds(report.latency.quantile(share)) * 1e3;
  };
  std::string out;
  const auto line = [&out](const char* what, const std::string& value) {
    out += fmt::format("{:<14} {}\n", what, value);
  };
  line("routed",
       fmt::format("{:.0f} orders/s, durable {:.0f}", orders / report.routed_s,
                   orders / report.durable_s));
  line("CPU time", fmt::format("{:.2f} us/order, {:.2f} of them to make it",
                               report.used.cpu_s * 1e6 / orders,
                               report.generator_cpu_s * 1e6 / orders));
  line("disk",
       fmt::format("{:.0f} B/order",
                   static_cast<double>(report.used.disk_bytes) / orders));
  line("memory",
       fmt::format("{:.0f} B/order",
                   static_cast<double>(report.used.memory_bytes) / orders));
  line("answers",
       fmt::format("p50 {:.1f} ms, p90 {:.1f}, p99 {:.1f}, p99.9 {:.1f}, "
                   "longest {:.1f}",
                   ms(0.5), ms(0.9), ms(0.99), ms(0.999),
                   seconds(report.latency.largest()) * 1e3));
  line("commands",
       fmt::format("{}, {} refused, {} overloaded", report.commands,
                   report.answers.refused, report.answers.overloaded));
  if (!report.answers.why.empty()) line("first refusal", report.answers.why);
  if (!report.all_routed)
    line("not routed", report.answers.done == report.commands
                           ? "some orders have no promise"
                           : "the orders that were refused");
  return out;
}

std::string json_of(const run_report& report) {
  const auto orders = static_cast<double>(report.orders);
  const auto s = [&](double share) {
    return seconds(report.latency.quantile(share));
  };
  return nlohmann::ordered_json{
      {"orders", report.orders},
      {"commands", report.commands},
      {"refused", report.answers.refused},
      {"overloaded", report.answers.overloaded},
      {"all_routed", report.all_routed},
      {"orders_routed/s", orders / report.routed_s},
      {"orders_durable/s", orders / report.durable_s},
      {"cpu_us/order", report.used.cpu_s * 1e6 / orders},
      {"generator_cpu_us/order", report.generator_cpu_s * 1e6 / orders},
      {"disk_B/order", static_cast<double>(report.used.disk_bytes) / orders},
      {"memory_B/order",
       static_cast<double>(report.used.memory_bytes) / orders},
      {"answer_p50_s", s(0.5)},
      {"answer_p90_s", s(0.9)},
      {"answer_p99_s", s(0.99)},
      {"answer_p99.9_s", s(0.999)},
      {"answer_longest_s", seconds(report.latency.largest())},
      {"memory_B", report.memory_bytes}}
      .dump();
}

}  // namespace oms::load
