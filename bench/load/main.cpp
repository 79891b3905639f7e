// oms_load: sends orders to an engine at a fixed rate or as fast as it answers,
// and says what they took. docs/BENCHMARKS.md explains the mixes and figures.

#include <fmt/core.h>

#include <cstdio>
#include <exception>
#include <future>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "bench/harness.hpp"
#include "bench/load/http_target.hpp"
#include "bench/load/library_target.hpp"
#include "bench/load/rpc_target.hpp"
#include "bench/load/run.hpp"
#include "tools/text/command_line.hpp"
#include "tools/text/exit_codes.hpp"
#include "tools/text/output_check.hpp"

namespace oms::load {
namespace {

enum class way : std::uint8_t { library, rpc, http };

struct settings {
  run_options options;
  bench::workload_settings work;
  way over = way::library;
  std::string omsd;
  std::string running_omsd;
  std::size_t connections = 64;
  bool checkpoints = true;
  bool check = false;
  bool as_json = false;
  bool quiet = false;
};

// What CLI11 can't say of one option; empty if nothing is wrong.
std::string fault_of(const settings& given) {
  if (given.over == way::library) {
    if (!given.omsd.empty() || !given.running_omsd.empty())
      return "--omsd and --connect need --over rpc or --over http";
  } else {
    if (!given.checkpoints) return "--no-checkpoints needs --over library";
    if (given.check) return "--check needs --over library";
    if (!given.omsd.empty() && !given.running_omsd.empty())
      return "--omsd starts an omsd, and --connect names a running one";
  }
  if (given.options.work == work_kind::lifecycle &&
      given.work.mix != bench::order_mix::bare)
    return "--work lifecycle needs --mix bare, in which each order is one "
           "parcel";
  if (given.options.work == work_kind::reads && given.options.warm_up == 0)
    return "--work reads asks for orders of the warm-up, so --warm-up must be "
           "at least 1";
  return "";
}

server server_of(const settings& given, const std::string& folder) {
  if (!given.running_omsd.empty())
    return {.process = nullptr, .folder = {}, .address = given.running_omsd};
  const auto program =
      given.omsd.empty()
          ? bench::fs::read_symlink("/proc/self/exe").replace_filename("omsd")
          : bench::fs::path(given.omsd);
  const auto store = folder + "/store";
  auto process = std::make_unique<bench::rpc_process>(
      program.string(), std::vector<std::string>{"--store", store});
  auto address =
      given.over == way::rpc ? process->address() : process->http_address();
  return {.process = std::move(process),
          .folder = store,
          .address = std::move(address)};
}

// The engine is used by --check as well, if it is in this process.
struct opened {
  std::unique_ptr<target> to;
  engine* running = nullptr;
};

opened open(const settings& given, const std::string& folder) {
  switch (given.over) {
    case way::rpc:
      return {std::make_unique<rpc_target>(server_of(given, folder))};
    case way::http:
      return {std::make_unique<http_target>(server_of(given, folder),
                                            given.connections)};
    case way::library:
      break;
  }
  auto made = library_target::open(
      folder, given.checkpoints ? checkpoint_policy{} : no_checkpoints());
  if (!made) throw std::runtime_error(made.failure().message);
  auto* running = &(*made)->running();
  return {std::move(*made), running};
}

// Orders that are there already would be placed again, which changes nothing
// and is quick.
bool has_orders(target& at) {
  std::promise<bool> found;
  at.ask({.about = question::subject::order,
          .order = bench::order_named(1),
          .customer = {},
          .sku = {}},
         [&found](const error* failure) { found.set_value(!failure); });
  return found.get_future().get();
}

int measure(settings given) {
  if (given.work.mix == bench::order_mix::hot_sku)
    given.work.stock_units =
        bench::hot_sku_units(given.options.warm_up, given.options.orders);
  const bench::scratch_folder folder;
  opened at;
  bench::workload work(given.work);
  try {
    at = open(given, folder.path());
    if (has_orders(*at.to))
      throw std::runtime_error(given.running_omsd +
                               " has orders of a run before; start it on a new "
                               "store");
    set_up(*at.to, work);
  } catch (const std::exception& failure) {
    fmt::print(stderr, "oms_load: {}\n", failure.what());
    return text::exit_usage;
  }
  const auto report =
      run(*at.to, work, given.options, given.quiet ? nullptr : stderr);
  fmt::print("{}", given.as_json ? json_of(report) + "\n" : text_of(report));
  bool is_sound = true;
  if (given.check)
    for (const auto& each : at.running->check_invariants()) {
      fmt::print(stderr, "invariant {} does not hold: {}: {}\n", each.invariant,
                 each.where, each.what);
      is_sound = false;
    }
  return is_good(report) && is_sound ? text::exit_ok : text::exit_wrong;
}

int run_program(int argc, char** argv) {
  CLI::App app(
      "Send orders to an engine, and say what they took. OMS_BENCH_DIR is "
      "where the store is made (default: here), and should be on the disk that "
      "is to be measured.",
      "oms_load");
  settings given;
  auto& options = given.options;
  app.add_option("--work", options.work,
                 "placement; lifecycle: orders are placed, paid, picked, "
                 "shipped and delivered; or reads: questions beside placement")
      ->transform(CLI::CheckedTransformer(work_names()))
      ->default_str("placement");
  app.add_option("--over", given.over,
                 "library: the engine is in this process; rpc or http: omsd is "
                 "a process of its own")
      ->transform(CLI::CheckedTransformer(std::map<std::string, way>{
          {"library", way::library}, {"rpc", way::rpc}, {"http", way::http}}))
      ->default_str("library");
  app.add_option("--omsd", given.omsd,
                 "The program that is started (default: omsd in the folder of "
                 "this program)");
  app.add_option("--connect", given.running_omsd,
                 "HOST:PORT of a running omsd, with a new store and without "
                 "tokens; its CPU time, disk and memory are not reported");
  app.add_option("--connections", given.connections,
                 "Connections for commands, over HTTP")
      ->check(text::whole(1, 1'000))
      ->capture_default_str();
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
                 "Without --rate, commands that may be unanswered, or orders "
                 "that may be undelivered with --work lifecycle")
      ->check(text::whole(1, 200'000))
      ->capture_default_str();
  app.add_option("--read-rate", options.read_rate,
                 "Questions per second, with --work reads: an order, its "
                 "timeline, a customer's orders and a SKU's stock in turn")
      ->check(CLI::Range(0.1, 1e6))
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
      "Exit code: 0 all orders were routed, or delivered; 1 some were not, or "
      "were refused, a question was not answered, or an invariant does not "
      "hold; 2 wrong usage, or no store can be made, or omsd can't be used.");
  if (const auto ended = text::parse_command_line(app, argc, argv))
    return *ended;
  if (const auto fault = fault_of(given); !fault.empty()) {
    fmt::print(stderr, "oms_load: {}\n", fault);
    return text::exit_usage;
  }
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
