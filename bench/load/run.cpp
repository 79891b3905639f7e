#include "bench/load/run.hpp"

#include <fmt/core.h>

#include <time.h>
#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
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
  void add(call kind, clock::duration latency, const outcome& got) {
    const std::lock_guard lock(mutex_);
    landed_ += got.commands();
    answers_.done += got.done.size();
    answers_.refused += got.refused;
    answers_.overloaded += got.overloaded;
    if (answers_.why.empty()) answers_.why = got.why;
    if (kind == call::pick) {
      early_ += got.early.size();
    } else if (!got.early.empty()) {
      // Whatever else comes too early should not have been sent.
      answers_.refused += got.early.size();
      if (answers_.why.empty()) answers_.why = got.why_early;
    }
    // A refusal for overload is quick, and no order was placed.
    if (const auto done = got.done.size(); done > 0) {
      latency_.add(latency, done);
      latency_of_[index(kind)].add(latency, done);
    }
    changed_.notify_all();
  }
  void add_reply(call kind, clock::duration latency, const error* failure) {
    const std::lock_guard lock(mutex_);
    ++questions_;
    if (failure == nullptr) {
      latency_of_[index(kind)].add(latency);
    } else {
      ++questions_failed_;
      if (answers_.why.empty()) answers_.why = failure->message;
    }
    changed_.notify_all();
  }
  void wait_for(std::size_t commands) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return landed_ >= commands; });
  }
  void wait_for_replies(std::size_t questions) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return questions_ >= questions; });
  }
  [[nodiscard]] std::size_t landed() {
    const std::lock_guard lock(mutex_);
    return landed_;
  }
  /// When everything has landed.
  void show(run_report& out) {
    const std::lock_guard lock(mutex_);
    out.answers = answers_;
    out.latency = latency_;
    out.latency_of = latency_of_;
    out.questions = questions_;
    out.questions_failed = questions_failed_;
    out.early = early_;
  }

 private:
  static std::size_t index(call kind) { return static_cast<std::size_t>(kind); }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t landed_ = 0;
  std::size_t early_ = 0;
  std::size_t questions_ = 0;
  std::size_t questions_failed_ = 0;
  tally answers_;
  histogram latency_;
  std::array<histogram, call_count> latency_of_;
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
      const auto used = of_.used();
      if (used) memory_.push_back(used->memory_bytes);
      const auto now = landed_.landed();
      if (progress_ != nullptr)
        fmt::print(
            progress_, "{}{:5.0f} s  {:>12} answered  {:>9}/s{}{}",
            text::is_terminal(progress_) ? "\r\x1b[K" : "",
            seconds(clock::now() - began), now, now - before,
            used ? fmt::format("  {:>6} MB", used->memory_bytes >> 20U) : "",
            text::is_terminal(progress_) ? "" : "\n");
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
  virtual ~sender() = default;
  sender(const sender&) = delete;
  sender& operator=(const sender&) = delete;

  /// Returns when everything is answered.
  virtual void send(std::size_t orders, double rate) {
    const auto began = clock::now();
    for (std::size_t made = 0; made < orders; made += options_.batch) {
      const auto size = std::min(options_.batch, orders - made);
      auto batch = make([&] { return work_.next_batch(size); });
      if (rate > 0) {
        const auto due = due_at(began, made, rate);
        std::this_thread::sleep_until(due);
        send_one(call::place, std::move(batch), due);
      } else {
        const auto room = std::max(options_.in_flight, batch.size());
        const auto after = sent_ + batch.size();
        if (after > room) landed_.wait_for(after - room);
        send_one(call::place, std::move(batch), clock::now());
      }
    }
    auto last = make([&] { return work_.last_batch(); });
    // They follow from orders that must have been placed.
    landed_.wait_for(sent_);
    if (!last.empty()) send_one(call::place, std::move(last), clock::now());
    landed_.wait_for(sent_);
  }

  [[nodiscard]] std::size_t sent() const { return sent_; }
  [[nodiscard]] double generator_cpu_s() const { return generator_cpu_s_; }

 protected:
  template <class Make>
  std::vector<command> make(Make make_batch) {
    const auto before = thread_cpu_s();
    auto batch = make_batch();
    generator_cpu_s_ += thread_cpu_s() - before;
    return batch;
  }
  static clock::time_point due_at(clock::time_point began, std::size_t made,
                                  double rate) {
    return began +
           std::chrono::duration_cast<clock::duration>(
               std::chrono::duration<double>(static_cast<double>(made) / rate));
  }
  void send_one(call kind, std::vector<command> batch,
                clock::time_point since) {
    sent_ += batch.size();
    to_.submit(std::move(batch),
               [&landed = landed_, kind, since](const outcome& got) {
                 landed.add(kind, clock::now() - since, got);
               });
  }

  target& to_;
  bench::workload& work_;
  const run_options& options_;
  landing& landed_;
  std::size_t sent_ = 0;

 private:
  double generator_cpu_s_ = 0;
};

