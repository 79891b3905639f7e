#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <set>
#include <thread>
#include <utility>

#include "tools/json/network.hpp"
#include "tools/json/reader.hpp"
#include "tools/omsctl/import/target.hpp"

namespace oms::omsctl {

namespace {

// A server that is overloaded, or whose disk is full, is asked again, once a
// second as its Retry-After says. After half a minute the import gives up; it
// can be continued.
constexpr int max_tries = 30;
constexpr std::chrono::seconds before_retry{1};
// Counts that are under way at a time. Each waits for its commit, and those
// under way together share one.
constexpr std::size_t connections = 16;

error broken(std::string why) {
  return {error_code::storage_unavailable, std::move(why), {}};
}

// These trust nothing: a server of another version may answer anything, and
// nlohmann's `at` and `get` would throw.
std::int64_t whole_in(const json::value& of, const char* key) {
  const auto found = of.is_object() ? of.find(key) : of.end();
  return found != of.end() && found->is_number_integer()
             ? found->get<std::int64_t>()
             : 0;
}
std::string text_in(const json::value& of, const char* key) {
  const auto found = of.is_object() ? of.find(key) : of.end();
  return found != of.end() && found->is_string() ? found->get<std::string>()
                                                 : std::string();
}
json::value list_in(const json::value& of, const char* key) {
  const auto found = of.is_object() ? of.find(key) : of.end();
  return found != of.end() && found->is_array() ? *found : json::value::array();
}

// Each command as the HTTP request that means the same.
struct request_of {
  http_command operator()(const define_location& body) const {
    return put("/v1/locations/" + encoded(body.settings.id), body.settings);
  }
  http_command operator()(const define_supplier& body) const {
    const auto path = "/v1/suppliers/" + encoded(body.settings.id);
    auto whole = json::write(body.settings);
    // A change of a part is a PATCH: the server reads and changes in one step,
    // so whatever else changed since `look` stays.
    if (!body.change) return send("PUT", path, whole);
    if (!body.keeps_products)
      return send("PATCH", path, {{"products", whole["products"]}});
    whole.erase("products");
    return send("PATCH", path, whole);
  }
  http_command operator()(const define_product& body) const {
    return put("/v1/products/" + encoded(body.settings.sku.value),
               body.settings);
  }
  http_command operator()(const set_routing& body) const {
    return put("/v1/routing", body.rules);
  }
  http_command operator()(const count_stock& body) const {
    return post(body.location, "counts",
                {{"sku", body.sku.value}, {"onHand", body.on_hand.value}});
  }
  http_command operator()(const set_safety_stock& body) const {
    return post(body.location, "safetyStock",
                {{"sku", body.sku.value}, {"quantity", body.units.value}});
  }
  // Not reached, since an import has no other commands; the variant has.
  template <class Other>
  http_command operator()(const Other&) const {
    return {};
  }

 private:
  template <class Settings>
  static http_command put(const std::string& path, const Settings& settings) {
    return send("PUT", path, json::write(settings));
  }
  static http_command send(const char* method, const std::string& path,
                           const json::value& body) {
    return {.method = method,
            .path = path,
            .body = json::one_line(body),
            .by = {},
            .key = {}};
  }
  static http_command post(const std::string& location, const char* what,
                           const json::value& body) {
    return send("POST", "/v1/locations/" + encoded(location) + "/" + what,
                body);
  }
};

class to_server final : public import_target {
 public:
  to_server(server_options options, std::unique_ptr<http_client> server)
      : options_(std::move(options)), server_(std::move(server)) {}

  result<history::network_state> look() override {
    history::network_state there;
    // First, so that its sequence is from before anything else that is read: an
    // answer with a smaller one is from an earlier import.
    const auto stats = page("/v1/admin/stats");
    if (!stats) return stats.failure();
    there.upto = static_cast<sequence>(whole_in(*stats, "sequence"));
    if (auto read = look_at_locations(there); !read) return read.failure();
    if (auto read = look_at_suppliers(there); !read) return read.failure();
    return there;
  }

  status look_closer(const import_plan& plan,
                     history::network_state& there) override {
    // One call per location shows all of its stock.
    std::set<std::string> counted;
    for (const auto& each : plan.commands) {
      auto looked = status(done{});
      if (const auto* count = std::get_if<count_stock>(&each.body)) {
        if (counted.insert(count->location).second)
          looked = look_at_stock(count->location, there);
      } else if (const auto* product =
                     std::get_if<define_product>(&each.body)) {
        looked = look_at_product(product->settings.sku, there);
      } else if (const auto* rules = std::get_if<set_routing>(&each.body)) {
        looked = look_at_rules(rules->rules.brand, there);
      }
      if (!looked) return looked;
    }
    return done{};
  }

