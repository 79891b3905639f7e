#include "tools/scenario/runner.hpp"

#include <fmt/core.h>

#include <memory>
#include <random>
#include <utility>
#include <vector>

#include "actors/engine.hpp"
#include "persistence/memory_store.hpp"
#include "tools/json/names.hpp"
#include "tools/scenario/check.hpp"
#include "tools/scenario/expect.hpp"

namespace oms::scenario {

namespace {

std::string text_of(const error& failure) {
  std::string out = fmt::format("refused with {}", json::name_of(failure.code));
  if (!failure.message.empty()) out += ": " + failure.message;
  for (const fault& one : failure.faults) {
    out += fmt::format("; {} {}", one.path, one.message);
  }
  return out;
}

std::string text_of(const answer& got) {
  return got ? "done" : text_of(got.failure());
}

// Whether a command was answered as its step says.
// `fails` must be refused with that code, `mayFail` may be; anything else must
// succeed.
std::optional<mismatch> judge(const step& asked, const answer& got) {
  if (asked.fails) {
    if (!got && got.failure().code == *asked.fails) return std::nullopt;
    return mismatch{"",
                    fmt::format("refused with {}", json::name_of(*asked.fails)),
                    text_of(got)};
  }
  if (got || got.failure().code == asked.may_fail) return std::nullopt;
  return mismatch{"", "done", text_of(got)};
}

class scenario_run {
 public:
  scenario_run(const scenario& played, const run_options& options)
      : played_(played), options_(options), random_(options.seed) {}

  std::optional<failure> operator()() {
    if (auto wrong = open(played_.start)) {
      return failure{"setup", "open", *wrong};
    }
    if (auto failed = set_up()) return failed;
    for (const step& next : played_.steps) {
      if (auto wrong = perform(next)) {
        return failure{next.path, next.verb, *wrong};
      }
    }
    return std::nullopt;
  }

 private:
  // The same store after a crash: opening it is the recovery.
  std::optional<mismatch> open(timestamp now) {
    engine_options options;
    options.seed = options_.seed;
    options.start = now;
    options.observer = options_.observer;
    auto opened = engine::open(store_, std::move(options));
    if (!opened) {
      return mismatch{"", "the engine to open", text_of(opened.failure())};
    }
    engine_ = std::move(*opened);
    engine_->settle();
    return std::nullopt;
  }

  // --- setup ---------------------------------------------------------------

  // Each definition is settled before the next, so that a fault is that of its
  // row.
  std::optional<failure> define(std::string place, command_body body) {
    const auto got =
        engine_->execute(command{std::move(body), actor_name{"setup"}, place});
    engine_->settle();
    if (got) return std::nullopt;
    return failure{std::move(place), "setup", {"", "done", text_of(got)}};
  }

  std::optional<failure> set_up() {
    std::vector<std::pair<std::string, command_body>> wanted;
    const auto add = [&wanted](const char* list, std::size_t index,
                               command_body body) {
      wanted.emplace_back(fmt::format("{}[{}]", list, index), std::move(body));
    };
    const auto& network = played_.network;
    for (std::size_t i = 0; i < network.locations.size(); ++i) {
      add("locations", i, define_location{network.locations[i]});
    }
    for (std::size_t i = 0; i < network.suppliers.size(); ++i) {
      add("suppliers", i, define_supplier{network.suppliers[i]});
    }
    for (std::size_t i = 0; i < network.products.size(); ++i) {
      add("products", i, define_product{network.products[i]});
    }
    for (std::size_t i = 0; i < network.routing.size(); ++i) {
      add("routing", i, set_routing{network.routing[i]});
    }
    for (std::size_t i = 0; i < network.stock.size(); ++i) {
      const json::stock_level& level = network.stock[i];
      const quantity held_back = level.safety_stock.value_or(quantity{});
      if (held_back != quantity{}) {
        add("stock", i, set_safety_stock{level.location, level.sku, held_back});
      }
      if (level.on_hand != quantity{}) {
        // A reference of its own for each, because the same one counts once.
        add("stock", i,
            json::opening_stock(level, fmt::format("initial-{}", i)));
      }
    }
    for (auto& [place, body] : wanted) {
      if (auto failed = define(std::move(place), std::move(body))) {
        return failed;
      }
    }
    return std::nullopt;
  }

