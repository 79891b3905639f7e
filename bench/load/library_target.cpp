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

// Queries wait for their answers. A multiple of the number of subjects, which
// are asked about in turn: none waits for another, which may take longer.
constexpr std::size_t reader_threads = 32;

outcome outcome_of(const std::vector<answer>& answers) {
  outcome out;
  out.done.reserve(answers.size());
  for (std::size_t i = 0; i < answers.size(); ++i)
    add_answer(out, i, answers[i] ? nullptr : &answers[i].failure());
  return out;
}

template <class Result>
void reply(const Result& got, const target::replied& done) {
  done(got ? nullptr : &got.failure());
}

void answer_question(engine& by, const question& what,
                     const target::replied& done) {
  constexpr std::size_t page = 50;
  switch (what.about) {
    case question::subject::order:
      return reply(by.order(what.order), done);
    case question::subject::timeline:
      return reply(by.order_timeline(what.order), done);
    case question::subject::list: {
      order_filter filter;
      filter.brand = what.order.brand;
      filter.customer = what.customer;
      return reply(by.list(filter, "", page), done);
    }
    case question::subject::stock:
      return reply(by.stock_of(what.sku), done);
  }
}

}  // namespace

checkpoint_policy no_checkpoints() {
  checkpoint_policy out;
  out.events = SIZE_MAX;
  out.interval = 1h;
  return out;
}

library_target::library_target() : readers_(reader_threads) {}

result<std::unique_ptr<library_target>> library_target::open(
    const std::string& folder, const checkpoint_policy& checkpoints) {
  std::unique_ptr<library_target> out(new library_target);
  auto store = persistence::open_lmdb_store(folder);
  if (!store) return store.failure();
  out->folder_ = folder;
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

void library_target::ask(const question& what, replied done) {
  readers_.add(asked_++, [this, what, done = std::move(done)](std::size_t) {
    answer_question(*engine_, what, done);
  });
}

std::optional<target::clock::time_point> library_target::wait_until_routed(
    std::int64_t units) {
  auto last = units_promised_.load();
  auto since = clock::now();
  while (units_promised_ < units && clock::now() - since < patience) {
    std::this_thread::sleep_for(1ms);
    const auto now = units_promised_.load();
    if (now != last) since = clock::now();
    last = now;
  }
  if (units_promised_ < units) return {};
  return clock::now();
}

void library_target::settle() {
  engine_->settle();
  (void)engine_->checkpoint();
}

std::optional<usage> library_target::used() {
  return usage{.cpu_s = bench::cpu_seconds(),
               .memory_bytes = bench::own_memory_bytes(),
               .disk_bytes = bench::disk_bytes_of(folder_)};
}

}  // namespace oms::load
