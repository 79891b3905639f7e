#include "tools/omsctl/audit/audit_command.hpp"

#include <CLI/CLI.hpp>
#include <memory>
#include "tools/text/command_line.hpp"

namespace oms::omsctl {

namespace {

void add_verify(CLI::App& audit, int& exit_code) {
  auto* command = audit.add_subcommand(
      "verify", "Check the hash chain from the first batch to the last");
  const auto options = std::make_shared<verify_options>();
  text::add_store_option(*command, options->store);
  command
      ->add_option("--against", options->against,
                   "A file that `omsctl audit head` wrote earlier: the history "
                   "up to that head must be unchanged")
      ->type_name("FILE");
  command->add_flag("--json", options->json, "Print JSON");
  command->footer(
      "Without --against, verify can't detect a history that was rewritten as\n"
      "a whole, since its chain is unbroken too. Keep heads where the store's\n"
      "owner can't change them.\n"
      "Exit code: 0 the chain is unbroken; 1 it is broken (the message names\n"
      "the first bad batch), or it does not contain the head; 2 wrong usage,\n"
      "or the store can't be opened, also because a page of it is damaged.");
  command->callback(
      [options, &exit_code] { exit_code = verify_command(*options); });
}

void add_head(CLI::App& audit, int& exit_code) {
  auto* command = audit.add_subcommand(
      "head", "Print the end of the chain, to be kept elsewhere");
  const auto store = std::make_shared<std::string>();
  text::add_store_option(*command, *store);
  command->footer(
      "Prints {\"sequence\": N, \"hash\": \"...\"}, for\n"
      "`omsctl audit verify --against FILE`.");
  command->callback([store, &exit_code] { exit_code = head_command(*store); });
}

void add_export(CLI::App& audit, int& exit_code) {
  auto* command = audit.add_subcommand(
      "export", "Export the trail as NDJSON: one JSON object per event");
  const auto options = std::make_shared<export_options>();
  text::add_store_option(*command, options->store);
  auto* order = command->add_option("--order", options->order,
                                    "Only this order; reads only its events");
  command
      ->add_option("--brand", options->brand,
                   "Brand of the order, if several brands have the id")
      // Without --order the events of every order are meant, and a brand would
      // be silently ignored.
      ->needs(order);
  command->add_option("--by", options->by, "Only events by this actor");
  command->add_option(
      "--from", options->from,
      "Only events at or after this time (2026-01-05T10:00:00Z)");
  command->add_option("--to", options->upto, "Only events before this time");
  command
      ->add_option("--after", options->after,
                   "Only events after this sequence, to continue an earlier "
                   "export")
      ->check(text::whole());
  command
      ->add_option("--output", options->output,
                   "Output file (default: standard output)")
      ->type_name("FILE");
  command->footer(
      "Batches that can't be read are named on standard error; the others are\n"
      "written.\n"
      "Exit code: 0 written; 1 the order was not found, or a part can't be\n"
      "read; 2 wrong usage, the store can't be opened, or the output can't be\n"
      "written. The output file appears, or is replaced, when it is complete.");
  command->callback(
      [options, &exit_code] { exit_code = export_command(*options); });
}

}  // namespace

void add_audit(CLI::App& app, int& exit_code) {
  auto* command =
      app.add_subcommand("audit", "Check, export and follow the audit trail");
  // `audit tail` joins them in omsctl/live, since it asks a server.
  command->require_subcommand(1);
  add_verify(*command, exit_code);
  add_head(*command, exit_code);
  add_export(*command, exit_code);
}

}  // namespace oms::omsctl