  // --- steps ---------------------------------------------------------------

  std::optional<mismatch> perform(const step& next) {
    auto wrong = std::visit(
        [this, &next](const auto& action) { return act(next, action); },
        next.action);
    if (wrong || std::holds_alternative<expectation>(next.action)) {
      return wrong;
    }
    // An expectation changes nothing, so only other steps need the check.
    return compare_invariants(engine_->check_invariants());
  }

  std::optional<mismatch> act(const step&, const expectation& expected) {
    return check(*engine_, expected, last_);
  }

  std::optional<mismatch> act(const step& asked, const command_body& body) {
    const auto events_before = store_.stats().last;
    // The hash takes the whole state, so it is computed only where it is
    // compared.
    const auto state_before =
        asked.fails ? engine_->state_hash() : std::string{};
    const auto got = engine_->execute(to_command(asked, body));
    engine_->settle();
    remember(got);
    if (auto wrong = judge(asked, got)) return wrong;
    if (!asked.fails) return std::nullopt;
    const auto events = store_.stats().last - events_before;
    // Nothing in the log, and nothing in memory either: a refusal that changes
    // an actor without an event would be lost at the next crash.
    if (events != 0 || engine_->state_hash() != state_before) {
      return mismatch{
          "", "refused without a change",
          fmt::format("refused, but {} events were recorded", events)};
    }
    return std::nullopt;
  }

  std::optional<mismatch> act(const step& asked, const about_event& about) {
    return act(asked, command_about(about));
  }

  std::optional<mismatch> act(const step& asked, const cart& wanted) {
    const auto events_before = store_.stats().last;
    if (auto wrong = judge(asked, quoted(wanted))) return wrong;
    if (store_.stats().last == events_before) return std::nullopt;
    return mismatch{"", "a quote without a change", "events were recorded"};
  }

  // As an answer, for what is expected of it.
  [[nodiscard]] answer quoted(const cart& wanted) const {
    const auto got = engine_->quote(wanted);
    return got ? answer{receipt{}} : answer{got.failure()};
  }

  // Read in the log and not asked of the engine, which would go on by that.
  [[nodiscard]] command_body command_about(const about_event& about) const {
    sequence newest = 0;
    const auto read = store_.scan(1, [&](const event& each) {
      if (each.entity == about.entity && is_named(about, each.body))
        newest = each.at;
      return true;
    });
    auto body = about.body;
    if (!read) return body;
    if (auto* delivered = std::get_if<deliver_notification>(&body))
      delivered->notification = newest;
    if (auto* seen = std::get_if<acknowledge_alert>(&body))
      seen->alert = newest;
    return body;
  }

  static bool is_named(const about_event& about, const event_body& body) {
    if (const auto* told = std::get_if<notification_recorded>(&body))
      return told->kind == about.kind &&
             std::holds_alternative<deliver_notification>(about.body);
    const auto* alert = std::get_if<alert_raised>(&body);
    return alert != nullptr && alert->kind == about.kind &&
           (!about.sku || is_about(alert->subject, about.sku->value));
  }

  // The form is wrong, so the API would refuse it before it reaches the engine.
  std::optional<mismatch> act(const step& asked, const malformed& wrong) {
    return judge(asked, error{error_code::invalid, "", wrong.faults});
  }

  std::optional<mismatch> act(const step&, const advance& clock) {
    engine_->advance_to(engine_->now() + clock.by);
    engine_->settle();
    return std::nullopt;
  }

  std::optional<mismatch> act(const step&, const crash&) {
    // The clock goes on, as after a real crash.
    const timestamp now = engine_->now();
    engine_.reset();
    return open(now);
  }

