#include "tools/omsctl/export/export_command.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include "actors/history/network_history.hpp"
#include "actors/history/order_history.hpp"
#include "actors/order/order.hpp"
#include "actors/order/personal_data.hpp"
#include "tools/files/output_file.hpp"
#include "tools/json/names.hpp"
#include "tools/omsctl/export/network_rows.hpp"
#include "tools/omsctl/export/order_rows.hpp"
#include "tools/omsctl/export/row_writer.hpp"
#include "tools/store/store_reading.hpp"
#include "tools/text/command_line.hpp"

namespace oms::omsctl {

namespace {

// The kinds of an import, then what only an export has. The help lists them in
// this order.
constexpr std::array<const char*, 8> all_kinds = {
    "locations", "suppliers", "supplier-products", "products",
    "stock",     "orders",    "fulfillments",      "network"};
constexpr std::array<const char*, 3> all_formats = {"csv", "json", "ndjson"};

class export_run {
 public:
  export_run(const export_state_options& options, const text::console& to)
      : options_(options), to_(to) {}

  int operator()() {
    // What the parser can't check by itself: combinations of options.
    if (!read_options()) return text::exit_usage;
    auto opened = store::open_to_read(options_.store);
    if (!opened) return fail(opened.failure().message, text::exit_usage);
    store_ = std::move(*opened);
    // Everything is read as of this event, however many an engine appends
    // meanwhile.
    upto_ = store_->stats().last;
    // Before the store is read: an output that can't be opened should not be
    // found after minutes.
    auto out = files::output_file::open(options_.output, to_.out);
    if (!out) return fail(out.failure().message, text::exit_usage);
    out_ = out->stream();
    const auto written =
        is_of_orders() ? write_orders() : write_network_parts();
    // If the output failed, `write_orders` has stopped early, and its failure
    // is only a consequence. `finish` below reports the cause.
    if (!written && std::ferror(out_) == 0)
      return fail(written.failure().message, text::exit_wrong);
    if (const auto finished = out->finish(); !finished)
      return fail(finished.failure().message, text::exit_usage);
    return text::exit_ok;
  }

 private:
  int fail(const std::string& message, int code) const {
    fmt::print(to_.err, "omsctl export: {}\n", text::harmless(message));
    return code;
  }

  [[nodiscard]] bool is(const char* what) const {
    return options_.what == what;
  }
  [[nodiscard]] bool is_of_orders() const {
    return is("orders") || is("fulfillments");
  }

  bool refuse(const std::string& message) const {
    static_cast<void>(fail(message, text::exit_usage));
    return false;
  }

  bool read_options() {
    // Refused, not ignored: the file would have more in it than was asked for.
    if (!is_of_orders() && (options_.brand || !options_.status.empty()))
      return refuse(
          "--brand and --status apply only to orders and fulfillments");
    if (options_.brand) choice_.brand = brand_id{*options_.brand};
    // Its lists have different columns and do not fit into one table.
    if (is("network") && !options_.format.empty() && options_.format != "json")
      return refuse("a network is one JSON object: --format must be json");
    if (options_.format == "json")
      format_ = row_format::json;
    else if (options_.format == "ndjson")
      format_ = row_format::ndjson;
    if (options_.status.empty()) return true;
    return is("orders") ? read_status(choice_.status)
                        : read_status(fulfillment_status_);
  }

  template <class Status>
  bool read_status(std::optional<Status>& out) const {
    // The parser can't check it: which statuses there are depends on --what.
    out = json::named_value<Status>(options_.status);
    return out ? true
               : refuse("--status must be one of " +
                        json::list_of(json::names<Status>()));
  }

  status write_network_parts() const {
    const auto network = history::network_at(*store_, upto_);
    if (!network) return network.failure();
    const auto kind = files::list_kind_named(options_.what);
    // Only the network is not a list of one kind.
    if (!kind) {
      write_network(*network, out_);
      return done{};
    }
    std::vector<std::string_view> columns;
    for (const auto& column : files::columns_of(*kind))
      // Columns that an import ignores are written as well: they are what a
      // reader of stock looks for.
      columns.push_back(column.name);
    row_writer rows(out_, format_, std::move(columns));
    visit_rows(*network, *kind,
               [&rows](const json::value& row) { return rows.add(row); });
    return finish(rows);
  }

