#include "tools/omsctl/import/import_command.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <array>
#include <memory>

#include "tools/omsctl/import/command_keys.hpp"
#include "tools/omsctl/import/difference.hpp"
#include "tools/omsctl/import/import_plan.hpp"
#include "tools/omsctl/import/target.hpp"
#include "tools/store/store_reading.hpp"
#include "tools/text/caller_name.hpp"
#include "tools/text/command_line.hpp"
#include "tools/text/number_text.hpp"
#include "tools/text/table.hpp"

namespace oms::omsctl {

namespace {

// So many refusals are printed with their reasons; the others are counted. A
// token without the right role has every row refused.
constexpr std::size_t max_refusals_named = 20;

// The rows of the summary.
enum class part : std::uint8_t {
  locations,
  suppliers,
  products,
  routing,
  counts,
  safety
};
constexpr std::array<const char*, 6> part_names = {"locations", "suppliers",
                                                   "products",  "routing rules",
                                                   "stock",     "safety stock"};

part part_of(const command_body& body) {
  if (std::holds_alternative<define_location>(body)) return part::locations;
  if (std::holds_alternative<define_supplier>(body)) return part::suppliers;
  if (std::holds_alternative<define_product>(body)) return part::products;
  if (std::holds_alternative<set_routing>(body)) return part::routing;
  if (std::holds_alternative<count_stock>(body)) return part::counts;
  return part::safety;
}

struct plan_totals {
  std::size_t defined = 0;
  std::size_t changed = 0;
  std::size_t unchanged = 0;
  std::size_t refused = 0;

  [[nodiscard]] std::size_t sum() const {
    return defined + changed + unchanged + refused;
  }
  void add(import_effect effect) {
    ++(effect == import_effect::defined   ? defined
       : effect == import_effect::changed ? changed
                                          : unchanged);
  }
};

class import_run {
 public:
  import_run(const import_options& options, const text::console& to)
      : options_(options), to_(to) {
    request_.files = options.files;
    request_.by = actor_name{options.by};
  }

  int operator()() {
    if (!read_options()) return text::exit_usage;
    if (!open()) return text::exit_usage;
    // What is there is needed twice: files may refer to it, and what it
    // contains already is not sent.
    auto there = target_->look();
    if (!there) return say(there.failure());
    there_ = std::move(*there);
    plan_ = read_imports(request_, known_in(there_));
    if (!plan_.faults.empty()) return say_faults();
    // Only now, since the plan says which stock and products matter: a server
    // may have a hundred thousand that the files do not name.
    if (auto looked = target_->look_closer(plan_, there_); !looked)
      return say(looked.failure());
    choose();
    if (!options_.dry_run && !chosen_.empty()) {
      // Takes the writer's lock of a store, so a dry run, and an import that
      // changes nothing, work while an engine is running.
      if (auto begun = target_->begin(); !begun) return say(begun.failure());
      execute();
    }
    report();
    return refused_ == 0 && not_sent_ == 0 ? text::exit_ok : text::exit_wrong;
  }

 private:
  // A command of the plan that would change something.
  struct choice {
    std::size_t index = 0;
    import_effect effect = import_effect::defined;
  };

  bool fail(const std::string& message) const {
    fmt::print(to_.err, "omsctl import: {}\n", text::harmless(message));
    return false;
  }

  bool read_options() {
    if (const auto fault = text::fault_of_caller_name(options_.by))
      return fail("--by " + *fault);
    if (!options_.as.empty()) {
      request_.as = files::list_kind_named(options_.as);
      if (!request_.as) return fail("--as: unknown kind " + options_.as);
    }
    if (options_.delimiter.empty()) return true;
    // A tab is hard to type in a shell.
    if (options_.delimiter == "tab")
      request_.delimiter = '\t';
    else if (options_.delimiter.size() == 1 && options_.delimiter != "\"")
      request_.delimiter = options_.delimiter.front();
    else
      return fail("--delimiter must be one character, or tab");
    return true;
  }

  int say(const error& why) const {
    static_cast<void>(fail(why.message));
    return text::exit_usage;
  }

  bool open() {
    if (!options_.store.empty()) {
      target_ = store_target(options_.store, to_);
      return true;
    }
    const auto server = with_environment(options_.server);
    if (server.url.empty())
      return fail(
          "name a store (--store DIR) or a running omsd (--server URL, or "
          "OMS_SERVER)");
    auto opened = server_target(server);
    if (!opened) return fail(opened.failure().message);
    target_ = std::move(*opened);
    return true;
  }

  int say_faults() const {
    for (const auto& each : plan_.faults)
      fmt::print(to_.err, "{}: {}\n", text::harmless(each.where),
                 text::harmless(each.what));
    if (plan_.more_faults > 0)
      fmt::print(to_.err, "and {} more faults\n", plan_.more_faults);
    // Last, so that it is seen below a hundred faults.
    static_cast<void>(fail("nothing was written"));
    return text::exit_usage;
  }

  void choose() {
    for (std::size_t i = 0; i < plan_.commands.size(); ++i) {
      const auto effect = effect_of(plan_.commands[i].body, there_);
      // What is sent is counted by its answer.
      if (effect == import_effect::unchanged || options_.dry_run)
        count(i, effect);
      if (effect != import_effect::unchanged) chosen_.push_back({i, effect});
    }
  }

  void count(std::size_t index, import_effect effect) {
    const auto& body = plan_.commands[index].body;
    tallies_.at(static_cast<std::size_t>(part_of(body))).add(effect);
    const auto* counted = std::get_if<count_stock>(&body);
    if (counted != nullptr) units_ += counted->on_hand;
  }

