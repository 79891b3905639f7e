#include "tools/replay/replay_command.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <utility>

#include "messages/limits.hpp"
#include "persistence/lmdb_store.hpp"
#include "persistence/memory_store.hpp"
#include "tools/files/network_file.hpp"
#include "tools/replay/catalog_guess.hpp"
#include "tools/replay/demo_orders.hpp"
#include "tools/replay/grouped_store.hpp"
#include "tools/replay/progress.hpp"
#include "tools/replay/summary.hpp"
#include "tools/store/disk_wait.hpp"
#include "tools/store/store_directory.hpp"
#include "tools/text/command_line.hpp"
#include "tools/text/console.hpp"
#include "tools/text/exit_codes.hpp"
#include "tools/text/signals.hpp"

namespace oms::replay {

namespace {

/// A hundred years.
constexpr std::uint64_t max_weeks_after = 5'200;

/// Events of one transaction: few syncs, and entries that are still quick to
/// read one event from.
constexpr std::size_t group_events = 2'000;

/// Between two tries to write on a full disk.
constexpr std::chrono::milliseconds disk_pause{500};

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
      .count();
}

int bad_input(const error& failure) {
  fmt::print(stderr, "omsctl replay: {}\n", text::harmless(failure.message));
  return text::exit_usage;
}

result<column_names> columns_of(const std::vector<std::string>& given) {
  static constexpr std::array<std::string_view, 13> known = {
      "order",     "line",      "sku",        "quantity", "unit_price",
      "placed_at", "customer",  "country",    "brand",    "currency",
      "latitude",  "longitude", "postal_code"};
  column_names out;
  for (const auto& each : given) {
    const auto equals = each.find('=');
    const auto name = each.substr(0, equals);
    if (equals == std::string::npos || equals + 1 == each.size() ||
        std::find(known.begin(), known.end(), name) == known.end())
      return error{error_code::invalid,
                   "--columns: \"" + each + "\" is not NAME=COLUMN with a " +
                       "name of order, line, sku, quantity, unit_price, " +
                       "placed_at, customer, country, brand, currency, " +
                       "latitude, longitude, postal_code",
                   {}};
    out[name] = each.substr(equals + 1);
  }
  return out;
}

file_format format_named(const std::string& name) {
  if (name == "online-retail") return file_format::online_retail;
  if (name == "olist") return file_format::olist;
  if (name == "shopify") return file_format::shopify;
  return file_format::plain;
}

/// What one format wants where the caller says nothing.
struct stock_levels {
  std::int64_t initial;
  std::int64_t weekly;
};
constexpr stock_levels retail_stock{200, 200};
constexpr stock_levels olist_stock{1, 1};
constexpr stock_levels plain_stock{20, 20};
constexpr stock_levels demo_stock{40, 40};

class replay_run {
 public:
  explicit replay_run(const replay_options& options) : options_(options) {}

  int operator()() {
    // First, for a fault in it must leave everything as it was.
    auto bad = read_network();
    if (!bad) bad = read();
    if (!bad) prepare_network();
    // Not before everything that was given is known to be good.
    if (!bad && !options_.memory) store::delete_store(directory_);
    if (!bad) bad = open_store();
    if (!bad) return play();
    // Removed only where nothing is in it yet.
    std::error_code unknown;
    if (options_.store.empty() && !directory_.empty())
      std::filesystem::remove(directory_, unknown);
    return bad_input(*bad);
  }

 private:
  using failure = std::optional<error>;

  failure read_network();
  failure read();
  failure prepare_place();
  [[nodiscard]] failure check_rejects_path(const std::string& path) const;
  failure open_rejects(std::string path);
  void prepare_network();
  failure open_store();
  int play();
  /// Waits for a store that can't be written. False: it never can be again.
  bool wait_for_disk(const error& why);
  /// A second engine on what was written.
  failure reopen(timestamp now, replay_outcome& outcome);
  void say(const std::string& text) const {
    if (!options_.quiet) fmt::print("{}", text::harmless(text));
  }