  status write_orders() {
    row_writer rows(out_, format_,
                    is("orders") ? order_columns() : fulfillment_columns());
    status personal_read = done{};
    const auto read = history::visit_orders(
        *store_, upto_, choice_, [&](const order_state& state) {
          // The view that the API shows, so that both name and count alike.
          auto order = order::view_of(state);
          if (is("fulfillments")) return add_fulfillments(order, rows);
          // CSV has no columns for personal data, so the record beside the log
          // is not read.
          if (format_ == row_format::csv) return rows.add(order_row(order));
          auto personal = history::personal_of(
              *store_, order.key, state.has_personal, state.personal_version);
          if (!personal) {
            // The visitor can only say that it stops; why goes out this way. An
            // order without its address would pass for one that has none.
            personal_read = personal.failure();
            return false;
          }
          order::add_personal(order, std::move(*personal));
          return rows.add(json_of(order));
        });
    if (!read) return read;
    if (!personal_read) return personal_read;
    return finish(rows);
  }

  bool add_fulfillments(const order_view& order, row_writer& rows) const {
    for (const auto& each : order.fulfillments) {
      if (fulfillment_status_ && each.status != *fulfillment_status_) continue;
      // JSON has a fulfillment with its lines in one object; CSV has a row for
      // each line.
      if (format_ != row_format::csv) {
        if (!rows.add(json_of(order.key, each))) return false;
        continue;
      }
      for (const auto& row : fulfillment_rows(order.key, each))
        if (!rows.add(row)) return false;
    }
    return true;
  }

  // A row that does not fit its format ends the export: a table that lacks a
  // row would pass for whole.
  static status finish(row_writer& rows) {
    if (!rows.problem().empty())
      return error{error_code::invalid, rows.problem(), {}};
    rows.finish();
    return done{};
  }

  const export_state_options& options_;
  const text::console& to_;
  // The network is written as JSON whatever this says.
  row_format format_ = row_format::csv;
  history::order_choice choice_;
  std::optional<fulfillment_status> fulfillment_status_;
  std::unique_ptr<persistence::log_store> store_;
  sequence upto_ = 0;
  std::FILE* out_ = nullptr;
};

}  // namespace

int export_state_command(const export_state_options& options,
                         const text::console& to) {
  return export_run(options, to)();
}

void add_export_state(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand(
      "export", "Export a store's contents as CSV, JSON or NDJSON");
  const auto options = std::make_shared<export_state_options>();
  text::add_store_option(*command, options->store);
  command->add_option("--what", options->what, "What to export")
      ->required()
      ->check(CLI::IsMember(
          std::vector<std::string>(all_kinds.begin(), all_kinds.end())));
  command
      ->add_option("--format", options->format,
                   "Format (default: json for network, csv otherwise)")
      ->check(CLI::IsMember(
          std::vector<std::string>(all_formats.begin(), all_formats.end())));
  command
      ->add_option("--output", options->output,
                   "Output file (default: standard output)")
      ->type_name("FILE");
  command->add_option("--brand", options->brand,
                      "Only orders and fulfillments of this brand");
  command->add_option("--status", options->status,
                      "Only orders or fulfillments with this status");
  command->footer(
      "Money is in minor units; times are RFC 3339. Cells are written\n"
      "unchanged, even if a spreadsheet would read them as a formula. The "
      "JSON\n"
      "of orders contains names and addresses.\n"
      "Exit code: 0 written; 1 a part can't be read or does not fit the\n"
      "format; 2 wrong usage, the store can't be opened, or the output can't\n"
      "be written. Unless the code is 0, the output file is unchanged.");
  command->callback(
      [options, &exit_code] { exit_code = export_state_command(*options); });
}

}  // namespace oms::omsctl
