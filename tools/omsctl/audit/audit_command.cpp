#include "tools/omsctl/audit/audit_command.hpp"

#include <CLI/CLI.hpp>
#include <memory>
#include "tools/text/command_line.hpp"

namespace oms::omsctl {

namespace {

void add_verify(CLI::App& audit, int& exit_code) {
  auto* command = audit.add_subcommand(
      "verify", "Walk the hash chain from the first batch to the last");
  const auto options = std::make_shared<verify_options>();
  text::add_store_option(*command, options->store);
  command
      ->add_option("--against", options->against,
                   "A head that `omsctl audit head` wrote before: the "
                   "history up to there must be the same")
      ->type_name("FILE");
  command->add_flag("--json", options->json, "Print JSON");
  command->footer(
      "Without --against a history that was rewritten as a whole is not\n"
      "found: its chain is in order too. Keep heads where the store's\n"
      "owner can't change them.\n"
      "Exit code: 0 all is well, 1 the chain is bad or the head is another\n"
      "(the message names the first bad batch), 2 wrong usage or the store\n"
      "can't be opened.");
  command->callback(
      [options, &exit_code] { exit_code = verify_command(*options); });
}

void add_head(CLI::App& audit, int& exit_code) {
  auto* command = audit.add_subcommand(
      "head", "Print where the chain ends, to be kept elsewhere");
  const auto store = std::make_shared<std::string>();
  text::add_store_option(*command, *store);
  command->footer(
      "Prints {\"sequence\": N, \"hash\": \"...\"}, for\n"
      "`omsctl audit verify --against FILE`.");
  command->callback([store, &exit_code] { exit_code = head_command(*store); });
}

void add_export(CLI::App& audit, int& exit_code) {
  auto* command = audit.add_subcommand(
      "export", "Write the trail as NDJSON: one JSON object per event");
  const auto options = std::make_shared<export_options>();
  text::add_store_option(*command, options->store);
  auto* order = command->add_option("--order", options->order,
                                    "Only this order (reads only its events)");
  command
      ->add_option("--brand", options->brand,
                   "The order's brand, where several have the same id")
      ->needs(order);
  command->add_option("--by", options->by, "Only what this one did");
  command->add_option("--from", options->from,
                      "Only from this time on (2026-01-05T10:00:00Z)");
  command->add_option("--to", options->upto, "Only before this time");
  command->add_option("--after", options->after,
                      "Only behind this sequence: to go on where an earlier "
                      "export ended");
  command
      ->add_option("--output", options->output,
                   "File to write to (default: standard output)")
      ->type_name("FILE");
  command->footer(
      "Batches that can't be read are named on standard error, the others\n"
      "are written all the same.\n"
      "Exit code: 0 done, 1 the order is not there or something can't be\n"
      "read, 2 wrong usage, or the store can't be opened.");
  command->callback(
      [options, &exit_code] { exit_code = export_command(*options); });
}

}  // namespace

void add_audit(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand(
      "audit", "Check, export and compare the audit trail of a store");
  command->require_subcommand(1);
  add_verify(*command, exit_code);
  add_head(*command, exit_code);
  add_export(*command, exit_code);
}

}  // namespace oms::omsctl
