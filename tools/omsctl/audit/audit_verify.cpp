#include <fmt/core.h>

#include <algorithm>

#include "messages/hex.hpp"
#include "tools/omsctl/audit/audit_command.hpp"
#include "tools/store/chain_head.hpp"
#include "tools/store/store_reading.hpp"
#include "tools/text/number_text.hpp"

namespace oms::omsctl {

namespace {

std::string counted(std::uint64_t number) {
  return text::grouped(static_cast<std::int64_t>(number));
}

struct findings {
  persistence::store_stats stats;
  status chain = done{};
  std::optional<store::exported_head> head;
  status against = done{};
};

// "fault" is there only if something is wrong, so its presence is a test of its
// own.
json::value findings_json(const findings& found) {
  json::value out{{"batches", found.stats.entries},
                  {"events", found.stats.last},
                  {"sequence", found.stats.last},
                  {"hash", hex_of(found.stats.head)},
                  {"unbroken", found.chain.ok()}};
  if (!found.chain) out["fault"] = found.chain.failure().message;
  if (!found.head) return out;
  out["against"] = store::head_json(*found.head);
  out["against"]["contained"] = found.against.ok();
  if (!found.against) out["against"]["fault"] = found.against.failure().message;
  return out;
}

void print_text(const findings& found, const verify_options& options,
                const text::console& to) {
  const text::palette colours(to.out);
  // Words and not only colors: output is also read in files and by people who
  // can't tell red from green.
  const auto verdict = [&colours](bool good, const char* yes, const char* no) {
    return good ? colours.paint(text::colour::green, yes)
                : colours.paint(text::colour::red, no);
  };
  fmt::print(to.out, "store     {}\n", text::harmless_line(options.store));
  fmt::print(to.out, "batches   {}\n", counted(found.stats.entries));
  fmt::print(to.out, "events    {}\n", counted(found.stats.last));
  fmt::print(to.out, "sequence  {}\n", found.stats.last);
  fmt::print(to.out, "hash      {}\n", hex_of(found.stats.head));
  fmt::print(to.out, "chain     {}\n",
             verdict(found.chain.ok(), "unbroken", "BROKEN"));
  // The error code tells an unreadable history from a different one. Evidence
  // of forgery must not be claimed where only a disk failed.
  const bool is_known = found.against || found.against.failure().code !=
                                             error_code::storage_unavailable;
  if (found.head)
    fmt::print(
        to.out, "against   {}: sequence {} {}\n",
        text::harmless_line(options.against), found.head->last,
        verdict(found.against.ok(), "still has that hash",
                is_known ? "IS A DIFFERENT HISTORY" : "can't be compared"));
  // An empty log verifies, but is rarely the one that was meant.
  if (found.stats.last == 0) fmt::print(to.out, "The log is empty.\n");
}

}  // namespace

int verify_command(const verify_options& options, const text::console& to) {
  findings found;
  // Before the store is opened: a mistake in the command line should not cost a
  // walk through a large store.
  if (!options.against.empty()) {
    auto head = store::head_of_file(options.against);
    if (!head) {
      fmt::print(to.err, "omsctl audit verify: {}\n",
                 text::harmless(head.failure().message));
      return text::exit_usage;
    }
    found.head = *head;
  }
  const auto store = store::open_to_read(options.store);
  if (!store) {
    fmt::print(to.err, "omsctl audit verify: {}\n",
               text::harmless(store.failure().message));
    return text::exit_usage;
  }
  // Before the walk: an engine may append meanwhile, and what is printed must
  // be covered by what was walked.
  found.stats = (*store)->stats();
  if (text::is_terminal(to.err))
    fmt::print(to.err, "checking {} batches ...\r",
               counted(found.stats.entries));
  // Walks every page, batch and record once more, whatever opening has checked.
  found.chain = (*store)->verify();
  if (text::is_terminal(to.err)) fmt::print(to.err, "\x1b[K");
  if (found.head) found.against = store::compare_head(**store, *found.head);

  // Results go to standard output, broken or not; the sentences that say what
  // is wrong go to standard error.
  if (options.json)
    fmt::print(to.out, "{}\n", json::one_line(findings_json(found)));
  else
    print_text(found, options, to);
  if (!found.chain)
    fmt::print(to.err, "omsctl audit verify: {}\n{}\n",
               text::harmless(found.chain.failure().message),
               store::restore_advice);
  if (!found.against)
    fmt::print(to.err, "omsctl audit verify: {}: {}\n",
               text::harmless_line(options.against),
               text::harmless(found.against.failure().message));
  return found.chain && found.against ? text::exit_ok : text::exit_wrong;
}

int head_command(const std::string& directory, const text::console& to) {
  const auto store = store::open_to_read(directory);
  if (!store) {
    fmt::print(to.err, "omsctl audit head: {}\n",
               text::harmless(store.failure().message));
    return text::exit_usage;
  }
  const auto stats = (*store)->stats();
  fmt::print(to.out, "{}\n",
             json::one_line(store::head_json({stats.last, stats.head})));
  return text::exit_ok;
}

}  // namespace oms::omsctl
