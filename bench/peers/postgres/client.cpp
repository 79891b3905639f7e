// postgres_load: the orders of oms_load, placed in PostgreSQL.
//
//   postgres_load "host=/tmp/pg dbname=oms" --clients 16 --per-call 1
//
// It fills the database, which must have schema.sql and be empty, with the
// network of the mix, warms up and measures. Each client is a thread with a
// connection and prepared statements; it sends a call, waits for its answer,
// and sends the next. bench/peers/postgres/compare runs it next to oms_load.

#include <fmt/core.h>
#include <libpq-fe.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <variant>
#include <vector>

#include "bench/load/histogram.hpp"
#include "bench/workload.hpp"
#include "tools/text/command_line.hpp"
#include "tools/text/exit_codes.hpp"

namespace oms::peers {
namespace {

using clock = std::chrono::steady_clock;

struct settings {
  std::string database;
  bench::workload_settings work;
  std::size_t orders = 50'000;
  std::size_t warm_up = 5'000;
  std::size_t clients = 16;
  std::size_t per_call = 1;
};

// A text as PostgreSQL reads it within an array.
std::string element(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

template <class Range, class Text>
std::string array_of(const Range& range, Text text) {
  std::string out = "{";
  for (const auto& each : range) {
    if (out.size() > 1) out += ',';
    out += text(each);
  }
  return out + '}';
}

// The parameters of one call, as texts; null for none.
class parameters {
 public:
  void add(std::string text) {
    texts_.push_back(std::make_unique<std::string>(std::move(text)));
    values_.push_back(texts_.back()->c_str());
  }
  void add_null() { values_.push_back(nullptr); }
  [[nodiscard]] const char* const* values() const { return values_.data(); }
  [[nodiscard]] int size() const { return static_cast<int>(values_.size()); }

 private:
  std::vector<std::unique_ptr<std::string>> texts_;
  std::vector<const char*> values_;
};

class connection {
 public:
  explicit connection(const std::string& database)
      : to_(PQconnectdb(database.c_str())) {
    if (PQstatus(to_.get()) != CONNECTION_OK) throw failure();
    prepare("define", "SELECT define_location($1,$2,$3,$4)");
    prepare("receive", "SELECT receive_stock($1,$2,$3,$4)");
    prepare("cancel", "SELECT cancel_units($1,$2,$3,$4,$5)");
    prepare("place_many", "SELECT place_orders($1,$2)");
    prepare("place",
            "SELECT place_order($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13)");
  }

  // The loser of a deadlock comes again, as always.
  void call(const std::string& name, const parameters& with) {
    for (;;) {
      const result done(PQexecPrepared(to_.get(), name.c_str(), with.size(),
                                       with.values(), nullptr, nullptr, 0));
      const auto status = PQresultStatus(done.get());
      if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) return;
      const char* state = PQresultErrorField(done.get(), PG_DIAG_SQLSTATE);
      if (state == nullptr || std::string_view(state) != "40P01")
        throw failure();
      ++deadlocks;
    }
  }
  void run(const std::string& statement) {
    const result done(PQexec(to_.get(), statement.c_str()));
    const auto status = PQresultStatus(done.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
      throw failure();
  }
  std::int64_t number(const std::string& query) {
    const result done(PQexec(to_.get(), query.c_str()));
    if (PQresultStatus(done.get()) != PGRES_TUPLES_OK) throw failure();
    return std::stoll(PQgetvalue(done.get(), 0, 0));
  }

  std::size_t deadlocks = 0;

 private:
  struct closer {
    void operator()(PGconn* it) const { PQfinish(it); }
    void operator()(PGresult* it) const { PQclear(it); }
  };
  using result = std::unique_ptr<PGresult, closer>;

  void prepare(const char* name, const char* statement) {
    const result done(PQprepare(to_.get(), name, statement, 0, nullptr));
    if (PQresultStatus(done.get()) != PGRES_COMMAND_OK) throw failure();
  }
  [[nodiscard]] std::runtime_error failure() const {
    return std::runtime_error(PQerrorMessage(to_.get()));
  }

  std::unique_ptr<PGconn, closer> to_;
};

// --- commands as calls
// --------------------------------------------------------

struct prepared_call {
  std::string name;
  parameters with;
  /// How many it places.
  std::size_t orders = 0;
  /// For a cancellation: the call that places its order, which another client
  /// may be making.
  std::optional<std::size_t> after = {};
};

prepared_call call_of(const place_order& in, const std::string& by) {
  prepared_call out{"place", {}, 1};
  auto& with = out.with;
  with.add(in.order.brand.value);
  with.add(in.order.id.value);
  with.add(in.body.channel);
  with.add(in.body.customer.value);
  with.add(in.body.ship_to.country);
  with.add(std::to_string(in.body.ship_to.position->latitude));
  with.add(std::to_string(in.body.ship_to.position->longitude));
  with.add(std::to_string(in.body.payment->captured.value));
  const auto& person = in.personal;
  if (person.empty())
    with.add_null();
  else
    with.add(array_of(std::vector{person.name, person.email, person.line1,
                                  person.city, person.postal_code},
                      element));
  const auto& lines = in.body.lines;
  with.add(array_of(
      lines, [](const order_line& each) { return element(each.sku.value); }));
  with.add(array_of(lines, [](const order_line& each) {
    return std::to_string(each.units.value);
  }));
  with.add(array_of(lines, [](const order_line& each) {
    return std::to_string(each.unit_price.value);
  }));
  with.add(by);
  return out;
}

// As place_orders reads it.
nlohmann::json fields_of(const place_order& in) {
  nlohmann::json out{{"brand", in.order.brand.value},
                     {"number", in.order.id.value},
                     {"channel", in.body.channel},
                     {"customer", in.body.customer.value},
                     {"country", in.body.ship_to.country},
                     {"latitude", in.body.ship_to.position->latitude},
                     {"longitude", in.body.ship_to.position->longitude},
                     {"captured", in.body.payment->captured.value}};
  const auto& person = in.personal;
  if (!person.empty())
    out["person"] = {person.name, person.email, person.line1, person.city,
                     person.postal_code};
  for (const auto& line : in.body.lines) {
    out["skus"].push_back(line.sku.value);
    out["quantities"].push_back(line.units.value);
    out["prices"].push_back(line.unit_price.value);
  }
  return out;
}

prepared_call call_of(const receive_stock& in, const std::string& by) {
  prepared_call out{.name = "receive", .with = {}};
  out.with.add(in.location);
  out.with.add(in.sku.value);
  out.with.add(std::to_string(in.units.value));
  out.with.add(by);
  return out;
}

prepared_call call_of(const cancel_order& in, const std::string& by) {
  prepared_call out{.name = "cancel", .with = {}};
  const auto& line = in.lines->front();
  out.with.add(in.order.brand.value);
  out.with.add(in.order.id.value);
  out.with.add(line.line.value);
  out.with.add(std::to_string(line.units.value));
  out.with.add(by);
  return out;
}

prepared_call call_of(const define_location& in, const std::string&) {
  prepared_call out{.name = "define", .with = {}};
  out.with.add(in.settings.id);
  out.with.add(std::to_string(in.settings.priority));
  out.with.add(std::to_string(in.settings.position->latitude));
  out.with.add(std::to_string(in.settings.position->longitude));
  return out;
}

prepared_call call_of(const command& one) {
  return std::visit(
      [&](const auto& body) -> prepared_call {
        if constexpr (requires { call_of(body, one.by.value); })
          return call_of(body, one.by.value);
        else
          throw std::logic_error("a command that no mix has");
      },
      static_cast<const command_variant&>(one.body));
}

// --- the measurement
// ------------------------------------------------------------

void set_up(const settings& given, const bench::workload& work) {
  connection one(given.database);
  one.run("BEGIN");
  // The setup is not measured, so it need not wait for the disk.
  one.run("SET LOCAL synchronous_commit = off");
  for (const auto& batch : work.setup(10'000))
    for (const auto& each : batch) {
      const auto call = call_of(each);
      one.call(call.name, call.with);
    }
  for (const auto& sku : work.skus_without_stock())
    one.run("INSERT INTO product (sku) VALUES ('" + sku + "')");
  one.run("COMMIT");
  one.run("VACUUM ANALYZE");
}

struct measured {
  double seconds = 0;
  std::size_t deadlocks = 0;
  load::histogram latency;
};

// Made beforehand, so that the time is the database's.
class call_list {
 public:
  call_list(bench::workload& work, std::size_t orders, std::size_t per_call)
      : per_call_(per_call) {
    constexpr std::size_t batch = 1'000;
    for (std::size_t made = 0; made < orders; made += batch)
      add(work.next_batch(std::min(batch, orders - made)));
    add(work.last_batch());
    flush();
  }

  [[nodiscard]] const std::vector<prepared_call>& all() const { return all_; }

 private:
  void add(const std::vector<command>& commands) {
    for (const auto& each : commands) {
      const auto* placing = std::get_if<place_order>(&each.body);
      if (placing != nullptr) {
        add(*placing, each);
        continue;
      }
      auto call = call_of(each);
      if (const auto* cancelling = std::get_if<cancel_order>(&each.body)) {
        // It must not wait for a call that comes after it.
        if (!placed_by_.contains(cancelling->order)) flush();
        call.after = placed_by_.at(cancelling->order);
      }
      all_.push_back(std::move(call));
    }
  }
  void add(const place_order& placing, const command& as_sent) {
    if (per_call_ == 1) {
      placed_by_[placing.order] = all_.size();
      all_.push_back(call_of(as_sent));
      return;
    }
    pending_.push_back(fields_of(placing));
    pending_orders_.push_back(placing.order);
    if (pending_.size() == per_call_) flush();
  }
  void flush() {
    if (pending_.empty()) return;
    prepared_call out{"place_many", {}, pending_.size()};
    out.with.add(pending_.dump());
    out.with.add("shop");
    for (const auto& each : pending_orders_) placed_by_[each] = all_.size();
    all_.push_back(std::move(out));
    pending_ = nlohmann::json::array();
    pending_orders_.clear();
  }

  std::size_t per_call_;
  nlohmann::json pending_ = nlohmann::json::array();
  std::vector<order_key> pending_orders_;
  std::map<order_key, std::size_t> placed_by_;
  std::vector<prepared_call> all_;
};

measured place(const settings& given, const std::vector<prepared_call>& all) {
  std::atomic<std::size_t> next{0};
  std::vector<std::atomic<bool>> is_done(all.size());
  std::mutex mutex;
  measured out;
  std::exception_ptr failure;
  std::vector<std::unique_ptr<connection>> connections;
  for (std::size_t i = 0; i < given.clients; ++i)
    connections.push_back(std::make_unique<connection>(given.database));
  const auto work = [&](connection& mine) {
    load::histogram took;
    try {
      for (auto i = next++; i < all.size(); i = next++) {
        if (all[i].after) is_done[*all[i].after].wait(false);
        const auto since = clock::now();
        mine.call(all[i].name, all[i].with);
        took.add(clock::now() - since, all[i].orders);
        is_done[i] = true;
        is_done[i].notify_all();
      }
    } catch (...) {
      const std::lock_guard lock(mutex);
      // The first: others follow from it, such as a cancellation of an order
      // that was not placed.
      if (!failure) failure = std::current_exception();
      next = all.size();
      // Whoever waits for a call that won't come.
      for (auto& each : is_done) {
        each = true;
        each.notify_all();
      }
    }
    const std::lock_guard lock(mutex);
    out.latency.add(took);
    out.deadlocks += mine.deadlocks;
  };
  const auto began = clock::now();
  std::vector<std::thread> threads;
  for (auto& each : connections) threads.emplace_back(work, std::ref(*each));
  for (auto& each : threads) each.join();
  out.seconds = std::chrono::duration<double>(clock::now() - began).count();
  if (failure) std::rethrow_exception(failure);
  return out;
}

// What must hold whatever came between: nothing oversold, and every unit is
// promised, waits or is cancelled.
void check(const settings& given, const bench::workload& work) {
  connection one(given.database);
  const auto expect = [&](const char* what, std::int64_t got,
                          std::int64_t wanted) {
    if (got != wanted)
      throw std::runtime_error(
          fmt::format("{}: {} instead of {}", what, got, wanted));
  };
  expect("lines that do not add up",
         one.number("SELECT count(*) FROM order_line WHERE quantity <> "
                    "allocated + backordered + cancelled"),
         0);
  expect("promised units",
         one.number("SELECT coalesce(sum(committed), 0) FROM stock"),
         one.number("SELECT coalesce(sum(allocated), 0) FROM order_line"));
  expect("units of fulfillments",
         one.number("SELECT coalesce(sum(quantity), 0) FROM fulfillment_line"),
         one.number("SELECT coalesce(sum(allocated), 0) FROM order_line"));
  expect("units that wait",
         one.number("SELECT coalesce(sum(backordered), 0) FROM order_line"),
         work.units_ordered() - work.units_promisable());
  // Calls of several orders take their numbers once the stock is theirs.
  if (given.per_call > 1 && given.work.mix == bench::order_mix::hot_sku)
    expect("orders that were served before one that waited longer",
           one.number("SELECT count(*) FROM order_line WHERE allocated > 0 AND "
                      "orders > (SELECT min(orders) FROM order_line WHERE "
                      "backordered > 0)"),
           0);
  expect("cancelled units",
         one.number("SELECT coalesce(sum(cancelled), 0) FROM order_line"),
         work.units_cancelled());
}

int measure(settings given) {
  if (given.work.mix == bench::order_mix::hot_sku)
    given.work.stock_units = bench::hot_sku_units(given.warm_up, given.orders);
  bench::workload work(given.work);
  set_up(given, work);
  {
    const call_list warm_up(work, given.warm_up, given.per_call);
    place(given, warm_up.all());
  }
  const call_list all(work, given.orders, given.per_call);
  const auto took = place(given, all.all());
  check(given, work);
  const auto s = [&](double share) {
    return std::chrono::duration<double>(took.latency.quantile(share)).count();
  };
  fmt::print(
      "{}\n",
      nlohmann::ordered_json{
          {"clients", given.clients},
          {"per_call", given.per_call},
          {"orders", given.orders},
          {"orders_routed/s", static_cast<double>(given.orders) / took.seconds},
          {"answer_p50_s", s(0.5)},
          {"answer_p99_s", s(0.99)},
          {"deadlocks", took.deadlocks}}
          .dump());
  return text::exit_ok;
}

}  // namespace

int run(int argc, char** argv) {
  CLI::App app("Place the orders of oms_load in PostgreSQL", "postgres_load");
  settings given;
  app.add_option("database", given.database,
                 "Connection, as libpq has it: \"host=/tmp/pg dbname=oms\"")
      ->required();
  app.add_option("--mix", given.work.mix, "bare, real or hot_sku")
      ->transform(CLI::CheckedTransformer(bench::mix_names()));
  app.add_option("--orders", given.orders, "Orders that are measured")
      ->check(text::whole(1, 10'000'000))
      ->capture_default_str();
  app.add_option("--warm-up", given.warm_up, "Orders before those")
      ->check(text::whole(0, 10'000'000))
      ->capture_default_str();
  app.add_option("--clients", given.clients, "Connections")
      ->check(text::whole(1, 1'000))
      ->capture_default_str();
  app.add_option("--per-call", given.per_call, "Orders per function call")
      ->check(text::whole(1, 10'000))
      ->capture_default_str();
  app.add_option("--skus", given.work.skus, "SKUs that each location has")
      ->check(text::whole(2, 1'000'000))
      ->capture_default_str();
  app.footer("Exit code: 0 done; 1 the database failed or is wrong; 2 usage.");
  if (const auto ended = text::parse_command_line(app, argc, argv))
    return *ended;
  return measure(given);
}

}  // namespace oms::peers

int main(int argc, char** argv) {
  try {
    return oms::peers::run(argc, argv);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "postgres_load: %s\n", failure.what());
    return oms::text::exit_wrong;
  }
}