  const replay_options& options_;
  std::string directory_;
  std::optional<rejects> rejects_;
  /// The files that are read.
  std::vector<std::string> inputs_;
  feed feed_;
  file_format format_ = file_format::plain;
  stock_levels levels_{};
  json::network_setup network_;
  persistence::memory_store memory_;
  std::unique_ptr<persistence::log_store> disk_;
  /// While orders are played.
  std::optional<text::interruption> interruption_;
  bool said_that_it_waits_ = false;
};

replay_run::failure replay_run::prepare_place() {
  directory_ = options_.store;
  while (directory_.size() > 1 && directory_.ends_with('/'))
    directory_.pop_back();
  // First, for a fault in it must leave everything as it was.
  if (!options_.rejects.empty())
    if (auto bad = open_rejects(options_.rejects)) return bad;
  if (!options_.memory) {
    if (directory_.empty()) {
      auto fresh = store::fresh_folder();
      if (!fresh) return fresh.failure();
      directory_ = *fresh;
    }
    if (auto ready = store::prepare_folder(directory_, options_.force); !ready)
      return ready.failure();
  }
  if (rejects_) return std::nullopt;
  return open_rejects(
      (directory_.empty() ? store::run_folder() + "/replay" : directory_) +
      ".rejects.csv");
}

// The file is replaced at the end, so it must be none that the replay reads or
// writes otherwise.
replay_run::failure replay_run::check_rejects_path(
    const std::string& path) const {
  namespace fs = std::filesystem;
  std::error_code unknown;
  const auto refuse = [&path](const std::string& why) {
    return error{error_code::invalid,
                 path + ": the rejects can't go there, because it is " + why +
                     "; name another file with --rejects",
                 {}};
  };
  auto read = inputs_;
  if (!options_.network.empty()) read.push_back(options_.network);
  for (const auto& each : read)
    if (fs::equivalent(each, path, unknown))
      return refuse("a file that is read");
  const auto folder =
      fs::weakly_canonical(fs::absolute(path, unknown), unknown).parent_path();
  if (!options_.memory && !directory_.empty() &&
      folder ==
          fs::weakly_canonical(fs::absolute(directory_, unknown), unknown))
    return refuse("in the folder of the store");
  return std::nullopt;
}

replay_run::failure replay_run::open_rejects(std::string path) {
  if (auto bad = check_rejects_path(path)) return bad;
  auto opened = rejects::open(std::move(path));
  if (!opened) return opened.failure();
  rejects_.emplace(std::move(*opened));
  return std::nullopt;
}

replay_run::failure replay_run::read() {
  if (options_.orders.empty()) {
    levels_ = demo_stock;
    feed_ = make_demo_orders(
        {.seed = options_.seed, .orders = options_.demo_orders});
    return prepare_place();
  }
  auto columns = columns_of(options_.columns);
  if (!columns) return columns.failure();
  auto files = open_files(options_.orders);
  if (!files) return files.failure();
  for (const auto& file : *files) inputs_.push_back(file.name());
  auto format = options_.format;
  if (!format) {
    const auto found = format_of(*files, *columns);
    if (!found) return found.failure();
    format = *found;
  }
  format_ = *format;
  levels_ = format_ == file_format::online_retail ? retail_stock
            : format_ == file_format::olist       ? olist_stock
                                                  : plain_stock;
  // Not before the files are known to be some.
  if (auto failed = prepare_place()) return failed;
  auto read = read_files(std::move(*files), *format, *columns, *rejects_);
  if (!read) return read.failure();
  feed_ = std::move(*read);
  return std::nullopt;
}

replay_run::failure replay_run::read_network() {
  if (options_.network.empty()) return std::nullopt;
  auto read = files::network_of_file(options_.network);
  if (!read) return read.failure();
  network_ = std::move(*read);
  return std::nullopt;
}

void replay_run::prepare_network() {
  levels_.initial = options_.initial_stock.value_or(levels_.initial);
  levels_.weekly = options_.weekly_receipt.value_or(levels_.weekly);
  if (options_.network.empty()) {
    const bool brazil = format_ == file_format::olist;
    network_ = brazil ? files::demo_network_brazil() : files::demo_network();
    if (brazil) network_.suppliers = feed_.suppliers;
  }
  share_skus(network_, skus_of(feed_), levels_.initial);
}

replay_run::failure replay_run::open_store() {
  if (options_.memory) return std::nullopt;
  auto opened = persistence::open_lmdb_store(directory_);
  if (!opened) return opened.failure();
  disk_ = std::move(*opened);
  return std::nullopt;
}

// The engine, in the middle of an append, has no way to give up. So Ctrl-C ends
// the process here; the store has the groups that were written.
bool replay_run::wait_for_disk(const error& why) {
  if (!disk_ || !interruption_ || why.code != error_code::storage_unavailable ||
      !disk_->check_in_place())
    return false;
  if (!std::exchange(said_that_it_waits_, true))
    store::say_that_it_waits(stderr, "omsctl replay", why.message);
  interruption_->wait(disk_pause);
  if (!text::interruption::came()) return true;
  // Its temporary file is removed.
  rejects_.reset();
  std::fflush(nullptr);
  std::_Exit(text::exit_interrupted);
}

int replay_run::play() {
  interruption_.emplace(text::ended_by::first_ctrl_c);
  persistence::log_store& below = disk_ ? *disk_ : memory_;
  grouped_store store(below, group_events,
                      [this](const error& why) { return wait_for_disk(why); });
  replay run(store, std::move(network_), feed_, *rejects_,
             {.seed = options_.seed,
              .initial_stock = levels_.initial,
              .weekly_receipt = levels_.weekly,
              .weeks_after = options_.weeks_after});
  replay_outcome outcome;
  outcome.directory = directory_;
  progress_bar bar(stderr, options_.quiet);
  const auto began = std::chrono::steady_clock::now();
  if (auto opened = run.open(); !opened) return bad_input(opened.failure());
  run.run([&bar](const replay_progress& at) { bar.show(at); },
          text::interruption::flag());
  const auto flushed = store.flush();
  interruption_.reset();
  outcome.seconds = seconds_since(began);
  bar.finish();
  const auto kept = rejects_->finish();
  if (!kept)
    fmt::print(stderr, "omsctl replay: {}\n",
               text::harmless(kept.failure().message));
  if (!flushed) {
    fmt::print(stderr, "omsctl replay: {}\n",
               text::harmless(flushed.failure().message));
    return text::exit_wrong;
  }
  outcome.store = below.stats();
  say(summary_text(feed_, *rejects_, run, outcome));
  say(sample_timelines(feed_, run));

  outcome.violations = run.engine().check_invariants();
  outcome.state_hash = run.engine().state_hash();
  const auto last = run.engine().now();
  fmt::print("{}\nstate hash    {}\n",
             text::harmless(invariants_text(outcome.violations)),
             outcome.state_hash);
  run.close();
  if (options_.verify) {
    if (auto failed = reopen(last, outcome)) {
      fmt::print(stderr, "omsctl replay: reopening: {}\n",
                 text::harmless(failed->message));
      return text::exit_wrong;
    }
    fmt::print("reopened      {} ({:.1f} s)\n",
               outcome.hash_when_reopened == outcome.state_hash
                   ? "same state, hash chain unbroken"
                   : "DIFFERENT STATE: " + outcome.hash_when_reopened,
               outcome.reopening_seconds);
  }
  if (!directory_.empty())
    fmt::print("store         {}\n", text::harmless_line(directory_));
  const bool same =
      !options_.verify || outcome.hash_when_reopened == outcome.state_hash;
  if (!outcome.violations.empty() || !feed_.counts.balance() || !same || !kept)
    return text::exit_wrong;
  if (run.totals().interrupted) return text::exit_interrupted;
  if (run.totals().orders_placed > 0) return text::exit_ok;
  fmt::print(stderr, "omsctl replay: no order was placed; {}\n",
             rejects_->count() > 0
                 ? "the reasons are in " + text::harmless_line(rejects_->path())
                 : std::string("the files contain none"));
  return text::exit_wrong;
}

replay_run::failure replay_run::reopen(timestamp now, replay_outcome& outcome) {
  const auto began = std::chrono::steady_clock::now();
  if (disk_) {
    disk_.reset();
    if (auto failed = open_store()) return failed;
  }
  persistence::log_store& store = disk_ ? *disk_ : memory_;
  if (auto unbroken = store.verify(); !unbroken) return unbroken.failure();
  engine_options options;
  options.seed = options_.seed;
  options.start = now;
  auto opened = engine::open(store, std::move(options));
  if (!opened) return opened.failure();
  outcome.hash_when_reopened = (*opened)->state_hash();
  outcome.reopening_seconds = seconds_since(began);
  return std::nullopt;
}

}  // namespace