// Orders go through their whole life. What an answer allows next is sent with
// the next tick, of which there is one per batch of new orders.
class lifecycle_sender final : public sender {
 public:
  using sender::sender;

  void send(std::size_t orders, double rate) override {
    const auto began = clock::now();
    for (std::size_t made = 0; made < orders; made += options_.batch) {
      const auto size = std::min(options_.batch, orders - made);
      if (rate > 0) {
        const auto due = due_at(began, made, rate);
        go_on_until(due);
        place(size, due);
      } else {
        const auto room = std::max(options_.in_flight, size);
        if (!go_on([&] { return made + size - ended() <= room; })) break;
        place(size, clock::now());
      }
      send_ready(clock::now());
    }
    go_on([&] { return ended() >= orders; });
    // Nothing refers to this when it is gone.
    landed_.wait_for(sent_);
  }

  [[nodiscard]] std::size_t delivered() {
    const std::lock_guard lock(mutex_);
    return delivered_;
  }

 private:
  // An order that is not routed yet is asked about again after this.
  static constexpr auto retry_after = 50ms;
  static constexpr auto tick = 2ms;
  static constexpr auto patience = 20s;

  using keys = std::vector<order_key>;

  struct delayed {
    clock::time_point from;
    keys which;
  };

  static command command_of(call kind, const order_key& order) {
    const shipment_id shipment{order.id.value + "-1"};
    switch (kind) {
      case call::pay:
        return {record_payment{.order = order, .amount = {}, .reference = "p"},
                actor_name{"shop"},
                {}};
      case call::deliver: {
        track_shipment news{.order = order, .shipment = shipment, .source = {}};
        news.news = tracking_status::delivered;
        return {std::move(news), actor_name{"carrier"}, {}};
      }
      default: {
        // One location serves each order of the bare mix.
        work_fulfillment work{.order = order};
        work.fulfillment = fulfillment_id{"1"};
        work.action = kind == call::pick ? fulfillment_action::pick
                                         : fulfillment_action::ship;
        if (kind == call::ship) {
          work.shipment = shipment;
          work.carrier = "post";
        }
        return {std::move(work), actor_name{"warehouse"}, {}};
      }
    }
  }

  void place(std::size_t size, clock::time_point due) {
    keys which;
    auto batch = make([&] {
      auto made = work_.next_batch(size);
      for (auto& each : made)
        if (auto* placing = std::get_if<place_order>(&each.body)) {
          placing->body.payment.reset();
          which.push_back(placing->order);
        }
      return made;
    });
    send_kind(call::place, std::move(which), std::move(batch), due);
  }

  void send_kind(call kind, keys which, std::vector<command> batch,
                 clock::time_point since) {
    sent_ += batch.size();
    const auto of = std::make_shared<keys>(std::move(which));
    to_.submit(std::move(batch), [this, kind, of, since](const outcome& got) {
      follow(kind, *of, got);
      // The last, because the sender may go once everything has landed.
      landed_.add(kind, clock::now() - since, got);
    });
  }

  void follow(call kind, const keys& which, const outcome& got) {
    const std::lock_guard lock(mutex_);
    done_ += got.done.size();
    ended_ += got.refused + got.overloaded;
    keys late;
    for (const auto place : got.early) {
      if (kind == call::pick)
        late.push_back(which[place]);
      else
        ++ended_;
    }
    if (!late.empty())
      early_.push_back({clock::now() + retry_after, std::move(late)});
    if (kind == call::deliver) {
      delivered_ += got.done.size();
      ended_ += got.done.size();
      return;
    }
    auto& next = ready_[static_cast<std::size_t>(kind) + 1];
    for (const auto place : got.done) next.push_back(which[place]);
  }

