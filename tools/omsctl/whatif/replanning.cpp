#include "tools/omsctl/whatif/replanning.hpp"

#include <memory>
#include <utility>

#include "actors/engine.hpp"
#include "persistence/memory_store.hpp"
#include "tools/json/names.hpp"
#include "tools/omsctl/whatif/plan_totals.hpp"

namespace oms::omsctl {

namespace {

/// Any would do; this one is always taken.
constexpr std::uint64_t seed = 1;

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
      if (next.time > engine_->now()) engine_->advance_to(next.time);
      give(next.body);
    }
    auto out = seen_.sum();
    out.refused = std::move(refused_);
    return out;
  }

 private:
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

  /// A recorded change of rules that others have taken the place of.
  [[nodiscard]] bool is_replaced(const command_body& body) const {
    const auto* set = std::get_if<set_routing>(&body);
    return set != nullptr && options_.rules.contains(set->rules.brand);
  }

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
