#include "tools/simulation/simulation.hpp"

#include <memory>
#include <numeric>
#include <utility>

#include "actors/engine.hpp"
#include "persistence/memory_store.hpp"
#include "tools/simulation/ledger.hpp"

namespace oms::simulation {

namespace {

// 2026-01-05, a Monday, in the afternoon: the first midnight, when capacities
// begin anew, is a few hours away.
constexpr timestamp beginning{
    std::chrono::sys_days{std::chrono::year{2026} / 1 / 5} +
    std::chrono::hours(15)};

// Checkpoints so often that every run has some, and passivation so soon that
// orders are also woken. A stream of its own, so that the policy does not
// depend on the steps.
checkpoint_policy rhythm_of(std::uint64_t seed) {
  dice random(seed, UINT64_MAX);
  return {.events = static_cast<std::size_t>(random.between(5, 80)),
          .snapshot_events = static_cast<std::size_t>(random.between(2, 30)),
          .sleep_after = std::chrono::seconds(random.chance(70) ? 0 : 60)};
}

class simulation {
 public:
  explicit simulation(const simulation_options& options)
      : options_(options),
        workload_(options.seed),
        rhythm_(rhythm_of(options.seed)),
        book_(std::make_shared<ledger>()) {
    if (options.in_front) in_front_ = options.in_front(store_);
  }

  std::optional<breach> operator()() {
    if (auto wrong = open(beginning)) return wrong;
    simulation_step setup;
    setup.commands = workload_.network();
    if (auto wrong = play(0, setup)) return wrong;
    for (const auto number : options_.steps) {
      auto next = workload_.step(number, *engine_);
      if (auto wrong = play(number, next)) return wrong;
    }
    return std::nullopt;
  }

 private:
  std::optional<breach> open(timestamp now) {
    engine_options how;
    // Another seed after each crash, or the same interleaving would follow each
    // time.
    how.seed = options_.seed + openings_++;
    how.start = now;
    how.checkpoints = rhythm_;
    how.observer = [this](const event& happened) {
      book_->saw(happened);
      if (options_.observer) options_.observer(happened);
    };
    auto opened = engine::open(log(), std::move(how));
    if (!opened)
      // Invariant 8 is about recovery.
      return breach{0, 8, "the store does not open", opened.failure().message};
    engine_ = std::move(*opened);
    engine_->settle();
    return std::nullopt;
  }

  persistence::log_store& log() { return in_front_ ? *in_front_ : store_; }

  // Commands, turns and a crash in the order of the step; then everything comes
  // to rest and is judged.
  std::optional<breach> play(std::size_t number, simulation_step& step) {
    if (options_.on_step) options_.on_step(number, step);
    store_.fail_next_appends(step.refused_appends);
    store_.tables().fail_next_writes(step.refused_appends);
    for (std::size_t i = 0; i < step.commands.size(); ++i) {
      submit(std::move(step.commands[i]));
      if (i < step.turns.size()) engine_->run(step.turns[i]);
    }
    if (step.crash_after)
      if (auto wrong = crash(*step.crash_after)) return wrong;
    engine_->settle();
    // The clock moves while the store may still refuse: deadlines must survive
    // that.
    if (step.passing > duration{})
      engine_->advance_to(engine_->now() + step.passing);
    // The store accepts writes again, so that the engine comes to rest.
    store_.fail_next_appends(0);
    store_.tables().fail_next_writes(0);
    engine_->settle();
    return judge(number);
  }

  void submit(command given) {
    const auto number = book_->asked(given);
    // Shared, because the callback may outlive this engine: a crash drops it
    // without an answer.
    engine_->submit({std::move(given)},
                    [book = book_, number](std::vector<answer> got) {
                      book->answered(number, got.front());
                    });
  }

  std::optional<breach> crash(std::size_t after) {
    engine_->run(after);
    const auto now = engine_->now();
    // Before the engine goes: an answer that comes from here on is a mistake.
    book_->went_down();
    engine_.reset();
    return open(now);
  }

  std::optional<breach> judge(std::size_t number) {
    auto found = engine_->check_invariants();
    // The invariants first: where they are broken, the ledger differs as well,
    // and says less about the cause.
    if (found.empty()) found = book_->check(*engine_, log());
    if (found.empty()) return std::nullopt;
    auto& first = found.front();
    return breach{number, first.invariant, std::move(first.where),
                  std::move(first.what)};
  }

  const simulation_options& options_;
  workload workload_;
  checkpoint_policy rhythm_;
  std::shared_ptr<ledger> book_;
  persistence::memory_store store_;
  std::unique_ptr<persistence::log_store> in_front_;
  std::uint64_t openings_ = 0;
  std::unique_ptr<engine> engine_;
};

}  // namespace

std::vector<std::size_t> first_steps(std::size_t count) {
  std::vector<std::size_t> steps(count);
  std::iota(steps.begin(), steps.end(), std::size_t{1});
  return steps;
}

std::optional<breach> simulate(const simulation_options& options) {
  return simulation(options)();
}

}  // namespace oms::simulation