  [[nodiscard]] std::size_t ended() {
    const std::lock_guard lock(mutex_);
    return ended_;
  }
  [[nodiscard]] std::size_t done() {
    const std::lock_guard lock(mutex_);
    return done_;
  }

  // Until it is reached; false if nothing was done for too long.
  template <class Reached>
  bool go_on(Reached is_reached) {
    auto before = done();
    auto since = clock::now();
    while (!is_reached()) {
      if (clock::now() - since > patience) return false;
      pause();
      const auto now = done();
      if (now != before) since = clock::now();
      before = now;
    }
    return true;
  }

  // Between two batches of new orders.
  void pause() {
    std::this_thread::sleep_for(tick);
    send_ready(clock::now());
  }
  void go_on_until(clock::time_point due) {
    while (clock::now() + tick < due) pause();
    std::this_thread::sleep_until(due);
  }

  void send_ready(clock::time_point since) {
    std::array<keys, call_count> ready;
    {
      const std::lock_guard lock(mutex_);
      std::swap(ready, ready_);
      const auto now = clock::now();
      auto& picks = ready[static_cast<std::size_t>(call::pick)];
      while (!early_.empty() && early_.front().from <= now) {
        auto& again = early_.front().which;
        picks.insert(picks.end(), again.begin(), again.end());
        early_.pop_front();
      }
    }
    for (const auto kind : {call::pay, call::pick, call::ship, call::deliver}) {
      auto& which = ready[static_cast<std::size_t>(kind)];
      if (which.empty()) continue;
      auto batch = make([&] {
        std::vector<command> made;
        made.reserve(which.size());
        for (const auto& each : which) made.push_back(command_of(kind, each));
        return made;
      });
      send_kind(kind, std::move(which), std::move(batch), since);
    }
  }

  std::mutex mutex_;
  /// What may be sent, by kind.
  std::array<keys, call_count> ready_;
  std::deque<delayed> early_;
  std::size_t done_ = 0;
  std::size_t delivered_ = 0;
  /// Delivered, or refused.
  std::size_t ended_ = 0;
};

// Asks at a fixed rate until it is stopped; latencies count from the intended
// time. It asks for orders of the warm-up, which are all answered.
class reader {
 public:
  reader(target& to, const bench::workload& work, landing& landed,
         std::size_t orders_before, double rate)
      : to_(to),
        work_(work),
        landed_(landed),
        orders_before_(orders_before),
        rate_(rate),
        thread_([this] { go_on(); }) {}
  reader(const reader&) = delete;
  reader& operator=(const reader&) = delete;
  ~reader() { end(); }

  /// Waits for the answers.
  void end() {
    if (!thread_.joinable()) return;
    stop_ = true;
    thread_.join();
    landed_.wait_for_replies(asked_);
  }

 private:
  void go_on() {
    const auto began = clock::now();
    std::minstd_rand random(1);
    // Each subject once, however short the run.
    const auto may_end = [&] { return stop_ && asked_ >= subjects.size(); };
    while (!may_end()) {
      const auto due = began + std::chrono::duration_cast<clock::duration>(
                                   std::chrono::duration<double>(
                                       static_cast<double>(asked_) / rate_));
      // A low rate must not delay the end.
      while (!may_end() && clock::now() + 50ms < due)
        std::this_thread::sleep_for(50ms);
      if (may_end()) return;
      std::this_thread::sleep_until(due);
      ask_one(due, random);
    }
  }

  static constexpr std::array subjects{
      question::subject::order, question::subject::timeline,
      question::subject::list, question::subject::stock};
  static constexpr std::array kinds{call::read_order, call::read_timeline,
                                    call::read_list, call::read_stock};

