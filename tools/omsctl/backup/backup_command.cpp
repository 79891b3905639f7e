#include "tools/omsctl/backup/backup_command.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>

#include "messages/hex.hpp"
#include "tools/store/chain_head.hpp"
#include "tools/store/store_reading.hpp"
#include "tools/text/command_line.hpp"
#include "tools/text/number_text.hpp"

namespace oms::omsctl {

namespace {

int fail(const text::console& to, const std::string& message, int code) {
  fmt::print(to.err, "omsctl backup: {}\n", text::harmless(message));
  return code;
}

// A store with another one in it is refused by what looks into its folder.
bool is_in_store(const std::string& to, const std::string& store) {
  namespace fs = std::filesystem;
  std::error_code unknown;
  const auto outer = fs::canonical(store, unknown);
  const auto inner = fs::weakly_canonical(fs::absolute(to, unknown), unknown);
  return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end())
             .first == outer.end();
}

}  // namespace

int backup_command(const backup_options& options, const text::console& to) {
  const auto store = store::open_to_read(options.store);
  if (!store) return fail(to, store.failure().message, text::exit_usage);
  if (is_in_store(options.to, options.store))
    return fail(to,
                options.to +
                    ": is in the folder of the store; name another "
                    "folder with --to",
                text::exit_usage);
  if (text::is_terminal(to.err))
    // The store copies itself in one call that does not tell how far it is, so
    // its size is all that can be shown. The line is erased below, before
    // anything else is printed.
    fmt::print(to.err, "copying {} ...\r",
               text::bytes_text((*store)->stats().bytes));
  const auto copied = (*store)->back_up(options.to);
  if (text::is_terminal(to.err)) fmt::print(to.err, "\x1b[K");
  if (!copied) {
    // A folder with something in it is the user's mistake and exits with 2;
    // everything else went wrong while copying.
    const auto& why = copied.failure();
    return fail(
        to,
        why.code == error_code::conflict
            ? why.message + "; name another folder with --to"
            : why.message,
        why.code == error_code::conflict ? text::exit_usage : text::exit_wrong);
  }
  // The copy is opened for its report: a backup that does not open is not one,
  // and the head printed here is the copy's own.
  const auto copy = store::open_to_read(options.to);
  if (!copy) return fail(to, copy.failure().message, text::exit_wrong);
  const auto stats = (*copy)->stats();
  if (options.json) {
    // The sequence and hash under the keys of an exported head.
    auto out = store::head_json({stats.last, stats.head});
    out["store"] = options.to;
    out["bytes"] = stats.bytes;
    fmt::print(to.out, "{}\n", json::one_line(out));
    return text::exit_ok;
  }
  fmt::print(
      to.out,
      "{}: {} in {}, {}\nhead  {} {}\n"
      "Check it with: omsctl audit verify --store {}\n",
      text::harmless_line(options.to),
      text::counted(static_cast<std::int64_t>(stats.last), "event", "events"),
      text::counted(static_cast<std::int64_t>(stats.entries), "batch",
                    "batches"),
      text::bytes_text(stats.bytes), stats.last, hex_of(stats.head),
      text::harmless_line(options.to));
  return text::exit_ok;
}

void add_backup(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand(
      "backup", "Copy a store, even while an engine writes to it");
  const auto options = std::make_shared<backup_options>();
  text::add_store_option(*command, options->store);
  command
      ->add_option("--to", options->to,
                   "Folder for the copy; empty, or created")
      ->required()
      ->type_name("DIR");
  command->add_flag("--json", options->json, "Print JSON");
  command->footer(
      "The copy is the store as of one moment and opens like any store.\n"
      "Exit code: 0 the copy is on disk; 1 it could not be made; 2 wrong\n"
      "usage, or the store can't be opened.");
  command->callback(
      [options, &exit_code] { exit_code = backup_command(*options); });
}

}  // namespace oms::omsctl
