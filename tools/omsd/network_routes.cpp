#include <algorithm>
#include <tuple>

#include "actors/history/network_history.hpp"
#include "tools/json/fields.hpp"
#include "tools/json/names.hpp"
#include "tools/json/value.hpp"
#include "tools/omsd/handling.hpp"
#include "tools/omsd/queries.hpp"
#include "tools/text/routing_text.hpp"
#include "tools/text/source_text.hpp"
#include "tools/text/stock_text.hpp"

namespace oms::omsd {

namespace {

// A PUT replaces the whole: what the body leaves out takes its default. The
// path sets the id before the body is read.
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

// A PATCH goes to the engine as it is and is applied where the settings are
// kept. Reading and changing are one step there, so two at once both take
// effect.
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

// A call about stock of the location that the path names.
template <class Command>
void on_location(service& of, const request& asked, const reply& to) {
  Command command{};
  command.location = asked.id("location");
  command_call(of, asked, to, std::move(command));
}

// Of what is on its way to a location; the path names the announcement.
void put_incoming(service& of, const request& asked, const reply& to) {
  announce_incoming command;
  command.location = asked.id("location");
  command.reference = asked.id("reference");
  command_call(of, asked, to, std::move(command));
}
void end_announced(service& of, const request& asked, const reply& to) {
  run_command(of, asked, to,
              end_incoming{asked.id("location"), asked.id("reference")});
}
void transfer(service& of, const request& asked, const reply& to) {
  command_call(of, asked, to, transfer_stock{});
}
void close(service& of, const request& asked, const reply& to) {
  run_command(of, asked, to, close_transfer{transfer_id(asked.id("transfer"))});
}

struct incoming_filter {
  std::optional<std::string> location;
  std::optional<sku_id> sku;
  std::optional<bool> overdue;
};

result<incoming_filter> incoming_asked(const request& asked) {
  incoming_filter filter;
  filter.location = asked.asked("location");
  if (const auto sku = asked.asked("sku")) filter.sku = sku_id(*sku);
  if (const auto word = asked.asked("overdue")) {
    if (*word != "true" && *word != "false")
      return wrong_parameter("overdue", "must be true or false");
    filter.overdue = *word == "true";
  }
  return filter;
}

// The cursor is the place of the last row that was shown.
std::string cursor_after(const incoming_view& row) {
  return json::one_line(
      json::value{row.location, row.reference, row.sku.value, row.transferred});
}

void list_incoming(service& of, const request& asked, const reply& to) {
  list_call(of, asked, to, incoming_asked(asked),
            [&of](const incoming_filter& filter, std::size_t limit,
                  const std::string& cursor) -> response {
              const auto upto = of.engine.behind().stats().last;
              auto all =
                  of.engine.behind().incoming(filter.location, filter.sku);
              if (!all) return problem(all.failure());
              const auto place = [](const incoming_view& row) {
                return std::tie(row.location, row.reference, row.sku,
                                row.transferred);
              };
              if (!cursor.empty()) {
                const auto read = json::parse_text(cursor);
                if (!read || !read->is_array() || read->size() != 4 ||
                    !(*read)[0].is_string() || !(*read)[1].is_string() ||
                    !(*read)[2].is_string() || !(*read)[3].is_boolean())
                  return problem(wrong_parameter(
                      "cursor", "is not a cursor that a page returned"));
                incoming_view last;
                last.location = (*read)[0].get<std::string>();
                last.reference = (*read)[1].get<std::string>();
                last.sku = sku_id((*read)[2].get<std::string>());
                last.transferred = (*read)[3].get<bool>();
                std::erase_if(*all, [&](const incoming_view& row) {
                  return place(row) <= place(last);
                });
              }
              if (filter.overdue)
                std::erase_if(*all, [&](const incoming_view& row) {
                  return row.overdue != *filter.overdue;
                });
              api::incoming_page page{.rows = std::move(*all), .upto = upto};
              if (page.rows.size() > limit) {
                page.rows.resize(limit);
                page.cursor = cursor_after(page.rows.back());
              }
              return {200, api::write_json(std::move(page)), json_type, {}};
            });
}

// A source as of a moment, from the log. As text a source is shown with its
// stock, which only its state has, so text for now comes from the log as well.
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

// A location or supplier; `now` answers with what the engine has, in JSON.
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
      // The state of a source has all its SKUs, and is rebuilt to be shown.
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
    // Entries decide whether the answer is written at once or waits for its
    // turn among the large ones; a supplier may have 100,000 products.
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

// Of everywhere, or with `?location=` of one location or supplier.
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
        // As of an earlier moment, all locations and suppliers come back.
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

// The backorder queue of a SKU.
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
        // Written entry by entry: a queue may have as many entries as there are
        // open orders.
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

// A PUT takes rules as such, or what a GET shows: the rules in `rules`, next
// to their version. So a client can send back what it has read.
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
    // Two different brands are a mistake; which one is meant can't be known.
    if (!command.rules.brand.empty() && command.rules.brand.value != *brand)
      return to.answer(problem(
          wrong_parameter("brand", "differs from the brand in the body")));
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
                           const fields::type_info* answer, handler handle,
                           std::vector<parameter> parameters = {}) {
    all.push_back(reading(pattern, summary, std::move(handle), answer,
                          std::move(parameters)));
  };
  const auto write = [&all](http_method method, std::string_view pattern,
                            files::role needs, std::string_view summary,
                            const fields::type_info* body, handler handle,
                            std::vector<parameter> parameters = {}) {
    all.push_back(commanding(method, pattern, needs, summary, body,
                             std::move(handle), std::move(parameters)));
  };
  read("/v1/locations", "List the locations.", shape<api::location_list>(),
       list_locations);
  read("/v1/locations/{location}", "A location, now or as of an earlier time.",
       shape<location_settings>(), show_location, {at_parameter});
  write(put, "/v1/locations/{location}", files::role::admin,
        "Define a location; keys that are left out take their defaults.",
        shape<location_settings>(), put_location);
  write(patch, "/v1/locations/{location}", files::role::admin,
        "Change the keys of a location that the body names.",
        shape<location_settings>(), patch_location);
  read("/v1/locations/{location}/stock", "The stock of a location.",
       shape<api::location_stock>(), location_stock);
  write(post, "/v1/locations/{location}/receipts", files::role::stock,
        "Receive units.", shape<receive_stock>(), on_location<receive_stock>);
  write(post, "/v1/locations/{location}/adjustments", files::role::stock,
        "Adjust the stock by units found or lost.", shape<adjust_stock>(),
        on_location<adjust_stock>);
  write(post, "/v1/locations/{location}/counts", files::role::stock,
        "Record a count of the units on hand.", shape<count_stock>(),
        on_location<count_stock>);
  write(post, "/v1/locations/{location}/safetyStock", files::role::stock,
        "Set the safety stock.", shape<set_safety_stock>(),
        on_location<set_safety_stock>);
  all.push_back(reading(
      "/v1/incoming", "List what is on its way to locations.", list_incoming,
      shape<api::incoming_page>(),
      {{"location", "Only what is on its way to this location."},
       {"sku", "Only this SKU."},
       {"overdue", "true: only what is overdue; false: only what is not."},
       limit_parameter,
       cursor_parameter}));
  write(put, "/v1/locations/{location}/incoming/{reference}",
        files::role::stock,
        "Announce an incoming receipt, or replace what was announced.",
        shape<announce_incoming>(), put_incoming);
  write(del, "/v1/locations/{location}/incoming/{reference}",
        files::role::stock, "End what was announced.", nullptr, end_announced);
  write(post, "/v1/transfers", files::role::stock,
        "Transfer available units to another location.",
        shape<transfer_stock>(), transfer);
  write(post, "/v1/transfers/{transfer}/close", files::role::stock,
        "Write off what has not arrived of a transfer.", nullptr, close);
  read("/v1/stock/{sku}",
       "The stock of a SKU across the network, and its backorder queue.",
       shape<sku_stock>(), read_sku_stock,
       {{"location", "Only the stock of this location or supplier."},
        at_parameter});
  all.push_back(reading(
      "/v1/stock/{sku}/waiting",
      "The backorder queue of a SKU, in the order in which it is served.",
      sku_waiting));
  read("/v1/suppliers", "List the suppliers.", shape<api::supplier_list>(),
       list_suppliers);
  read("/v1/suppliers/{supplier}", "A supplier, now or as of an earlier time.",
       shape<supplier_settings>(), show_supplier, {at_parameter});
  write(put, "/v1/suppliers/{supplier}", files::role::admin,
        "Define a supplier; keys that are left out take their defaults.",
        shape<supplier_settings>(), put_supplier);
  write(patch, "/v1/suppliers/{supplier}", files::role::admin,
        "Change the keys of a supplier that the body names; a list of products "
        "replaces the previous one.",
        shape<supplier_settings>(), patch_supplier);
  read("/v1/products/{sku}", "A product.", shape<product_settings>(),
       show_product);
  write(put, "/v1/products/{sku}", files::role::stock,
        "Define a product; keys that are left out take their defaults.",
        shape<product_settings>(), put_product);
  write(patch, "/v1/products/{sku}", files::role::stock,
        "Change the keys of a product that the body names.",
        shape<product_settings>(), patch_product);
  read("/v1/routing", "The routing rules, with their version.",
       shape<routing_view>(), show_routing, {brand_parameter});
  write(put, "/v1/routing", files::role::admin, "Set the routing rules.",
        shape<routing_rules>(), put_routing, {brand_parameter});
  write(patch, "/v1/routing", files::role::admin,
        "Change the keys of the routing rules that the body names.",
        shape<routing_rules>(), patch_routing, {brand_parameter});
}

}  // namespace oms::omsd
