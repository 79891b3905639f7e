// crash_test: what was acknowledged survives kill -9 and a full disk.
//
// Without a subcommand it kills; `full-disk` fills disks; `serve` is the
// process that both of them start. `power-cuts` cuts the power of a disk that
// it has recorded.

#include <CLI/CLI.hpp>
#include <csignal>
#include <map>
#include <string>

#include "tests/crash/full_disk.hpp"
#include "tests/crash/killing.hpp"
#include "tests/crash/power_cut.hpp"
#include "tests/crash/server.hpp"

int main(int argc, char** argv) {
  CLI::App app(
      "Kills an engine with SIGKILL at random moments, also while it opens, "
      "and "
      "compares its log with the book of a client that survives",
      "crash_test");
  oms::crash::killing_options killing;
  app.add_option("--kills", killing.kills, "How often (default 8)")
      ->check(CLI::PositiveNumber);
  app.add_option("--seed", killing.seed, "Of what is asked (default 1)");
  app.add_flag("--verbose", killing.verbose, "A line for each kill");
  app.footer(
      "Exit code: 0 nothing was lost, 1 something was, 77 skipped, 2 wrong "
      "usage.");

  auto* serve = app.add_subcommand("serve", "The process to be killed");
  std::string directory;
  serve->add_option("DIR", directory, "Where its store is")->required();

  auto* full = app.add_subcommand(
      "full-disk", "Fills the disk under an engine, and makes room again");
  bool small_disk = false;
  std::uint64_t seed = 1;
  full->add_flag("--small-disk", small_disk,
                 "A file system of 8 MB in a namespace of its own, instead of "
                 "a limit on the length of files");
  full->add_option("--seed", seed, "Of what is asked (default 1)");

  auto* cuts = app.add_subcommand(
      "power-cuts", "Rebuilds the disk as a power cut may have left it");
  oms::crash::power_cut_options cutting;
  cuts->add_option("--images", cutting.images, "How often (default 30)")
      ->check(CLI::PositiveNumber);
  cuts->add_option("--seed", cutting.seed, "Of what is asked and what is left");
  cuts->add_option("--plant", cutting.planted,
                   "Open the store with this fault, which must be found")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, oms::crash::planted_fault>{
              {"no-sync", oms::crash::planted_fault::no_sync},
              {"no-meta-sync", oms::crash::planted_fault::no_meta_sync}}));
  cuts->add_flag("--verbose", cutting.verbose, "A line for each image");

  // A file that may not grow is an error of its own, not the end.
  std::signal(SIGXFSZ, SIG_IGN);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& failure) {
    return app.exit(failure) == 0 ? 0 : 2;
  }
  if (serve->parsed()) return oms::crash::serve(directory);
  if (cuts->parsed()) return oms::crash::cut_the_power(cutting);
  if (full->parsed())
    return oms::crash::fill_the_disk(small_disk
                                         ? oms::crash::full_by::small_disk
                                         : oms::crash::full_by::file_limit,
                                     seed);
  return oms::crash::kill_again_and_again(killing);
}