  std::optional<mismatch> act(const step&, const together& at_once) {
    // Shared with the callbacks: after a crash, those of the old engine may
    // still exist, and are never called.
    const auto answers = std::make_shared<std::vector<std::optional<answer>>>(
        at_once.steps.size());
    // All commands are submitted before the engine takes a turn, so the seed
    // decides how they interleave. The clock moves, and the crash strikes,
    // while they do.
    duration passing{};
    bool crashes = false;
    const auto submit = [&](std::size_t i, const command_body& body) {
      engine_->submit({to_command(at_once.steps[i], body)},
                      [answers, i](std::vector<answer> got) {
                        (*answers)[i] = std::move(got.front());
                      });
    };
    for (std::size_t i = 0; i < at_once.steps.size(); ++i) {
      const step& asked = at_once.steps[i];
      if (const auto* body = std::get_if<command_body>(&asked.action)) {
        submit(i, *body);
      } else if (const auto* about = std::get_if<about_event>(&asked.action)) {
        submit(i, command_about(*about));
      } else if (const auto* wanted = std::get_if<cart>(&asked.action)) {
        (*answers)[i] = quoted(*wanted);
      } else if (const auto* wrong = std::get_if<malformed>(&asked.action)) {
        (*answers)[i] = error{error_code::invalid, "", wrong->faults};
      } else if (const auto* clock = std::get_if<advance>(&asked.action)) {
        passing += clock->by;
      } else {
        crashes = true;
      }
    }
    if (auto wrong = run_through(passing, crashes)) return wrong;
    return judge_all(at_once.steps, *answers, crashes);
  }

  std::optional<mismatch> run_through(duration passing, bool crashes) {
    const timestamp until = engine_->now() + passing;
    if (crashes) {
      // The answers of before the crash count; commands that had none then may
      // have had an effect or not.
      run_some_turns();
      engine_.reset();
      if (auto wrong = open(until - passing)) return wrong;
    }
    if (passing > duration{}) engine_->advance_to(until);
    engine_->settle();
    return std::nullopt;
  }

  // Where a crash strikes: before everything, after everything, or after a
  // number of turns. Each magnitude of it is as likely as any other, so the few
  // early turns are hit as often as the many later ones.
  void run_some_turns() {
    const auto choice = random_() % 8;
    if (choice == 0) return;
    if (choice == 1) return engine_->settle();
    const auto magnitude = std::uint64_t{1} << (random_() % 12);
    engine_->run(1 + random_() % magnitude);
  }

  std::optional<mismatch> judge_all(
      const std::vector<step>& steps,
      const std::vector<std::optional<answer>>& answers, bool crashed) {
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const step& asked = steps[i];
      if (!answers[i]) {
        // A crash may leave a command without an answer; the step has not
        // failed then.
        const bool is_command =
            std::holds_alternative<command_body>(asked.action) ||
            std::holds_alternative<about_event>(asked.action);
        if (crashed || !is_command) continue;
        return mismatch{asked.path, "an answer", "none"};
      }
      remember(*answers[i]);
      if (auto wrong = judge(asked, *answers[i])) {
        wrong->where = fmt::format("{} {}", asked.path, asked.verb);
        return wrong;
      }
    }
    return std::nullopt;
  }

  void remember(const answer& got) {
    if (got && got->consolidation) last_.consolidation = got->consolidation;
  }

  static command to_command(const step& asked, const command_body& body) {
    // The path is the command's id, so that every event can be traced to its
    // step.
    return {body, asked.by, asked.path};
  }

  const scenario& played_;
  const run_options& options_;
  std::mt19937_64 random_;
  persistence::memory_store store_;
  std::unique_ptr<engine> engine_;
  last_answers last_;
};

}  // namespace

std::optional<failure> run_scenario(const scenario& played,
                                    const run_options& options) {
  return scenario_run(played, options)();
}

}  // namespace oms::scenario