  void execute() {
    // Here and not in the plan: only commands that are sent need keys.
    name_commands(plan_);
    // Counts commands where walks through a log count events.
    store::walk_progress progress(to_.err, "importing", 0, chosen_.size());
    std::size_t done = 0;
    // In the order of the plan, since what defines comes before what needs it.
    // For the same reason a batch that broke off ends the import.
    while (done < chosen_.size() && not_sent_ == 0) {
      const auto end = std::min(done + target_->batch_size(), chosen_.size());
      std::vector<command> batch;
      for (auto k = done; k < end; ++k)
        batch.push_back(plan_.commands[chosen_[k].index]);
      const auto got = target_->execute(std::move(batch));
      for (const auto& each : got.answers) take(chosen_[done++], each);
      if (got.broken) break_off(done, *got.broken);
      progress.at(done);
    }
    note_ = target_->finish();
  }

  void take(const choice& chosen, const answer& given) {
    if (!given) return refuse(chosen.index, given.failure());
    // A sequence that was on disk before this import began is the answer to an
    // earlier try, which the server remembers by the command's key.
    const bool before = given->at != 0 && given->at <= there_.upto;
    if (before) ++done_before_;
    count(chosen.index, before ? import_effect::unchanged : chosen.effect);
  }

  void break_off(std::size_t done, const error& why) {
    // Those without an answer. Some may have been done all the same; their keys
    // make a repetition harmless.
    not_sent_ = chosen_.size() - done;
    refusals_ += fmt::format(
        "{}: {}\n{} of {} changes were not made; import the same files again "
        "to continue\n",
        text_of(request_, plan_.places[chosen_[done].index]), why.message,
        not_sent_, chosen_.size());
  }

  void refuse(std::size_t index, const error& why) {
    const auto& body = plan_.commands[index].body;
    ++tallies_.at(static_cast<std::size_t>(part_of(body))).refused;
    if (++refused_ <= max_refusals_named)
      refusals_ +=
          fmt::format("{}: refused: {}\n",
                      text_of(request_, plan_.places[index]), why.message);
  }

  void report() const {
    fmt::print(to_.err, "{}", text::harmless(refusals_));
    if (refused_ > max_refusals_named)
      fmt::print(to_.err, "and {} more refused\n",
                 refused_ - max_refusals_named);
    text::table_text table(
        {"", ">defined", ">changed", ">unchanged", ">refused"});
    for (std::size_t i = 0; i < tallies_.size(); ++i) {
      const auto& of = tallies_.at(i);
      if (of.sum() == 0) continue;
      table.add({part_names.at(i), number(of.defined), number(of.changed),
                 number(of.unchanged), number(of.refused)});
    }
    fmt::print(to_.out, "{}", table.text(text::palette(to_.out)));
    fmt::print(to_.out, "units counted: {}\n", text::grouped(units_.value));
    if (options_.dry_run)
      fmt::print(to_.out, "Nothing was written: this was a dry run.\n");
    else if (!note_.empty())
      fmt::print(to_.out, "{}\n", text::harmless_line(note_));
    if (done_before_ > 0)
      fmt::print(to_.out,
                 "{} counted as unchanged were done by an earlier import of "
                 "the same files.\n",
                 number(done_before_));
  }

  static std::string number(std::size_t n) {
    return text::grouped(static_cast<std::int64_t>(n));
  }

  const import_options& options_;
  const text::console& to_;
  import_request request_;
  history::network_state there_;
  import_plan plan_;
  std::vector<choice> chosen_;
  std::array<plan_totals, part_names.size()> tallies_;
  quantity units_;
  std::size_t refused_ = 0;
  std::string refusals_;
  std::size_t done_before_ = 0;
  std::size_t not_sent_ = 0;
  std::string note_;
  std::unique_ptr<import_target> target_;
};

}  // namespace

int import_command(const import_options& options, const text::console& to) {
  return import_run(options, to)();
}

void add_import(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand(
      "import", "Import locations, suppliers, products and stock from files");
  const auto options = std::make_shared<import_options>();
  command->add_option("FILE", options->files, "CSV or JSON files")
      ->required()
      ->type_name("FILE");
  auto* store =
      command
          ->add_option("--store", options->store,
                       "Folder of the store; created if it does not exist")
          ->type_name("DIR");
  add_server_options(*command, options->server);
  command->get_option("--server")->excludes(store);
  command
      ->add_option("--as", options->as,
                   "Kind of all files (default: determined by their header or "
                   "keys)")
      ->check(CLI::IsMember({"locations", "suppliers", "supplier-products",
                             "products", "stock"}));
  command->add_option("--delimiter", options->delimiter,
                      "Separator of CSV files: one character, or tab (default: "
                      "comma, semicolon or tab, as in the header)");
  command
      ->add_option("--by", options->by,
                   "Author in the audit trail (default: omsctl import)")
      ->check(text::an_id());
  command->add_flag("--dry-run", options->dry_run,
                    "Only print what would change");
  command->footer(
      "The command reads and checks all files before it writes anything.\n"
      "Unchanged rows are not sent, so importing the same files again changes\n"
      "nothing. Without --store, the files go to a running omsd: --server, or\n"
      "OMS_SERVER. With --store, no other process may write to the store.\n"
      "Exit code: 0 imported; 1 a part was refused (named on standard error),\n"
      "or the server was lost: import the same files again to continue;\n"
      "2 wrong usage, a fault in a file, no answer, or the store can't be\n"
      "opened, and nothing was written.");
  command->callback(
      [options, &exit_code] { exit_code = import_command(*options); });
}

}  // namespace oms::omsctl