  void ask_one(clock::time_point due, std::minstd_rand& random) {
    const auto which = asked_++ % subjects.size();
    const question what{
        .about = subjects[which],
        .order = bench::order_named(1 + random() % orders_before_),
        .customer = bench::customer_named(random() % bench::customers),
        .sku = work_.some_sku(random())};
    to_.ask(what, [&landed = landed_, kind = kinds[which],
                   due](const error* failure) {
      landed.add_reply(kind, clock::now() - due, failure);
    });
  }

  target& to_;
  const bench::workload& work_;
  landing& landed_;
  std::size_t orders_before_;
  double rate_;
  std::size_t asked_ = 0;
  std::atomic<bool> stop_{false};
  std::thread thread_;
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
    to.submit(std::move(batch), [&landed](const outcome& got) {
      landed.add(call::place, {}, got);
    });
    landed.wait_for(size);
    run_report report;
    landed.show(report);
    if (report.answers.done != size)
      throw std::runtime_error("the network can't be set up: " +
                               report.answers.why);
  }
}

std::map<std::string, work_kind> work_names() {
  return {{"placement", work_kind::placement},
          {"lifecycle", work_kind::lifecycle},
          {"reads", work_kind::reads}};
}

bool is_good(const run_report& report) {
  return report.is_complete && report.questions_failed == 0;
}

namespace {

// How many orders came to their end, and when: routed, or delivered.
struct progress_made {
  bool is_complete = false;
  clock::time_point ended;
};

progress_made send_all(target& to, bench::workload& work,
                       const run_options& options, landing& landed,
                       std::size_t orders, double rate, run_report& out) {
  const auto began = clock::now();
  const auto finish = [&](const sender& by) {
    out.durable_s = seconds(clock::now() - began);
    out.commands = by.sent();
    out.generator_cpu_s = by.generator_cpu_s();
    landed.show(out);
  };
  if (options.work == work_kind::lifecycle) {
    lifecycle_sender sending(to, work, options, landed);
    sending.send(orders, rate);
    const auto ended = clock::now();
    finish(sending);
    return {sending.delivered() == orders, ended};
  }
  sender sending(to, work, options, landed);
  sending.send(orders, rate);
  finish(sending);
  // Units of refused orders will never be promised.
  if (out.answers.done != out.commands) return {false, clock::now()};
  const auto routed = to.wait_until_routed(units_to_route(work));
  return {routed.has_value(), routed.value_or(clock::now())};
}

}  // namespace

run_report run(target& to, bench::workload& work, const run_options& options,
               std::FILE* progress) {
  if (options.warm_up > 0) {
    landing landed;
    run_report ignored;
    const auto reached =
        send_all(to, work, options, landed, options.warm_up, 0, ignored);
    if (!reached.is_complete)
      throw std::runtime_error(
          "the warm-up did not come to its end" +
          (ignored.answers.why.empty() ? "" : ": " + ignored.answers.why));
  }
  to.settle();
  const auto before = to.used();
  landing landed;
  watch watching(to, landed, progress);
  std::optional<reader> reading;
  if (options.work == work_kind::reads)
    reading.emplace(to, work, landed, options.warm_up, options.read_rate);
  run_report out;
  const auto began = clock::now();
  const auto reached =
      send_all(to, work, options, landed, options.orders, options.rate, out);
  out.routed_s = seconds(reached.ended - began);
  out.is_complete = reached.is_complete;
  if (reading) reading->end();
  landed.show(out);
  to.settle();
  out.used = to.used();
  out.memory_bytes = watching.end();
  out.orders = options.orders;
  out.work = options.work;
  out.is_own_process = to.is_own_process();
  if (out.used && before) {
    out.used->cpu_s -= before->cpu_s;
    out.used->memory_bytes -= before->memory_bytes;
    out.used->disk_bytes -= before->disk_bytes;
  }
  return out;
}

namespace {

std::string percentiles(const histogram& of) {
  const auto ms = [&](double share) {
    return seconds(of.quantile(share)) * 1e3;
  };
  return fmt::format(
      "p50 {:.1f} ms, p90 {:.1f}, p99 {:.1f}, p99.9 {:.1f}, longest {:.1f}",
      ms(0.5), ms(0.9), ms(0.99), ms(0.999), seconds(of.largest()) * 1e3);
}

std::string why_incomplete(const run_report& report) {
  if (report.answers.done + report.early != report.commands)
    return "the orders that were refused";
  return report.work == work_kind::lifecycle ? "some orders were not delivered"
                                             : "some orders have no promise";
}

}  // namespace

