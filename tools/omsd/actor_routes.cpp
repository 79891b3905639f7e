#include <algorithm>

#include "tools/json/fields.hpp"
#include "tools/json/names.hpp"
#include "tools/json/network.hpp"
#include "tools/omsd/handling.hpp"
#include "tools/omsd/permission.hpp"
#include "tools/omsd/queries.hpp"
#include "tools/text/activity_text.hpp"

namespace oms::omsd {

namespace {

using json::value;

text::actors_shown seen_now(engine& of, std::string kind) {
  const auto stats = of.stats();
  // The counts are read one after the other while orders come and go, so there
  // may be more resident orders than orders for a moment.
  return {.activity = of.activity(),
          .orders_awake = stats.orders_awake,
          .orders_asleep =
              stats.orders - std::min(stats.orders, stats.orders_awake),
          .kind = std::move(kind)};
}

response json_answer(const json::value& out) {
  return {200, json::one_line(out), json_type, {}};
}

// Appends the list to the text directly. A JSON tree of a location with
// 100,000 SKUs would take several times the memory of its text.
template <class T>
response with_list(const json::value& out, const std::string& name,
                   const std::vector<T>& list) {
  auto text = json::one_line(out);
  text.back() = ',';
  return {200, text + " \"" + name + "\": " + json::list_text(list) + "}"};
}

error no_actor(const std::string& kind, const std::string& id) {
  return {error_code::not_found, "there is no " + kind + " " + id, {}};
}

void list(service& of, const request& asked, const reply& to) {
  if (auto may = may_see_all_brands(asked.who); !may)
    return to.answer(problem(may.failure()));
  auto kind = asked.asked("kind").value_or("");
  if (!kind.empty() && !text::is_actor_kind(kind))
    return to.answer(
        problem(wrong_parameter("kind", "is not a kind of actor")));
  query_call(of, asked, to,
             [&of, kind = std::move(kind), text = asked.wants_text,
              colours = colours_of(asked)] {
               const auto shown = seen_now(of.engine.behind(), kind);
               return text ? text_answer(text::actors_text(shown, colours))
                           : json_answer(text::actors_json(shown));
             });
}

template <class Settings, class Stock>
// The settings come from the network actor and the stock from the source
// itself, so either may fail.
response source_state_of(const std::string& kind, const std::string& id,
                         const result<Settings>& settings,
                         const result<Stock>& stock) {
  if (!settings || !stock) {
    const auto& failure = settings ? stock.failure() : settings.failure();
    return problem(failure.code == error_code::not_found ? no_actor(kind, id)
                                                         : failure);
  }
  return with_list(
      {{"kind", kind}, {"id", id}, {"settings", json::write(*settings)}},
      "stock", *stock);
}

// A product has no state but its settings.
response product_state_of(service& of, const std::string& id) {
  const auto settings = find_product(of, id);
  if (!settings) return problem(settings.failure());
  return json_answer(
      {{"kind", "product"}, {"id", id}, {"settings", json::write(*settings)}});
}

response backorder_queue_of(service& of, const std::string& sku,
                            const files::access& who) {
  const auto line = find_waiting(of, sku_id(sku), who);
  if (!line) return problem(line.failure());
  return with_list({{"kind", "waitingLine"}, {"id", sku}}, "waiting", *line);
}

response shard_of(engine& of, const std::string& kind, const std::string& id) {
  // A shard has no state to ask for. What is shown is how it answered a
  // message, so all actors are asked and one is kept.
  auto shown = seen_now(of, kind);
  std::erase_if(shown.activity.actors, [&](const actor_activity& each) {
    return each.kind != kind || each.id != id;
  });
  if (shown.activity.actors.empty()) return problem(no_actor(kind, id));
  const auto& seen = shown.activity.actors.front();
  return json_answer({{"kind", kind},
                      {"id", id},
                      {"keeps", seen.holds},
                      {"answered", seen.answered},
                      {"waitUs", seen.waited.count()},
                      {"mailbox", seen.mailbox}});
}

void show(service& of, const request& asked, const reply& to) {
  const auto& kind = asked.id("kind");
  const auto& id = asked.id("id");
  if (kind == "order") {
    auto key = order_named(asked, id);
    if (!key) return to.answer(problem(key.failure()));
    return query_call(of, asked, to, [&of, key = *key] {
      return answer_of(of.engine.behind().order(key));
    });
  }
  // A product has settings in the log but no actor, so its kind is not among
  // those of actors.
  if (kind != "product" && !text::is_actor_kind(kind))
    return to.answer(
        problem({error_code::not_found, "there is no kind " + kind, {}}));
  const bool has_one_subject = kind == "location" || kind == "supplier" ||
                               kind == "waitingLine" || kind == "product";
  // A shard tells of the orders of every brand.
  if (!has_one_subject)
    if (auto may = may_see_all_brands(asked.who); !may)
      return to.answer(problem(may.failure()));
  query_call(
      of, asked, to,
      [&of, kind, id, who = asked.who] {
        auto& engine = of.engine.behind();
        if (kind == "location")
          return source_state_of(kind, id, engine.location(id),
                                 engine.location_stock(id));
        if (kind == "supplier")
          return source_state_of(kind, id, engine.supplier(id),
                                 engine.supplier_stock(id));
        if (kind == "waitingLine") return backorder_queue_of(of, id, who);
        if (kind == "product") return product_state_of(of, id);
        return shard_of(engine, kind, id);
      },
      // A source or a backorder queue may be large, and its size is known only
      // once it is read.
      has_one_subject ? query_kind::large : query_kind::usual);
}

}  // namespace

void add_actor_routes(std::vector<route>& all) {
  all.push_back(reading(
      "/v1/admin/actors",
      "The engine's actors by kind, and how long messages wait for them.", list,
      nullptr, {{"kind", "Only actors of this kind."}}));
  all.push_back(
      reading("/v1/admin/actors/{kind}/{id}",
              "The state of one actor: an order, a location, a supplier, the "
              "waitingLine of a SKU, a product, or a shard by its number.",
              show, nullptr, {brand_parameter}));
}

}  // namespace oms::omsd