  status begin() override {
    // libcurl's handles are not shared between threads, so each gets its own.
    // The first connection is that of `look`.
    for (std::size_t i = 1; i < connections; ++i) {
      auto opened = http_client::open(options_);
      if (!opened) return opened.failure();
      others_.push_back(std::move(*opened));
    }
    return done{};
  }

  import_answers execute(std::vector<command> batch) override {
    // Each entry is written by the one thread that took its index, and read
    // after all have joined.
    std::vector<std::optional<result<http_answer>>> got(batch.size());
    std::atomic<std::size_t> next{0};
    const auto work = [&batch, &got, &next](http_client& by) {
      for (auto i = next++; i < batch.size(); i = next++) {
        got[i] = ask(by, batch[i]);
        // The others end what they have begun.
        if (is_broken(*got[i])) next = batch.size();
      }
    };
    std::vector<std::thread> others;
    if (is_free_of_order(batch))
      for (const auto& each : others_)
        others.emplace_back([&work, &each] { work(*each); });
    // This thread works too; for definitions it is the only one.
    work(*server_);
    for (auto& each : others) each.join();
    return answers_in(got);
  }

  std::string finish() override { return {}; }

  [[nodiscard]] std::size_t batch_size() const override { return 256; }

 private:
  // Asks again while the server says that it can't answer just now: 429 and
  // 503. For a command that is safe, since its key or its content makes a
  // repetition harmless.
  template <class Ask>
  static result<http_answer> persistently(Ask ask) {
    for (int tries = 1;; ++tries) {
      auto got = ask();
      const bool later = got && (got->status == 429 || got->status == 503);
      if (!later || tries == max_tries) return got;
      std::this_thread::sleep_for(before_retry);
    }
  }

  static result<http_answer> ask(http_client& by, const command& one) {
    auto asked = std::visit(request_of(), one.body);
    asked.by = one.by.value;
    asked.key = one.id;
    return persistently([&by, &asked] { return by.send(asked); });
  }

  // Counts and safety stock may be sent in any order, so they share commits.
  // Definitions may be needed by what follows, so they are sent one by one.
  static bool is_free_of_order(const std::vector<command>& batch) {
    return std::all_of(batch.begin(), batch.end(), [](const command& each) {
      return std::holds_alternative<count_stock>(each.body) ||
             std::holds_alternative<set_safety_stock>(each.body);
    });
  }

  // Whether going on is useless. A request that the server refuses for its
  // content concerns one row; these concern all of them.
  static bool is_broken(const result<http_answer>& given) {
    return !given || given->status == 401 || given->status == 429 ||
           given->status >= 500;
  }

  // The answers up to the first command that has none. Later ones may have been
  // done by another connection; they are sent again with the same keys then,
  // and answered the same.
  static import_answers answers_in(
      const std::vector<std::optional<result<http_answer>>>& got) {
    import_answers all;
    for (const auto& given : got) {
      if (given && !is_broken(*given)) {
        all.answers.push_back(answer_in(**given));
        continue;
      }
      // The entry itself may be empty, because its thread was told to stop. Why
      // is in the one that broke.
      const auto first = std::find_if(
          got.begin(), got.end(),
          [](const auto& each) { return each && is_broken(*each); });
      all.broken =
          **first ? broken(problem_text(***first)) : (**first).failure();
      break;
    }
    return all;
  }

  static answer answer_in(const http_answer& given) {
    if (!given.is_good())
      return error{error_code::invalid, problem_text(given), {}};
    const auto read = json::parse_text(given.body);
    return receipt{
        static_cast<sequence>(read ? whole_in(*read, "sequence") : 0)};
  }

  result<json::value> page(const std::string& path) {
    const auto got =
        persistently([&] { return server_->get({.path = path, .query = {}}); });
    if (!got) return got.failure();
    if (!got->is_good())
      // A product that does not exist is an answer to its caller; everything
      // else is not.
      return error{got->status == 404 ? error_code::not_found
                                      : error_code::storage_unavailable,
                   path + ": " + problem_text(*got),
                   {}};
    auto read = json::parse_text(got->body);
    if (!read) return broken(path + ": " + read.failure().message);
    return read;
  }

