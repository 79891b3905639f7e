// oms_load: sends orders to an engine at a fixed rate or as fast as it answers,
// and says what they took. docs/BENCHMARKS.md explains the mixes and figures.

#include <fmt/core.h>

#include <chrono>
#include <cstdio>
#include <exception>
#include <string>

#include "bench/harness.hpp"
#include "bench/load/library_target.hpp"
#include "bench/load/run.hpp"
#include "tools/text/command_line.hpp"
#include "tools/text/exit_codes.hpp"
#include "tools/text/output_check.hpp"

namespace oms::load {
namespace {

struct settings {
  run_options options;
  bench::workload_settings work;
  bool checkpoints = true;
  bool check = false;
  bool as_json = false;
  bool quiet = false;
};

int measure(settings given) {
  if (given.work.mix == bench::order_mix::hot_sku)
    given.work.stock_units =
        bench::hot_sku_units(given.options.warm_up, given.options.orders);
  const bench::scratch_folder folder;
  auto to = library_target::open(folder.path(), given.checkpoints
                                                    ? checkpoint_policy{}
                                                    : no_checkpoints());
  if (!to) {
    fmt::print(stderr, "oms_load: {}\n", to.failure().message);
    return text::exit_usage;
  }
  bench::workload work(given.work);
  set_up(**to, work);
  const auto report =
      run(**to, work, given.options, given.quiet ? nullptr : stderr);
  fmt::print("{}", given.as_json ? json_of(report) + "\n" : text_of(report));
  bool is_sound = true;
  if (given.check)
    for (const auto& each : (*to)->running().check_invariants()) {
      fmt::print(stderr, "invariant {} does not hold: {}: {}\n", each.invariant,
                 each.where, each.what);
      is_sound = false;
    }
  return report.all_routed && is_sound ? text::exit_ok : text::exit_wrong;
}

int run_program(int argc, char** argv) {
  CLI::App app(
      "Send orders to an engine, and say what they took. OMS_BENCH_DIR is "
      "where "
      "the store is made (default: here), and should be on the disk that is to "
      "be measured.",
      "oms_load");
  settings given;
  auto& options = given.options;
  app.add_option("--mix", given.work.mix, "bare, real or hot_sku")
      ->transform(CLI::CheckedTransformer(bench::mix_names()))
      ->default_str("bare");
  app.add_option("--orders", options.orders, "Orders that are measured")
      ->check(text::whole(1, 1'000'000'000))
      ->capture_default_str();
  app.add_option("--warm-up", options.warm_up, "Orders before those")
      ->check(text::whole(0, 1'000'000'000))
      ->capture_default_str();
  app.add_option("--rate", options.rate,
                 "Orders per second, whatever is unanswered; 0: as fast as "
                 "answers come")
      ->check(CLI::Range(0.0, 1e9))
      ->capture_default_str();
  app.add_option("--batch", options.batch, "Orders that are sent together")
      ->check(text::whole(1, 10'000))
      ->capture_default_str();
  app.add_option("--in-flight", options.in_flight,
                 "Commands that may be unanswered, without --rate")
      ->check(text::whole(1, 200'000))
      ->capture_default_str();
  app.add_option("--locations", given.work.locations, "Locations")
      ->check(text::whole(2, 10'000))
      ->capture_default_str();
  app.add_option("--skus", given.work.skus, "SKUs that each location has")
      ->check(text::whole(2, 10'000'000))
      ->capture_default_str();
  app.add_option("--seed", given.work.seed, "Another one gives other orders")
      ->capture_default_str();
  app.add_flag("!--no-checkpoints", given.checkpoints,
               "Write no checkpoints during the run");
  app.add_flag("--check", given.check,
               "Check the invariants of docs/DOMAIN.md at the end");
  app.add_flag("--json", given.as_json, "Print the report as a line of JSON");
  app.add_flag("--quiet", given.quiet, "Show no progress");
  app.footer(
      "Exit code: 0 all orders were routed; 1 some were not, or were refused, "
      "or "
      "an invariant does not hold; "
      "2 wrong usage, or no store can be made.");
  if (const auto ended = text::parse_command_line(app, argc, argv))
    return *ended;
  return measure(given);
}

}  // namespace
}  // namespace oms::load

int main(int argc, char** argv) {
  return oms::text::with_output_checked("oms_load", [&] {
    try {
      return oms::load::run_program(argc, argv);
    } catch (const std::exception& failure) {
      std::fprintf(stderr, "oms_load: %s\n", failure.what());
      return oms::text::exit_wrong;
    }
  });
}
