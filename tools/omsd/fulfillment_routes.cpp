#include <kj/encoding.h>

#include <charconv>

#include "actors/faults.hpp"
#include "actors/history/history.hpp"
#include "actors/history/log_position.hpp"
#include "actors/order/order.hpp"
#include "tools/json/names.hpp"
#include "tools/omsd/handling.hpp"

namespace oms::omsd {

namespace {

// The most orders that one page looks at. A filter that fits nothing would
// otherwise hold a query thread until it has read every order; the client goes
// on with the cursor.
constexpr std::size_t max_orders_looked_at = 1'000;

// A fulfillment's number is unique only in its order, so the API names it
// "ORDER:NUMBER".
struct fulfillment_name {
  order_key order;
  fulfillment_id fulfillment;
};

result<fulfillment_name> fulfillment_named(const request& asked) {
  const auto& id = asked.id("fulfillment");
  // The last colon: an order's id may contain colons, a number does not.
  const auto colon = id.rfind(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == id.size())
    return error{error_code::not_found, "there is no fulfillment " + id, {}};
  auto key = order_named(asked, id.substr(0, colon));
  if (!key) return key.failure();
  return fulfillment_name{std::move(*key),
                          fulfillment_id(id.substr(colon + 1))};
}

template <fulfillment_action Action>
void work(service& of, const request& asked, const reply& to) {
  work_fulfillment command;
  command.action = Action;
  if constexpr (Action == fulfillment_action::label ||
                Action == fulfillment_action::void_label)
    command.label = label_id(asked.id("label"));
  // The call that takes a label back has no body.
  if constexpr (Action != fulfillment_action::void_label)
    if (auto read = api::read_json(asked.body, command); !read)
      return to.answer(problem(read.failure()));
  auto name = fulfillment_named(asked);
  if (!name) {
    // Of several faults `invalid` is answered first, so the body is checked
    // before the 404. That check wants the id of an order; the text of the path
    // stands in for it.
    command.order.id = order_id(asked.id("fulfillment"));
    command.fulfillment = fulfillment_id(asked.id("fulfillment"));
    if (auto faults = faults_of(command); !faults.empty())
      return to.answer(problem(invalid(std::move(faults))));
    return to.answer(problem(name.failure()));
  }
  command.order = std::move(name->order);
  command.fulfillment = std::move(name->fulfillment);
  run_command(of, asked, to, std::move(command));
}

struct shipment_name {
  order_key order;
  shipment_id shipment;
};

// The order of a shipment, by the shipment's own id or by "ORDER:SHIPMENT".
// Both ids may contain colons, so each colon is tried as the divider.
result<shipment_name> shipment_named(engine& in, const brand_id& brand,
                                     const std::string& id) {
  auto order = in.order_of_shipment(brand, shipment_id(id));
  if (order) return shipment_name{std::move(*order), shipment_id(id)};
  if (order.failure().code != error_code::not_found) return order.failure();
  for (auto colon = id.find(':'); colon != std::string::npos;
       colon = id.find(':', colon + 1)) {
    const order_key before{brand, order_id(id.substr(0, colon))};
    const auto found = in.order(before);
    // An order that can't be read now exists as well. The command then fails
    // for that reason, and not with 404.
    if (found || found.failure().code != error_code::not_found)
      return shipment_name{before, shipment_id(id.substr(colon + 1))};
  }
  return order.failure();
}

// By the shipment's id. In a log of an earlier version several orders may have
// the same: then by the parameter `order`, or as "ORDER:SHIPMENT".
void track(service& of, const request& asked, const reply& to) {
  track_shipment command;
  if (auto read = api::read_json(asked.body, command); !read)
    return to.answer(problem(read.failure()));
  auto brand = brand_asked(asked);
  if (!brand) return to.answer(problem(brand.failure()));
  if (const auto order = asked.asked("order")) {
    command.order = {std::move(*brand), order_id(*order)};
    command.shipment = shipment_id(asked.id("shipment"));
    return run_command(of, asked, to, std::move(command));
  }
  // On a query thread, because finding a shipment may wait for a checkpoint
  // that is being written.
  auto find = [&of, brand = *brand, copy = asked, command = std::move(command),
               to]() mutable {
    auto name = shipment_named(of.engine.behind(), brand, copy.id("shipment"));
    if (!name) return to.answer(problem(name.failure()));
    command.order = std::move(name->order);
    command.shipment = std::move(name->shipment);
    run_command(of, copy, to, std::move(command));
  };
  run_beside(of, asked, to, std::move(find));
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

result<fulfillment_filter> filter_asked(const request& asked) {
  fulfillment_filter filter;
  // A token that is bound to brands never sees the list of all brands, even if
  // it names none.
  auto brand = brand_filter_asked(asked);
  if (!brand) return brand.failure();
  filter.brand = std::move(*brand);
  if (const auto id = asked.asked("location"))
    filter.source = source_ref{source_kind::location, *id};
  if (const auto id = asked.asked("supplier")) {
    if (filter.source)
      return wrong_parameter("supplier", "cannot be combined with a location");
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

// Where a page ended. A page may end within an order, of which some
// fulfillments are then left for the next one.
struct page_end {
  // The cursor of the orders that follow; empty: the last order was looked at.
  std::string orders;
  std::optional<order_key> begun;
  // How many of the begun order's fulfillments were looked at.
  std::size_t told = 0;
};

constexpr char cursor_divider = ':';

// "ORDERS", or "ORDERS:TOLD:BRAND:ORDER" within an order. ORDERS is hexadecimal
// and the ids are percent-encoded, so the colons are dividers only.
std::string cursor_of(const page_end& end) {
  if (!end.begun) return end.orders;
  const auto part = [](const std::string& text) {
    const auto encoded =
        kj::encodeUriComponent(kj::arrayPtr(text.data(), text.size()));
    return cursor_divider + std::string(encoded.begin(), encoded.size());
  };
  return end.orders + cursor_divider + std::to_string(end.told) +
         part(end.begun->brand.value) + part(end.begun->id.value);
}

// None for a cursor that no page has returned.
std::optional<page_end> end_in(const std::string& cursor) {
  std::vector<std::string> parts{""};
  for (const char c : cursor)
    if (c == cursor_divider)
      parts.emplace_back();
    else
      parts.back() += c;
  page_end end{.orders = parts[0], .begun = {}, .told = 0};
  if (parts.size() == 1) return end;
  if (parts.size() != 4) return {};
  const auto* last = parts[1].data() + parts[1].size();
  if (std::from_chars(parts[1].data(), last, end.told).ptr != last) return {};
  const auto plain = [](const std::string& text) {
    const auto decoded =
        kj::decodeUriComponent(kj::arrayPtr(text.data(), text.size()));
    return std::string(decoded.begin(), decoded.size());
  };
  end.begun = order_key{brand_id(plain(parts[2])), order_id(plain(parts[3]))};
  return end;
}

// The fulfillments of an order. If a change of it waits for the disk, those
// that were written before, as in other lists.
result<std::vector<fulfillment_view>> fulfillments_of(service& of,
                                                      const order_key& key) {
  auto now = of.engine.behind().order(key);
  if (now) return std::move(now->fulfillments);
  if (now.failure().code != error_code::storage_unavailable)
    return now.failure();
  const auto written = history::order_at(of.store, key, history::newest);
  if (!written) return written.failure();
  return order::view_of(*written).fulfillments;
}

// Walks the orders, newest first. A page may be short and still have a cursor.
// It shows every order that it passes, or fails: a client that copies the list
// must not miss one silently.
class fulfillment_walk {
 public:
  fulfillment_walk(service& of, fulfillment_filter filter, std::size_t limit)
      : of_(of), filter_(std::move(filter)), limit_(limit) {
    // For a page that ends before it lists any order.
    page_.upto = history::checkpoint_of(of.store);
  }

  response operator()(const std::string& cursor) {
    auto end = end_in(cursor);
    // A cursor that someone made up must not show orders of other brands.
    if (!end ||
        (end->begun && filter_.brand && end->begun->brand != *filter_.brand))
      return problem(no_such_cursor());
    end_ = std::move(*end);
    if (end_.begun) {
      const auto looked = look_at(order_key(*end_.begun), end_.told);
      if (!looked && looked.failure().code == error_code::not_found)
        return problem(no_such_cursor());
      if (!looked) return problem(looked.failure());
    }
    bool at_begin = cursor.empty();
    for (std::size_t looked_at = 0;
         page_.rows.size() < limit_ && looked_at < max_orders_looked_at &&
         (at_begin || !end_.orders.empty());
         ++looked_at) {
      at_begin = false;
      // One order per look, so that the page may end after any of them.
      auto orders =
          of_.engine.behind().list({.brand = filter_.brand}, end_.orders, 1);
      if (!orders) return problem(orders.failure());
      page_.upto = orders->upto;
      end_.orders = std::move(orders->cursor);
      for (const auto& row : orders->rows) {
        // Nothing is planned before it is paid, so there is nothing to read.
        if (row.status == order_status::pending) continue;
        if (auto looked = look_at(row.key, 0); !looked)
          return problem(looked.failure());
      }
    }
    page_.cursor = cursor_of(end_);
    return {200, api::write_json(page_), json_type};
  }

 private:
  static error no_such_cursor() {
    return wrong_parameter("cursor", "is not a cursor that a page returned");
  }

  // Adds the order's fulfillments from number `from` on, while there is room.
  status look_at(const order_key& key, std::size_t from) {
    end_.begun.reset();
    const auto found = fulfillments_of(of_, key);
    if (!found) return found.failure();
    for (auto i = from; i < found->size(); ++i) {
      const auto& one = (*found)[i];
      if (!agrees(filter_, one)) continue;
      if (page_.rows.size() == limit_) {
        end_.begun = key;
        end_.told = i;
        return done{};
      }
      page_.rows.push_back({key, one});
    }
    return done{};
  }

  service& of_;
  fulfillment_filter filter_;
  std::size_t limit_;
  page_end end_;
  api::fulfillment_page page_;
};

void list(service& of, const request& asked, const reply& to) {
  list_call(of, asked, to, filter_asked(asked),
            [&of](const fulfillment_filter& filter, std::size_t limit,
                  const std::string& cursor) {
              return fulfillment_walk(of, filter, limit)(cursor);
            });
}

}  // namespace

void add_fulfillment_routes(std::vector<route>& all) {
  using enum http_method;
  using enum fulfillment_action;
  all.push_back(reading(
      "/v1/fulfillments",
      "List fulfillments, those of the newest orders first.", list,
      shape<api::fulfillment_page>(),
      {{"location", "Only fulfillments of this location."},
       {"supplier", "Only fulfillments of this supplier."},
       {"status", "Only fulfillments with this status, see docs/DOMAIN.md."},
       brand_parameter,
       limit_parameter,
       cursor_parameter}));
  const auto add = [&all](std::string_view pattern, std::string_view summary,
                          const fields::type_info* body, handler handle) {
    all.push_back(commanding(post, pattern, files::role::operate, summary, body,
                             std::move(handle), {brand_parameter}));
  };
  add("/v1/fulfillments/{fulfillment}/accept", "Accept a fulfillment.",
      &acceptance_fields(), work<accept>);
  add("/v1/fulfillments/{fulfillment}/reject",
      "Reject units that can't be shipped.", &rejection_fields(), work<reject>);
  add("/v1/fulfillments/{fulfillment}/pick", "Pick units.", &pick_fields(),
      work<pick>);
  add("/v1/fulfillments/{fulfillment}/unpick", "Put picked units back.",
      &pick_fields(), work<unpick>);
  add("/v1/fulfillments/{fulfillment}/ship", "Ship a parcel.", &ship_fields(),
      work<ship>);
  add("/v1/fulfillments/{fulfillment}/shortPick",
      "Report units that were missing when picking.", &short_pick_fields(),
      work<short_pick>);
  add("/v1/fulfillments/{fulfillment}/move",
      "Move units that are not picked to another source.", &move_fields(),
      work<fulfillment_action::move>);
  add("/v1/fulfillments/{fulfillment}/cancelAnswer",
      "Answer a request to cancel units.", &cancel_answer_fields(),
      work<cancel_answer>);
  add("/v1/fulfillments/{fulfillment}/labels/{label}",
      "Record a label that was bought.", &label_fields(), work<label>);
  all.push_back(commanding(del, "/v1/fulfillments/{fulfillment}/labels/{label}",
                           files::role::operate, "Take a label back.", nullptr,
                           work<void_label>, {brand_parameter}));
  add("/v1/shipments/{shipment}/tracking",
      "Record the tracking status of a shipment.", shape<track_shipment>(),
      track);
  all.back().parameters.push_back(
      {"order", "The shipment's order, if several orders have the id."});
}

}  // namespace oms::omsd
