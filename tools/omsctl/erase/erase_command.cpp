#include "tools/omsctl/erase/erase_command.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <set>
#include <vector>

#include "actors/engine.hpp"
#include "persistence/lmdb_store.hpp"
#include "tools/json/value.hpp"
#include "tools/store/disk_wait.hpp"
#include "tools/store/find_order.hpp"
#include "tools/store/store_reading.hpp"
#include "tools/text/caller_name.hpp"
#include "tools/text/command_line.hpp"
#include "tools/text/number_text.hpp"

namespace oms::omsctl {

namespace {

// Commands of one batch. The engine refuses a batch that has more than its
// `max_commands_in_flight`, and a customer may have any number of orders.
constexpr std::size_t batch_size = 1'000;

// Does not call `engine::erase_customer`, which serves a running engine and
// finds the orders in the index of its newest checkpoint. This command must
// notice damage in the log before anything is changed, must count the orders
// that have no data left, erases records that can't be read as well, and goes
// on after an order that is refused, which it names. So it reads the log, and
// starts an engine only if there is something to erase.
class erase_run {
 public:
  erase_run(const erase_options& options, const text::console& to)
      : options_(options), to_(to) {}

  int operator()() {
    if (const int code = find(); code != text::exit_ok) return code;
    if (!with_data_.empty())
      if (const int code = erase(); code != text::exit_ok) return code;
    // Also if nothing was left: an earlier run may have been stopped between
    // the erasure and the compaction. The store is closed first, because
    // compacting takes the writer's lock.
    store_.reset();
    if (const auto gone = persistence::compact_store(options_.store); !gone)
      return fail(
          "the records are erased, but their bytes are still in the "
          "file: " +
              gone.failure().message + "; run the command again",
          text::exit_wrong);
    report();
    return text::exit_ok;
  }

 private:
  int fail(const std::string& message, int code) const {
    fmt::print(to_.err, "omsctl erase: {}\n", text::harmless(message));
    return code;
  }

  int find() {
    if (const auto fault = text::fault_of_caller_name(options_.by))
      return fail("--by " + *fault, text::exit_usage);
    // Read-only first: opening it to write would create a store where there is
    // none, and only this way are the pages of a large store checked.
    if (auto there = store::open_to_read(options_.store); !there)
      return fail(there.failure().message, text::exit_usage);
    auto opened = persistence::open_lmdb_store(options_.store);
    if (!opened) {
      const auto& why = opened.failure();
      return fail(why.code == error_code::conflict
                      ? why.message + "; stop that process first, since " +
                            "erase needs exclusive access"
                      : why.message,
                  text::exit_usage);
    }
    store_ = std::move(*opened);
    std::set<order_key> orders;
    // No index finds orders by customer over all of the log, so it is read
    // once. A damaged log is refused: an order that is not found would keep its
    // data, and the report would say otherwise.
    store::walk_progress progress(to_.err, "searching for orders", 1,
                                  store_->stats().last);
    const auto read = store_->scan(1, [&](const event& e) {
      progress.at(e.at);
      if (is_of_the_customer(e)) orders.insert(order_of(e.entity));
      return true;
    });
    if (!read) return fail(read.failure().message, text::exit_usage);
    orders_ = orders.size();
    for (const auto& order : orders) {
      // A record that can't be read is erased too: a part of it may still be
      // legible in the file.
      const auto has_some = store_->has_personal(order);
      if (!has_some || *has_some) with_data_.push_back(order);
    }
    // Orders without data count as found: the second run for a customer is not
    // an error.
    if (orders_ > 0) return text::exit_ok;
    return fail("there is no order of customer " + options_.customer +
                    (options_.brand ? " and brand " + *options_.brand : ""),
                text::exit_wrong);
  }