int replay_command(const replay_options& options) {
  return replay_run(options)();
}

void add_replay(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand(
      "replay",
      "Run orders through the whole lifecycle, in a simulated engine");
  const auto options = std::make_shared<replay_options>();
  command
      ->add_option(
          "--orders", options->orders,
          "CSV files, or folders of them; without it, orders are generated")
      ->type_name("FILE");
  command
      ->add_option_function<std::string>(
          "--format",
          [options](const std::string& name) {
            options->format = format_named(name);
          },
          "Format of the files (default: determined by the header)")
      ->check(CLI::IsMember({"online-retail", "olist", "shopify", "plain"}));
  command
      ->add_option("--columns", options->columns,
                   "Other column names for a plain file: order=MyOrderNo,...")
      ->delimiter(',');
  command
      ->add_option("--network", options->network,
                   "JSON file with locations, suppliers, products, routing and "
                   "stock (default: a built-in network)")
      ->type_name("FILE");
  auto* store =
      command
          ->add_option("--store", options->store,
                       "Folder of the new store (default: a new folder)")
          ->type_name("DIR");
  command->add_flag("--memory", options->memory, "Keep the store in memory")
      ->excludes(store);
  command->add_flag("--force", options->force,
                    "First delete the store in the folder");
  command
      ->add_option(
          "--rejects", options->rejects,
          "File for lines that are not order lines (default: beside the store)")
      ->type_name("FILE");
  command
      ->add_option("--initial-stock", options->initial_stock,
                   "Units per SKU and location at the start (default: depends "
                   "on the format)")
      ->check(text::whole(0, limits::max_quantity_units));
  command
      ->add_option(
          "--weekly-receipt", options->weekly_receipt,
          "Units received per week for each SKU of which a location has fewer "
          "free than at the start (default: depends on the format)")
      ->check(text::whole(0, limits::max_quantity_units));
  command
      ->add_option("--weeks-after", options->weeks_after,
                   "Weeks that receipts go on after the last order while "
                   "backorders are open (default 4)")
      ->check(text::whole(0, max_weeks_after));
  command
      ->add_option(
          "--seed", options->seed,
          "Seed for the interleaving and the generated data (default 1)")
      ->check(text::whole());
  command
      ->add_option("--demo-orders", options->demo_orders,
                   "Number of orders to generate (default 5000)")
      ->check(text::whole(1, 10'000'000));
  // Not "!--no-verify", which the help would show as "--no-verify{false}".
  command->add_flag_callback(
      "--no-verify", [options] { options->verify = false; },
      "Do not open the store again at the end");
  command->add_flag("--quiet", options->quiet,
                    "Print only the invariants, the hash and errors");
  command->footer(
      "Exit code: 0 no errors, 1 an invariant is broken, the line counts do\n"
      "not balance, the store opens to another state or no order was placed,\n"
      "2 bad input, 130 interrupted.");
  command->callback(
      [options, &exit_code] { exit_code = replay_command(*options); });
}

}  // namespace oms::replay
