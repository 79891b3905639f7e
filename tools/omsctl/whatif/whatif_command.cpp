#include "tools/omsctl/whatif/whatif_command.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "tools/omsctl/whatif/comparison.hpp"
#include "tools/omsctl/whatif/rules_file.hpp"
#include "tools/store/store_reading.hpp"
#include "tools/text/as_of_text.hpp"
#include "tools/text/command_line.hpp"

namespace oms::omsctl {

namespace {

// Cheap faults first: times and rules are checked before the log is read, which
// may take minutes.
class whatif_run {
 public:
  whatif_run(const whatif_options& options, const text::console& to)
      : options_(options), to_(to) {}

  int operator()() {
    const auto from = text::parse_time_option("--from", options_.from);
    if (!from) return fail(from.failure().message, text::exit_usage);
    const auto upto = text::parse_time_option("--to", options_.upto);
    if (!upto) return fail(upto.failure().message, text::exit_usage);
    const history_span_options span{.from = *from, .upto = *upto};
    if (span.from && span.upto && *span.upto <= *span.from)
      return fail("--to must be later than --from", text::exit_usage);
    const auto rules = rules_of_file(options_.routing);
    if (!rules) return fail(rules.failure().message, text::exit_usage);
    const auto store = store::open_to_read(options_.store);
    if (!store) return fail(store.failure().message, text::exit_usage);
    auto played = read(**store, span);
    if (!played)
      return fail("the stock at the beginning is not known: " +
                      played.failure().message,
                  text::exit_wrong);
    if (played->orders == 0)
      return fail("no order was placed in that time", text::exit_wrong);
    return compare(*played, *rules);
  }

 private:
  int fail(const std::string& message, int code) const {
    // The message may quote ids or paths, and those could steer a terminal.
    fmt::print(to_.err, "omsctl whatif: {}\n", text::harmless(message));
    return code;
  }

  [[nodiscard]] result<history_span> read(
      const persistence::log_store& store,
      const history_span_options& span) const {
    store::walk_progress progress(to_.err, "reading the log", 1,
                                  store.stats().last);
    return read_history_span(store, span,
                             [&progress](sequence at) { progress.at(at); });
  }

  [[nodiscard]] result<planned_window> plan(const history_span& played,
                                            const rules_by_brand& rules,
                                            const char* doing) const {
    store::walk_progress progress(to_.err, doing, 1, played.commands.size());
    return plan_again(played, {.rules = rules, .progress = [&](std::size_t n) {
                                 progress.at(n);
                               }});
  }

  // The recorded rules are played as well, instead of counted from the log:
  // both sides then leave out the same things (picking, shipping, rejections),
  // and the difference is that of the rules alone.
  int compare(const history_span& played, const rules_by_brand& rules) const {
    const auto recorded = plan(played, {}, "planning as recorded");
    if (!recorded) return fail(text_of(recorded.failure()), text::exit_wrong);
    const auto given = plan(played, rules, "planning under the file");
    if (!given)
      return fail(options_.routing + ": " + text_of(given.failure()),
                  text::exit_usage);
    const comparison made{played, *recorded, *given};
    if (options_.json)
      fmt::print(to_.out, "{}\n", json::one_line(comparison_json(made)));
    else
      fmt::print(to_.out, "{}", comparison_text(made, text::palette(to_.out)));
    // Printed all the same: up to there the comparison is true. The exit code
    // keeps a script from taking it for the whole.
    if (!played.cut_short) return text::exit_ok;
    return fail("it ends where the log can't be read: " + *played.cut_short,
                text::exit_wrong);
  }

  // A refusal of rules has its reasons in the faults, and no message.
  static std::string text_of(const error& why) {
    return why.message.empty() && !why.faults.empty()
               ? why.faults.front().path + ": " + why.faults.front().message
               : why.message;
  }

  const whatif_options& options_;
  const text::console& to_;
};

}  // namespace

int whatif_command(const whatif_options& options, const text::console& to) {
  return whatif_run(options, to)();
}

void add_whatif(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand(
      "whatif", "Plan the orders of a store again under other routing rules");
  // Shared with the callback, which runs when this function has returned.
  const auto options = std::make_shared<whatif_options>();
  command
      ->add_option("--routing", options->routing,
                   "JSON file with routing rules, or a list of them: they "
                   "take the place of the recorded ones of the same brand")
      ->required()
      ->type_name("FILE");
  text::add_store_option(*command, options->store);
  command->add_option("--from", options->from,
                      "Orders placed from this time on (default: the first)");
  command->add_option("--to", options->upto,
                      "Orders placed before this time (default: all)");
  command->add_flag("--json", options->json, "Print JSON");
  command->footer(
      "The orders are played twice on a simulated engine, under the rules as\n"
      "they were and under the file, with the same receipts, payments,\n"
      "cancellations, holds and settings, and from the stock that was free\n"
      "at --from. The same input gives the same output. What is not played\n"
      "again is listed at the end.\n"
      "Exit code: 0 compared, 1 no orders there or the log can't be read,\n"
      "2 wrong usage, bad rules, or the store can't be opened.");
  command->callback(
      [options, &exit_code] { exit_code = whatif_command(*options); });
}

}  // namespace oms::omsctl