  // By the event that places or edits an order: the customer's id is in the
  // log, where nothing is erased, so a customer is found again at any later
  // time.
  [[nodiscard]] bool is_of_the_customer(const event& e) const {
    const auto* placed = std::get_if<order_placed>(&e.body);
    const auto* edited = std::get_if<order_edited>(&e.body);
    if (placed == nullptr && edited == nullptr) return false;
    const auto& body = placed != nullptr ? *placed->body : *edited->body;
    if (body.customer.value != options_.customer) return false;
    return !options_.brand || order_of(e.entity).brand.value == *options_.brand;
  }

  int erase() {
    auto opened = engine::open(
        *store_, store::with_disk_wait_shown("omsctl erase", to_.err));
    if (!opened) return fail(opened.failure().message, text::exit_usage);
    std::size_t refused = 0;
    for (std::size_t i = 0; i < with_data_.size(); i += batch_size) {
      std::vector<command> batch;
      for (std::size_t k = i; k < with_data_.size() && k < i + batch_size; ++k)
        batch.push_back({erase_personal_data{with_data_[k]},
                         actor_name{options_.by}, "omsctl erase"});
      // The engine's answer means that the erasure is on disk.
      const auto answers = (*opened)->execute(std::move(batch));
      for (std::size_t k = 0; k < answers.size(); ++k) {
        if (answers[k]) continue;
        ++refused;
        fmt::print(to_.err, "omsctl erase: order {}: {}\n",
                   text::harmless(store::text_of(with_data_[i + k])),
                   text::harmless(answers[k].failure().message));
      }
    }
    // What was erased stays erased; running the command again takes up the
    // rest.
    if (refused == 0) return text::exit_ok;
    return fail(fmt::format("orders that still have personal data: {}; run "
                            "the command again",
                            refused),
                text::exit_wrong);
  }

  void report() const {
    if (options_.json) {
      const json::value out{{"customer", options_.customer},
                            {"orders", orders_},
                            {"erased", with_data_.size()}};
      fmt::print(to_.out, "{}\n", json::one_line(out));
      return;
    }
    const auto orders = text::grouped(static_cast<std::int64_t>(orders_));
    if (with_data_.empty())
      fmt::print(to_.out,
                 "Nothing is left to erase: customer {} has {} {}, none with "
                 "personal data.\n",
                 text::harmless_line(options_.customer), orders,
                 orders_ == 1 ? "order" : "orders");
    else
      fmt::print(to_.out,
                 "Erased name, address and e-mail of customer {} from {} of {} "
                 "orders.\n",
                 text::harmless_line(options_.customer),
                 text::grouped(static_cast<std::int64_t>(with_data_.size())),
                 orders);
  }

  const erase_options& options_;
  const text::console& to_;
  std::unique_ptr<persistence::log_store> store_;
  std::size_t orders_ = 0;
  std::vector<order_key> with_data_;
};

}  // namespace

int erase_command(const erase_options& options, const text::console& to) {
  return erase_run(options, to)();
}

void add_erase(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand(
      "erase", "Erase a customer's name, addresses and e-mail for good");
  const auto options = std::make_shared<erase_options>();
  text::add_store_option(*command, options->store);
  command
      ->add_option("--customer", options->customer,
                   "Id of the customer, as in the orders")
      ->required();
  command->add_option("--brand", options->brand,
                      "Only orders of this brand, since brands may have "
                      "different customers with one id");
  command->add_option("--by", options->by, "Author in the audit trail")
      ->required()
      ->check(text::an_id());
  command->add_flag("--json", options->json, "Print JSON");
  command->footer(
      "The orders remain, without the personal data. The chain still "
      "verifies,\n"
      "and each order's timeline records the erasure, with its time and "
      "author.\n"
      "The command does not ask for confirmation, can't be undone, and needs\n"
      "exclusive access to the store. Backups keep their own copies.\n"
      "docs/AUDIT.md lists what is removed and what remains.\n"
      "Exit code: 0 erased, or nothing was left; 1 no such customer, or not\n"
      "all could be erased; 2 wrong usage, or the store can't be opened.");
  command->callback(
      [options, &exit_code] { exit_code = erase_command(*options); });
}

}  // namespace oms::omsctl