  // Reads a list of settings and passes each to `take`.
  template <class Settings, class Take>
  status each_of(const std::string& path, const char* key, Take take) {
    const auto all = page(path);
    if (!all) return all.failure();
    for (const auto& each : list_in(*all, key)) {
      auto read = read_one<Settings>(each, path);
      if (!read) return read.failure();
      if (auto taken = take(std::move(*read)); !taken) return taken;
    }
    return done{};
  }

  template <class Settings>
  static result<Settings> read_one(const json::value& from,
                                   const std::string& path) {
    json::faults found;
    Settings settings;
    json::read(json::node(from, "", found), settings);
    if (found.empty()) return settings;
    return broken(fmt::format("{}: {} {}; is the server a different version?",
                              path, found[0].path, found[0].message));
  }

  status look_at_locations(history::network_state& there) {
    return each_of<location_settings>(
        "/v1/locations", "locations", [&there](location_settings one) {
          const source_ref ref{source_kind::location, one.id};
          auto& state = there.sources[ref];
          state.self = ref;
          state.defined = true;
          state.settings = std::move(one);
          return status(done{});
        });
  }

  status look_at_suppliers(history::network_state& there) {
    return each_of<supplier_settings>(
        "/v1/suppliers", "suppliers", [this, &there](supplier_settings one) {
          const source_ref ref{source_kind::supplier, one.id};
          auto& state = there.sources[ref];
          state.self = ref;
          state.defined = true;
          state.supplier = std::move(one);
          return look_at_offer(ref.id, state);
        });
  }

  // What a supplier offers now. `supplier_now` reads it from a source's stock,
  // where an engine keeps it, and not from the settings.
  status look_at_offer(const std::string& id, source_state& state) {
    const auto actor = page("/v1/admin/actors/supplier/" + encoded(id));
    if (!actor) return actor.failure();
    for (const auto& each : list_in(*actor, "stock")) {
      auto& item = state.stock[sku_id(text_in(each, "sku"))];
      item.without_limit = !each.contains("available");
      item.on_hand = quantity{whole_in(each, "available")};
    }
    return done{};
  }

  status look_at_stock(const std::string& location,
                       history::network_state& there) {
    const auto found = there.sources.find({source_kind::location, location});
    // The files define this location, so it has no stock yet.
    if (found == there.sources.end()) return done{};
    const auto all = page("/v1/locations/" + encoded(location) + "/stock");
    if (!all) return all.failure();
    for (const auto& each : list_in(*all, "stock")) {
      auto& item = found->second.stock[sku_id(text_in(each, "sku"))];
      item.on_hand = quantity{whole_in(each, "onHand")};
      // The server shows how much of the safety stock is on hand. If more is
      // wanted than is there, it is set again, to the same value.
      item.safety_setting = quantity{whole_in(each, "safetyStock")};
    }
    return done{};
  }

  status look_at_product(const sku_id& sku, history::network_state& there) {
    const auto path = "/v1/products/" + encoded(sku.value);
    const auto one = page(path);
    if (!one && one.failure().code == error_code::not_found) return done{};
    if (!one) return one.failure();
    auto settings = read_one<product_settings>(*one, path);
    if (!settings) return settings.failure();
    there.products[sku] = std::move(*settings);
    return done{};
  }

  status look_at_rules(const brand_id& brand, history::network_state& there) {
    const auto path = "/v1/routing?brand=" + encoded(brand.value);
    auto one = page(path);
    if (!one) return one.failure();
    // No rules were ever set; what is shown is the engine's default.
    if (whole_in(*one, "version") == 0) return done{};
    auto rules = read_one<routing_rules>((*one)["rules"], path);
    if (!rules) return rules.failure();
    // A brand without rules of its own is shown the default rules, which are
    // not its own to compare with.
    if (rules->brand == brand) there.rules[brand] = std::move(*rules);
    return done{};
  }

  server_options options_;
  std::unique_ptr<http_client> server_;
  // Further connections, for what may be sent at the same time.
  std::vector<std::unique_ptr<http_client>> others_;
};

}  // namespace

result<std::unique_ptr<import_target>> server_target(
    const server_options& server) {
  auto opened = http_client::open(server);
  if (!opened) return opened.failure();
  return std::unique_ptr<import_target>(
      std::make_unique<to_server>(server, std::move(*opened)));
}

}  // namespace oms::omsctl
