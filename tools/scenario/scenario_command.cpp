#include "tools/scenario/scenario_command.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <system_error>

#include "tools/files/file_text.hpp"
#include "tools/json/value.hpp"
#include "tools/scenario/report.hpp"
#include "tools/scenario/runner.hpp"
#include "tools/scenario/scenario.hpp"
#include "tools/text/command_line.hpp"

namespace oms::scenario {

namespace {

namespace fs = std::filesystem;

// A folder means all *.json in it, by name. What is wrong with a path shows
// when it is read.
std::vector<std::string> files_of(const std::string& path) {
  std::error_code failure;
  std::vector<std::string> out;
  fs::directory_iterator entries(path, failure);
  if (failure) return {path};
  for (const auto& entry : entries) {
    if (entry.path().extension() == ".json") out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

result<scenario> read_file(const std::string& path) {
  const auto text = files::file_text(path);
  if (!text) return text.failure();
  const auto parsed = json::parse_text(*text);
  if (!parsed) {
    return error{error_code::invalid,
                 "is not valid JSON: " + parsed.failure().message,
                 {}};
  }
  return read_scenario(*parsed);
}

void run_file(const std::string& path, const scenario_options& options,
              report& out) {
  const auto read = read_file(path);
  if (!read) return out.bad_input(path, read.failure());
  for (const std::string& notice : read->notices) out.notice(path, notice);
  run_options run;
  if (options.trace) {
    run.observer = [&out](const event& happened) { out.trace(happened); };
  }
  const auto began = std::chrono::steady_clock::now();
  // The file is read once, and played on a fresh engine for each seed.
  for (std::uint64_t i = 0; i < options.seeds; ++i) {
    run.seed = options.first_seed + i;
    out.progress(path, i + 1, options.seeds);
    if (const auto failed = run_scenario(*read, run)) {
      // One failure per file is enough; its seed reproduces it.
      return out.failed(path, run.seed, *failed);
    }
  }
  const auto took = std::chrono::steady_clock::now() - began;
  out.passed(path, read->steps.size(), options.seeds,
             std::chrono::duration_cast<std::chrono::milliseconds>(took));
}

}  // namespace

int scenario_command(const scenario_options& options, const text::console& to) {
  report out(to.out, to.err, options.quiet);
  std::size_t files = 0;
  for (const std::string& path : options.paths) {
    const auto found = files_of(path);
    if (found.empty())
      out.bad_input(path, {error_code::invalid, "contains no *.json file", {}});
    files += found.size();
    for (const std::string& file : found) run_file(file, options, out);
  }
  if (files > 1) out.summary();
  return out.exit_code();
}

void add_scenario(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand(
      "scenario", "Run scenario files against a fresh, simulated engine");
  const auto options = std::make_shared<scenario_options>();
  command
      ->add_option("FILE", options->paths,
                   "Scenario files, or folders of them (*.json)")
      ->required()
      ->type_name("FILE");
  auto* seed = command
                   ->add_option("--seed", options->first_seed,
                                "Seed of the interleaving to run (default 1)")
                   ->check(text::whole());
  command
      ->add_option("--seeds", options->seeds,
                   "Run the interleavings of the seeds 1 to N; a file stops at "
                   "the first that fails")
      ->check(text::whole(1))
      ->excludes(seed);
  command->add_flag("--trace", options->trace, "Print every event");
  command->add_flag("--quiet", options->quiet, "Print only failures");
  command->footer(
      "Exit code, the first that applies: 2 a file can't be read or is not a\n"
      "scenario, 1 a file fails, 0 all pass.");
  command->callback(
      [options, &exit_code] { exit_code = scenario_command(*options); });
}

}  // namespace oms::scenario
