#include "tools/omsctl/whatif/replanning.hpp"

#include <memory>
#include <utility>

#include "actors/engine.hpp"
#include "persistence/memory_store.hpp"
#include "tools/json/names.hpp"
#include "tools/omsctl/whatif/plan_totals.hpp"

namespace oms::omsctl {

namespace {

// It decides which actor runs next, and so who gets the last unit. Any would
// do, but both plans of a comparison must have the same.
constexpr std::uint64_t seed = 1;

// The engine runs in memory under simulated time: each command has all its
// consequences before the next one is given. `execute` returns at rest.
class run {
 public:
  run(const history_span& played, const replanning_options& options)
      : played_(played), options_(options) {}

  result<planned_window> operator()() {
    engine_options options;
    options.seed = seed;
    options.start = played_.begin;
    options.observer = [this](const event& e) { seen_.add(e); };
    auto opened = engine::open(store_, std::move(options));
    if (!opened) return opened.failure();
    engine_ = std::move(*opened);
    engine_->settle();
    if (auto set = set_up(); !set) return set.failure();
    std::size_t count = 0;
    for (const auto& next : played_.commands) {
      if (options_.progress) options_.progress(++count);
      if (is_replaced(next.body)) continue;
      // Times of different entities may cross by moments; the clock does not go
      // back.
      if (next.time > engine_->now()) engine_->advance_to(next.time);
      give(next.body);
    }
    auto out = seen_.sum();
    out.refused = std::move(refused_);
    return out;
  }

 private:
  // The network was accepted when it was recorded, so a refusal of it is
  // counted like one of any command. Rules come from a file: if they were
  // refused, the comparison would show others than those asked for, so it ends.
  status set_up() {
    for (const auto& body : played_.setup) give(body);
    auto rules = played_.rules;
    for (const auto& [brand, given] : options_.rules) rules[brand] = given;
    for (const auto& [brand, of_brand] : rules) {
      const auto done_so = engine_->execute(
          command{set_routing{of_brand}, actor_name{"whatif"}, ""});
      if (!done_so) return done_so.failure();
    }
    return done{};
  }

  // A recorded change of rules of a brand that the file has rules for: they
  // hold for the whole span.
  [[nodiscard]] bool is_replaced(const command_body& body) const {
    const auto* set = std::get_if<set_routing>(&body);
    return set != nullptr && options_.rules.contains(set->rules.brand);
  }

  // Under other rules a recorded command may not fit any more. That is a
  // result, not a fault: it is counted by reason and shown.
  void give(const command_body& body) {
    const auto done_so =
        engine_->execute(command{body, actor_name{"whatif"}, ""});
    if (!done_so)
      ++refused_[std::string(json::name_of(done_so.failure().code))];
  }

  const history_span& played_;
  const replanning_options& options_;
  plan_totals seen_;
  std::map<std::string, std::uint64_t> refused_;
  persistence::memory_store store_;
  std::unique_ptr<engine> engine_;
};

}  // namespace

result<planned_window> plan_again(const history_span& played,
                                  const replanning_options& options) {
  return run(played, options)();
}

}  // namespace oms::omsctl
