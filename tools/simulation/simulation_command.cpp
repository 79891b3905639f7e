#include "tools/simulation/simulation_command.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <string>

#include "messages/commands.hpp"
#include "tools/scenario/report.hpp"
#include "tools/simulation/isolated.hpp"
#include "tools/simulation/ledger.hpp"
#include "tools/simulation/simulation.hpp"
#include "tools/text/command_line.hpp"
#include "tools/text/console.hpp"
#include "tools/text/exit_codes.hpp"
#include "tools/text/number_text.hpp"

namespace oms::simulation {

namespace {

using clock = std::chrono::steady_clock;

constexpr std::chrono::seconds progress_interval_s{2};

// As its body is named in the API; a change of settings has no list of its own.
std::string name_of_command(const command_body& body) {
  const auto listed = listed_fields_of(body);
  return listed.type == nullptr ? "change" : listed.type->name;
}

std::string text_of(const simulation_step& step) {
  std::string text;
  for (std::size_t i = 0; i < step.commands.size(); ++i) {
    text += fmt::format(" {}", name_of_command(step.commands[i].body));
    if (i < step.turns.size() && step.turns[i] > 0)
      text += fmt::format(" ({} turns)", step.turns[i]);
  }
  if (step.refused_appends > 0)
    text += fmt::format(", the store refuses {} times", step.refused_appends);
  if (step.crash_after)
    text += fmt::format(", crash after {} turns", *step.crash_after);
  if (step.passing > duration{})
    text += fmt::format(
        ", the clock moves {} s",
        std::chrono::duration_cast<std::chrono::seconds>(step.passing).count());
  return text;
}

std::string invariant_name(int invariant) {
  if (invariant == ledger_differs) return "the ledger";
  if (invariant == engine_died) return "no invariant, the engine itself";
  return fmt::format("invariant {}", invariant);
}

std::string list_of(const std::vector<std::size_t>& steps) {
  std::string text;
  for (const auto each : steps)
    text += (text.empty() ? "" : ",") + std::to_string(each);
  return text;
}

std::string steps_text(std::size_t count) {
  return text::counted(static_cast<std::int64_t>(count), "step", "steps");
}

void print_failure(const simulate_options& options, std::uint64_t seed,
                   const std::vector<std::size_t>& steps, const breach& first) {
  fmt::print("FAIL seed {}, step {}: {}\n     {}: {}\n", seed, first.step,
             invariant_name(first.invariant), text::harmless_line(first.where),
             text::harmless_line(first.what));
  std::fflush(stdout);
  // With named steps the failure is short already.
  if (!options.only.empty()) return;
  // A failure is shortened at once, while it is known: each attempt is a run of
  // its own, in a process of its own.
  const auto best = shrink(steps, first, [seed](const auto& fewer) {
    return simulate_isolated({.seed = seed, .steps = fewer});
  });
  fmt::print(
      "     shortened to {}: {}: {}\n"
      "     rerun: omsctl simulate --seed {} --only {} --trace\n",
      steps_text(best.steps.size()), text::harmless_line(best.last.where),
      text::harmless_line(best.last.what), seed, list_of(best.steps));
}

}  // namespace

int simulate_command(const simulate_options& options) {
  const auto began = clock::now();
  auto told = began;
  const auto steps =
      options.only.empty() ? first_steps(options.steps) : options.only;
  // For its trace of events only.
  scenario::report trace(stdout, stderr, true);
  std::uint64_t seed = options.first_seed;
  for (std::uint64_t done = 0; options.forever || done < options.seeds;
       ++done, ++seed) {
    simulation_options run{.seed = seed, .steps = steps};
    if (options.trace) {
      run.observer = [&](const event& happened) { trace.trace(happened); };
      run.on_step = [](std::size_t number, const simulation_step& step) {
        fmt::print("--- step {}:{}\n", number, text_of(step));
      };
    }
    if (const auto broken = simulate_isolated(run)) {
      print_failure(options, seed, steps, *broken);
      return text::exit_wrong;
    }
    if (const auto now = clock::now(); now - told > progress_interval_s) {
      told = now;
      fmt::print("     {} seeds, no failure\n", seed + 1 - options.first_seed);
      std::fflush(stdout);
    }
  }
  const std::chrono::duration<double> took = clock::now() - began;
  fmt::print("ok   seeds {} to {}, {} each, in {:.1f} s\n", options.first_seed,
             seed - 1, steps_text(steps.size()), took.count());
  return text::exit_ok;
}

void add_simulate(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand(
      "simulate",
      "Run random workloads and check every invariant after each step");
  const auto options = std::make_shared<simulate_options>();
  command
      ->add_option("--seed", options->first_seed, "The first seed (default 1)")
      ->check(text::whole());
  command->add_option("--seeds", options->seeds, "Number of seeds (default 1)")
      ->check(text::whole(1));
  command->add_option("--steps", options->steps, "Steps per seed (default 60)")
      ->check(text::whole());
  command
      ->add_option(
          "--only", options->only,
          "Run only these steps of the seed: 3,7,12; a seed has a step "
          "for each number from 1")
      ->delimiter(',')
      ->check(text::whole(1));
  command->add_flag("--forever", options->forever, "Run until stopped");
  command->add_flag("--trace", options->trace, "Print every step and event");
  command->footer(
      "Exit code: 0 no invariant is broken, 1 an invariant is broken.");
  command->callback(
      [options, &exit_code] { exit_code = simulate_command(*options); });
}

}  // namespace oms::simulation
