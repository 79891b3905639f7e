#include <fmt/core.h>

#include <memory>

#include "tools/files/output_file.hpp"
#include "tools/json/events.hpp"
#include "tools/omsctl/audit/audit_command.hpp"
#include "tools/store/find_order.hpp"
#include "tools/store/store_reading.hpp"
#include "tools/text/as_of_text.hpp"

namespace oms::omsctl {

namespace {

class audit_export_run {
 public:
  audit_export_run(const export_options& options, const text::console& to)
      : options_(options), to_(to) {}

  int operator()() {
    const auto from = text::parse_time_option("--from", options_.from);
    if (!from) return fail(from.failure().message, text::exit_usage);
    const auto upto = text::parse_time_option("--to", options_.upto);
    if (!upto) return fail(upto.failure().message, text::exit_usage);
    from_ = *from;
    upto_ = *upto;
    auto opened = store::open_to_read(options_.store);
    if (!opened) return fail(opened.failure().message, text::exit_usage);
    store_ = std::move(*opened);
    // Whether the order exists is known before the output is opened, so a wrong
    // id does not empty the file of an earlier export.
    if (options_.order.empty()) return write([this] { return whole_log(); });
    const auto key = store::find_order(*store_, options_.order, options_.brand);
    if (!key) return fail(key.failure().message, text::exit_wrong);
    return write([this, &key] { return one_order(*key); });
  }

 private:
  int fail(const std::string& message, int code) const {
    fmt::print(to_.err, "omsctl audit export: {}\n", text::harmless(message));
    return code;
  }

  // Opens and finishes the output around `walk`. Unlike `omsctl export`, what
  // can be read of a damaged log is worth having.
  template <class Walk>
  int write(Walk walk) {
    auto out = files::output_file::open(options_.output, to_.out);
    if (!out) return fail(out.failure().message, text::exit_usage);
    out_ = out->stream();
    const std::vector<store::damaged_range> damaged = walk();
    if (const auto finished = out->finish(); !finished)
      return fail(finished.failure().message, text::exit_usage);
    // Not an error: no event of this time or author is an answer too. A script
    // sees an empty output.
    if (count_ == 0 && damaged.empty())
      fmt::print(to_.err, "omsctl audit export: no event matches\n");
    for (const auto& range : damaged)
      fmt::print(to_.err, "omsctl audit export: {}\n",
                 text::harmless(store::text_of(range)));
    return damaged.empty() ? text::exit_ok : text::exit_wrong;
  }

  std::vector<store::damaged_range> whole_log() {
    store::walk_progress progress(
        // Progress would be drawn between the events on the same screen.
        options_.output.empty() && text::is_terminal(to_.out) ? nullptr
                                                              : to_.err,
        "exporting", options_.after, store_->stats().last);
    return store::scan_readable(*store_, options_.after + 1,
                                [&](const event& e) {
                                  progress.at(e.at);
                                  print(e);
                                  return std::ferror(out_) == 0;
                                });
  }

  // Along the order's own timeline, without reading the rest of the log.
  std::vector<store::damaged_range> one_order(const order_key& key) {
    const auto found =
        store::read_timeline(*store_, entity_of(key), store_->stats().last);
    for (const auto& e : found.events) print(e);
    return found.damaged;
  }

  void print(const event& e) {
    // For one order; a walk through the log has begun after it.
    if (e.at <= options_.after) return;
    if (from_ && e.time < *from_) return;
    if (upto_ && e.time >= *upto_) return;
    // The name as it was recorded, in full: a part of a name could be anyone's.
    if (!options_.by.empty() && e.by.value != options_.by) return;
    ++count_;
    // NDJSON: `one_line` writes no line breaks.
    files::put(out_, json::one_line(json::write(e)) + "\n");
  }

  const export_options& options_;
  const text::console& to_;
  std::unique_ptr<persistence::log_store> store_;
  std::optional<timestamp> from_;
  std::optional<timestamp> upto_;
  std::FILE* out_ = nullptr;
  std::uint64_t count_ = 0;
};

}  // namespace

int export_command(const export_options& options, const text::console& to) {
  return audit_export_run(options, to)();
}

}  // namespace oms::omsctl
