#include <algorithm>
#include <array>

#include "messages/api/api.capnp.h"
#include "tools/json/names.hpp"
#include "tools/server/handling.hpp"

namespace oms::tools {

namespace {

/// Orders that one page of fulfillments looks at, at most.
constexpr std::size_t max_orders_looked_at = 1'000;

/// A fulfillment is named "ORDER:NUMBER" over the API, for its number is only
/// unique in its order.
struct fulfillment_name {
  order_key order;
  fulfillment_id fulfillment;
};

result<fulfillment_name> fulfillment_named(const call& asked) {
  const auto& id = asked.id("fulfillment");
  const auto colon = id.rfind(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == id.size())
    return error{error_code::not_found, "there is no fulfillment " + id, {}};
  auto key = order_named(asked, id.substr(0, colon));
  if (!key) return key.failure();
  return fulfillment_name{std::move(*key),
                          fulfillment_id(id.substr(colon + 1))};
}

template <fulfillment_action Action>
kj::Promise<call_answer> work(service& of, const call& asked) {
  auto name = fulfillment_named(asked);
  if (!name) return problem(name.failure());
  work_fulfillment command;
  command.order = std::move(name->order);
  command.action = Action;
  command.fulfillment = std::move(name->fulfillment);
  return command_call(of, asked, std::move(command));
}

struct shipment_name {
  order_key order;
  shipment_id shipment;
};

result<shipment_name> shipment_named(engine& in, const brand_id& brand,
                                     const std::string& id) {
  if (auto order = in.order_of_shipment(brand, shipment_id(id)))
    return shipment_name{std::move(*order), shipment_id(id)};
  for (auto colon = id.find(':'); colon != std::string::npos;
       colon = id.find(':', colon + 1)) {
    const order_key order{brand, order_id(id.substr(0, colon))};
    if (in.order(order))
      return shipment_name{order, shipment_id(id.substr(colon + 1))};
  }
  return error{error_code::not_found, "there is no shipment " + id, {}};
}

/// By the shipment's id, or by "ORDER:SHIPMENT" where several have it.
kj::Promise<call_answer> track(service& of, const call& asked) {
  track_shipment command;
  if (auto read = api::read_json(asked.body, command); !read)
    return problem(read.failure());
  auto brand = brand_asked(asked);
  if (!brand) return problem(brand.failure());
  auto copy = std::make_shared<call>(asked);
  return of.engine
      .ask<shipment_name>([&of, brand = *brand, id = asked.id("shipment")] {
        return shipment_named(of.engine.behind(), brand, id);
      })
      .then(
          [&of, copy, command = std::move(command)](
              result<shipment_name> name) mutable -> kj::Promise<call_answer> {
            if (!name) return problem(name.failure());
            command.order = std::move(name->order);
            command.shipment = std::move(name->shipment);
            return run_command(of, *copy, std::move(command));
          });
}

// --- lists ------------------------------------------------------------------

struct fulfillment_filter {
  std::optional<brand_id> brand;
  std::optional<source_ref> source;
  std::optional<fulfillment_status> status;
};

bool agrees(const fulfillment_filter& filter, const fulfillment_view& one) {
  return (!filter.source || *filter.source == one.source) &&
         (!filter.status || *filter.status == one.status);
}

result<fulfillment_filter> filter_asked(const call& asked) {
  fulfillment_filter filter;
  if (asked.asked("brand") || !asked.who.brands.empty()) {
    auto brand = brand_asked(asked);
    if (!brand) return brand.failure();
    filter.brand = std::move(*brand);
  }
  if (const auto id = asked.asked("location"))
    filter.source = source_ref{source_kind::location, *id};
  if (const auto id = asked.asked("supplier")) {
    if (filter.source)
      return wrong_parameter("supplier", "goes not with a location");
    filter.source = source_ref{source_kind::supplier, *id};
  }
  if (const auto word = asked.asked("status")) {
    filter.status = json::named_value<fulfillment_status>(*word);
    if (!filter.status)
      return wrong_parameter(
          "status",
          "must be one of " + json::list_of(json::names<fulfillment_status>()));
  }
  return filter;
}

/// Walks the orders, newest first; a page may be short and still have a
/// cursor.
call_answer page_of(engine& from, const fulfillment_filter& filter,
                    std::string cursor, std::size_t limit) {
  api::fulfillment_page page;
  std::size_t looked_at = 0;
  do {
    auto orders = from.list({.brand = filter.brand}, cursor,
                            std::min<std::size_t>(limit, default_limit));
    if (!orders) return problem(orders.failure());
    page.upto = orders->upto;
    for (const auto& row : orders->rows) {
      ++looked_at;
      if (row.status == order_status::pending) continue;
      const auto order = from.order(row.key);
      if (!order) continue;
      for (const auto& each : order->fulfillments)
        if (agrees(filter, each)) page.rows.push_back({row.key, each});
    }
    cursor = std::move(orders->cursor);
  } while (!cursor.empty() && page.rows.size() < limit &&
           looked_at < max_orders_looked_at);
  page.cursor = std::move(cursor);
  return {200, api::write_json(page), json_type, {}};
}

kj::Promise<call_answer> list(service& of, const call& asked) {
  auto filter = filter_asked(asked);
  if (!filter) return problem(filter.failure());
  auto limit = number_asked(asked, "limit", default_limit, max_limit);
  if (!limit) return problem(limit.failure());
  return query_call(of, [&of, filter = *filter, limit = *limit,
                         cursor = asked.asked("cursor").value_or("")] {
    if (cursor.empty()) freshen_lists(of);
    return page_of(of.engine.behind(), filter, cursor, limit);
  });
}

}  // namespace

void add_fulfillment_routes(std::vector<route>& all) {
  using enum http_method;
  using enum fulfillment_action;
  all.push_back({get,
                 "/v1/fulfillments",
                 role::read,
                 "List fulfillments, those of the newest orders first.",
                 nullptr,
                 shape<api::FulfillmentList>(),
                 {{"location", "Of this location."},
                  {"supplier", "Of this supplier."},
                  {"status", "A status of docs/DOMAIN.md."},
                  brand_parameter,
                  limit_parameter,
                  cursor_parameter},
                 200,
                 json_type,
                 list});
  const auto add = [&all](std::string_view pattern, std::string_view summary,
                          capnp::StructSchema body, auto handle) {
    all.push_back({post,
                   pattern,
                   role::operate,
                   summary,
                   body,
                   shape<api::CommandReceipt>(),
                   {brand_parameter},
                   200,
                   json_type,
                   handle});
  };
  add("/v1/fulfillments/{fulfillment}/accept", "The place takes it on.",
      shape<api::Acceptance>(), work<accept>);
  add("/v1/fulfillments/{fulfillment}/reject", "The place can't ship units.",
      shape<api::Rejection>(), work<reject>);
  add("/v1/fulfillments/{fulfillment}/pick", "Units were picked.",
      shape<api::Pick>(), work<pick>);
  add("/v1/fulfillments/{fulfillment}/unpick", "Units were put back.",
      shape<api::Pick>(), work<unpick>);
  add("/v1/fulfillments/{fulfillment}/ship", "A parcel left.",
      shape<api::Ship>(), work<ship>);
  add("/v1/fulfillments/{fulfillment}/shortPick", "Units were not there.",
      shape<api::ShortPick>(), work<short_pick>);
  add("/v1/fulfillments/{fulfillment}/cancelAnswer",
      "The place answers a request to cancel.", shape<api::CancelAnswer>(),
      work<cancel_answer>);
  all.push_back(
      {post,
       "/v1/shipments/{shipment}/tracking",
       role::operate,
       "News of a parcel.",
       shape<api::Tracking>(),
       shape<api::CommandReceipt>(),
       {brand_parameter, {"order", "Its order, where the id does not tell."}},
       200,
       json_type,
       track});
}

}  // namespace oms::tools