std::string text_of(const run_report& report) {
  const auto orders = static_cast<double>(report.orders);
  const bool is_lifecycle = report.work == work_kind::lifecycle;
  std::string out;
  const auto line = [&out](const char* what, const std::string& value) {
    out += fmt::format("{:<14} {}\n", what, value);
  };
  if (is_lifecycle)
    line("delivered", fmt::format("{:.0f} orders/s, {} commands each",
                                  orders / report.routed_s, 5));
  else
    line("routed",
         fmt::format("{:.0f} orders/s, durable {:.0f}",
                     orders / report.routed_s, orders / report.durable_s));
  if (const auto& used = report.used) {
    line("CPU time",
         fmt::format("{:.2f} us/order{}", used->cpu_s * 1e6 / orders,
                     report.is_own_process
                         ? fmt::format(", {:.2f} of them to make it",
                                       report.generator_cpu_s * 1e6 / orders)
                         : " in omsd"));
    line("disk", fmt::format("{:.0f} B/order",
                             static_cast<double>(used->disk_bytes) / orders));
    line("memory",
         fmt::format("{:.0f} B/order",
                     static_cast<double>(used->memory_bytes) / orders));
  }
  line("answers", percentiles(report.latency));
  if (report.work != work_kind::placement)
    for (std::size_t i = 0; i < call_count; ++i)
      if (report.latency_of[i].count() > 0)
        line((std::string("  ") + call_names[i]).c_str(),
             percentiles(report.latency_of[i]));
  line("commands",
       fmt::format(
           "{}, {} refused, {} overloaded{}", report.commands,
           report.answers.refused, report.answers.overloaded,
           is_lifecycle ? fmt::format(", {} too early", report.early) : ""));
  if (report.work == work_kind::reads)
    line("questions", fmt::format("{}, {} failed", report.questions,
                                  report.questions_failed));
  if (!report.answers.why.empty()) line("first refusal", report.answers.why);
  if (!report.is_complete)
    line(is_lifecycle ? "not delivered" : "not routed", why_incomplete(report));
  return out;
}

std::string json_of(const run_report& report) {
  const auto orders = static_cast<double>(report.orders);
  const auto s = [](const histogram& of, double share) {
    return seconds(of.quantile(share));
  };
  nlohmann::ordered_json out{{"orders", report.orders},
                             {"commands", report.commands},
                             {"refused", report.answers.refused},
                             {"overloaded", report.answers.overloaded}};
  if (report.work == work_kind::lifecycle) {
    out["early"] = report.early;
    out["all_delivered"] = report.is_complete;
    out["orders_delivered/s"] = orders / report.routed_s;
  } else {
    out["all_routed"] = report.is_complete;
    out["orders_routed/s"] = orders / report.routed_s;
    out["orders_durable/s"] = orders / report.durable_s;
  }
  if (const auto& used = report.used) {
    out["cpu_us/order"] = used->cpu_s * 1e6 / orders;
    out["disk_B/order"] = static_cast<double>(used->disk_bytes) / orders;
    out["memory_B/order"] = static_cast<double>(used->memory_bytes) / orders;
  }
  out["generator_cpu_us/order"] = report.generator_cpu_s * 1e6 / orders;
  const auto add = [&](const std::string& name, const histogram& of) {
    out[name + "_p50_s"] = s(of, 0.5);
    out[name + "_p90_s"] = s(of, 0.9);
    out[name + "_p99_s"] = s(of, 0.99);
    out[name + "_p99.9_s"] = s(of, 0.999);
    out[name + "_longest_s"] = seconds(of.largest());
  };
  add("answer", report.latency);
  if (report.work != work_kind::placement)
    for (std::size_t i = 0; i < call_count; ++i)
      if (report.latency_of[i].count() > 0)
        add(call_names[i], report.latency_of[i]);
  if (report.work == work_kind::reads) {
    out["questions"] = report.questions;
    out["questions_failed"] = report.questions_failed;
  }
  if (report.used) out["memory_B"] = report.memory_bytes;
  return out.dump();
}

}  // namespace oms::load
