#include <algorithm>

#include "actors/history/network_history.hpp"
#include "messages/api/api.capnp.h"
#include "tools/json/names.hpp"
#include "tools/json/value.hpp"
#include "tools/json/views.hpp"
#include "tools/omsd/handling.hpp"
#include "tools/omsd/queries.hpp"
#include "tools/text/routing_text.hpp"
#include "tools/text/source_text.hpp"
#include "tools/text/stock_text.hpp"

namespace oms::omsd {

namespace {

/// A PUT replaces whole.
template <class Command, auto Id>
void define(service& of, const request& asked, const reply& to,
            std::string_view name) {
  Command command;
  using id_type = std::decay_t<decltype(command.settings.*Id)>;
  command.settings.*Id = id_type(asked.id(name));
  if (auto read = api::read_json(asked.body, command.settings); !read)
    return to.answer(problem(read.failure()));
  run_command(of, asked, to, std::move(command));
}

void put_location(service& of, const request& asked, const reply& to) {
  define<define_location, &location_settings::id>(of, asked, to, "location");
}
void put_supplier(service& of, const request& asked, const reply& to) {
  define<define_supplier, &supplier_settings::id>(of, asked, to, "supplier");
}
void put_product(service& of, const request& asked, const reply& to) {
  define<define_product, &product_settings::sku>(of, asked, to, "sku");
}

/// A PATCH changes what it names, where the settings are kept: two of them at
/// once both take effect.
template <class Command, auto Id>
void change(service& of, const request& asked, const reply& to,
            std::string_view name) {
  Command command;
  using id_type = std::decay_t<decltype(command.settings.*Id)>;
  command.settings.*Id = id_type(asked.id(name));
  if (auto read = api::read_patch(asked.body, command); !read)
    return to.answer(problem(read.failure()));
  run_command(of, asked, to, std::move(command));
}

void patch_location(service& of, const request& asked, const reply& to) {
  change<define_location, &location_settings::id>(of, asked, to, "location");
}
void patch_supplier(service& of, const request& asked, const reply& to) {
  change<define_supplier, &supplier_settings::id>(of, asked, to, "supplier");
}
void patch_product(service& of, const request& asked, const reply& to) {
  change<define_product, &product_settings::sku>(of, asked, to, "sku");
}

/// A call about stock of the location that the path names.
template <class Command>
void on_location(service& of, const request& asked, const reply& to) {
  Command command{};
  command.location = asked.id("location");
  command_call(of, asked, to, std::move(command));
}

/// As text, a source is shown with its stock; so it is as it was.
response source_then(service& of, const source_ref& source,
                     const std::optional<history::moment>& at, bool text,
                     const std::string& when, const text::palette& colours) {
  const auto state =
      history::source_at(of.store, source, at.value_or(history::newest));
  if (!state && state.failure().code == error_code::not_found)
    return problem({error_code::not_found,
                    "there is no " + std::string(json::name_of(source.kind)) +
                        " " + source.id + (at ? " then" : ""),
                    {}});
  if (!state) return problem(state.failure());
  if (text) return text_answer(text::source_text(*state, when, colours));
  const auto body = state->supplier
                        ? api::write_json(history::supplier_now(*state))
                        : api::write_json(state->settings);
  return {200, body, json_type};
}

/// A location or supplier; `now` answers what the engine has in JSON.
template <class Now>
void show_source(service& of, const request& asked, const reply& to,
                 source_ref source, Now now) {
  auto at = moment_asked(asked);
  if (!at) return to.answer(problem(at.failure()));
  query_call(
      of, asked, to,
      [&of, now, source = std::move(source), at = *at, when = when_asked(asked),
       text = asked.wants_text, colours = colours_of(asked)] {
        return text || at ? source_then(of, source, at, text, when, colours)
                          : now(of.engine.behind(), source.id);
      },
      asked.wants_text || *at ? query_kind::large : query_kind::usual);
}

void show_location(service& of, const request& asked, const reply& to) {
  show_source(of, asked, to, {source_kind::location, asked.id("location")},
              [](engine& in, const std::string& id) {
                return answer_of(in.location(id));
              });
}

void show_supplier(service& of, const request& asked, const reply& to) {
  show_source(of, asked, to, {source_kind::supplier, asked.id("supplier")},
              [](engine& in, const std::string& id) {
                auto got = in.supplier(id);
                const auto entries = got ? got->products.size() : 0;
                return large_answer_of(std::move(got), entries);
              });
}

void list_locations(service& of, const request& asked, const reply& to) {
  query_call(of, asked, to, [&of] {
    auto all = of.engine.behind().locations();
    const auto entries = all.size();
    return large_answer_of(result(std::move(all)), entries);
  });
}

void list_suppliers(service& of, const request& asked, const reply& to) {
  query_call(of, asked, to, [&of]() -> response {
    auto all = find_suppliers(of);
    if (!all) return problem(all.failure());
    std::size_t entries = all->size();
    for (const auto& each : *all) entries += each.products.size();
    return large_answer_of(std::move(all), entries);
  });
}

void location_stock(service& of, const request& asked, const reply& to) {
  query_call(of, asked, to, [&of, id = asked.id("location")] {
    auto got = of.engine.behind().location_stock(id);
    const auto entries = got ? got->size() : 0;
    return large_answer_of(std::move(got), entries);
  });
}

/// Of everywhere, or with `?location=` of one location or supplier.
void read_sku_stock(service& of, const request& asked, const reply& to) {
  auto at = moment_asked(asked);
  if (!at) return to.answer(problem(at.failure()));
  query_call(
      of, asked, to,
      [&of, sku = sku_id(asked.id("sku")), only = asked.asked("location"),
       at = *at, when = when_asked(asked), who = asked.who,
       text = asked.wants_text, colours = colours_of(asked)]() -> response {
        auto all = find_stock(of, sku, who, at, only);
        if (!all) return problem(all.failure());
        if (only) {
          std::erase_if(all->locations, [&](const stock_view& each) {
            return each.location != *only;
          });
          std::erase_if(all->suppliers, [&](const supplier_stock_view& each) {
            return each.supplier != *only;
          });
        }
        if (!text) {
          const auto entries = all->locations.size() + all->suppliers.size() +
                               all->waiting.size();
          return large_answer_of(std::move(all), entries);
        }
        if (all->locations.empty() && all->suppliers.empty() &&
            all->waiting.empty())
          return problem({error_code::not_found,
                          "there is no stock of " + sku.value +
                              (only ? " at " + *only : std::string()) +
                              (at ? " then" : ""),
                          {}});
        return text_answer(text::sku_text(sku, all->locations, all->suppliers,
                                          all->waiting, when, colours));
      });
}

/// The backorder queue of a SKU.
void sku_waiting(service& of, const request& asked, const reply& to) {
  query_call(
      of, asked, to,
      [&of, sku = sku_id(asked.id("sku")), who = asked.who,
       text = asked.wants_text, colours = colours_of(asked)]() -> response {
        auto line = find_waiting(of, sku, who);
        if (!line) return problem(line.failure());
        if (text)
          return text_answer(
              line->empty() ? "No order waits for " + sku.value + ".\n"
                            : colours.paint(text::colour::bold, sku.value) +
                                  ": " + text::waiting_text(*line, colours));
        return large_answer(
            line->size(), [sku, kept = share(std::move(*line))] {
              return "{\"sku\": " + json::one_line(sku.value) +
                     ", \"waiting\": " + json::list_text(*kept) + "}";
            });
      });
}

void show_product(service& of, const request& asked, const reply& to) {
  query_call(of, asked, to, [&of, sku = asked.id("sku")] {
    return answer_of(find_product(of, sku));
  });
}

void show_routing(service& of, const request& asked, const reply& to) {
  auto brand = brand_asked(asked);
  if (!brand) return to.answer(problem(brand.failure()));
  query_call(of, asked, to,
             [&of, brand = *brand, text = asked.wants_text,
              colours = colours_of(asked)]() -> response {
               const auto routing = of.engine.behind().routing(brand);
               if (text)
                 return text_answer(text::routing_text(
                     routing.rules, routing.version, colours));
               return {200, api::write_json(routing), json_type, {}};
             });
}

/// The rules, or what a GET answers: the rules in it, with their version.
status read_rules(const std::string& body, routing_rules& out) {
  const auto whole = json::parse_text(body);
  const bool is_shown = whole && whole->is_object() && whole->contains("rules");
  return api::read_json(is_shown ? json::one_line((*whole)["rules"]) : body,
                        out);
}

void put_routing(service& of, const request& asked, const reply& to) {
  set_routing command;
  if (auto read = read_rules(asked.body, command.rules); !read)
    return to.answer(problem(read.failure()));
  if (const auto brand = asked.asked("brand")) {
    if (!command.rules.brand.empty() && command.rules.brand.value != *brand)
      return to.answer(
          problem(wrong_parameter("brand", "is not that of the body")));
    command.rules.brand = brand_id(*brand);
  }
  run_command(of, asked, to, std::move(command));
}

void patch_routing(service& of, const request& asked, const reply& to) {
  set_routing command;
  command.rules.brand = brand_id(asked.asked("brand").value_or(""));
  if (auto read = api::read_patch(asked.body, command); !read)
    return to.answer(problem(read.failure()));
  run_command(of, asked, to, std::move(command));
}

}  // namespace

void add_network_routes(std::vector<route>& all) {
  using enum http_method;
  const auto read = [&all](std::string_view pattern, std::string_view summary,
                           capnp::StructSchema answer, handler handle,
                           std::vector<parameter> parameters = {}) {
    all.push_back(reading(pattern, summary, std::move(handle), answer,
                          std::move(parameters)));
  };
  const auto write = [&all](http_method method, std::string_view pattern,
                            files::role needs, std::string_view summary,
                            capnp::StructSchema body, handler handle,
                            std::vector<parameter> parameters = {}) {
    all.push_back(commanding(method, pattern, needs, summary, body,
                             std::move(handle), std::move(parameters)));
  };
  read("/v1/locations", "List the locations.", shape<api::LocationList>(),
       list_locations);
  read("/v1/locations/{location}", "A location, now or as it was.",
       shape<api::Location>(), show_location, {at_parameter});
  write(put, "/v1/locations/{location}", files::role::admin,
        "Define a location; what is left out takes its default.",
        shape<api::Location>(), put_location);
  write(patch, "/v1/locations/{location}", files::role::admin,
        "Change what the body names of a location.", shape<api::Location>(),
        patch_location);
  read("/v1/locations/{location}/stock", "The stock of a location.",
       shape<api::LocationStock>(), location_stock);
  write(post, "/v1/locations/{location}/receipts", files::role::stock,
        "Units arrived.", shape<api::Receipt>(), on_location<receive_stock>);
  write(post, "/v1/locations/{location}/adjustments", files::role::stock,
        "Units were found or lost.", shape<api::Adjustment>(),
        on_location<adjust_stock>);
  write(post, "/v1/locations/{location}/counts", files::role::stock,
        "The shelf was counted.", shape<api::Count>(),
        on_location<count_stock>);
  write(post, "/v1/locations/{location}/safetyStock", files::role::stock,
        "Units that stay on the shelf.", shape<api::SafetyStock>(),
        on_location<set_safety_stock>);
  read("/v1/stock/{sku}", "Stock of a SKU over the network, and who waits.",
       shape<api::SkuStock>(), read_sku_stock,
       {{"location", "Only at this location or supplier."}, at_parameter});
  all.push_back(
      reading("/v1/stock/{sku}/waiting",
              "Who waits for a SKU, in the order in which they are served.",
              sku_waiting));
  read("/v1/suppliers", "List the suppliers.", shape<api::SupplierList>(),
       list_suppliers);
  read("/v1/suppliers/{supplier}", "A supplier, now or as it was.",
       shape<api::Supplier>(), show_supplier, {at_parameter});
  write(put, "/v1/suppliers/{supplier}", files::role::admin,
        "Define a supplier; what is left out takes its default.",
        shape<api::Supplier>(), put_supplier);
  write(patch, "/v1/suppliers/{supplier}", files::role::admin,
        "Change what the body names of a supplier; products are replaced as a "
        "whole, or stay.",
        shape<api::Supplier>(), patch_supplier);
  read("/v1/products/{sku}", "A product.", shape<api::Product>(), show_product);
  write(put, "/v1/products/{sku}", files::role::stock,
        "Define a product; what is left out takes its default.",
        shape<api::Product>(), put_product);
  write(patch, "/v1/products/{sku}", files::role::stock,
        "Change what the body names of a product.", shape<api::Product>(),
        patch_product);
  read("/v1/routing", "The routing rules, with their version.",
       shape<api::RoutingView>(), show_routing, {brand_parameter});
  write(put, "/v1/routing", files::role::admin, "Set the routing rules.",
        shape<api::Routing>(), put_routing, {brand_parameter});
  write(patch, "/v1/routing", files::role::admin,
        "Change what the body names of the routing rules.",
        shape<api::Routing>(), patch_routing, {brand_parameter});
}

}  // namespace oms::omsd
