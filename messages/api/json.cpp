#include "messages/api/json.hpp"

#include <algorithm>
#include <type_traits>

#include "messages/fields/json_read.hpp"
#include "messages/fields/json_write.hpp"

namespace oms::api {

namespace {

// What a list of fields can't say, because it is about one word of several.
template <class Value>
status check_whole(const Value& value) {
  if constexpr (std::is_same_v<Value, location_settings>)
    if (value.kind == source_type::dropship)
      return refused("kind", "is a supplier's, not a location's");
  return done{};
}

// Into a copy, so that `out` is as it was if anything is wrong.
template <class Value>
status read_as(const fields::type_info& type, std::string_view text,
               Value& out) {
  auto read = out;
  if (auto faults = fields::read_json(text, type, &read); !faults.empty())
    return refused(std::move(faults));
  if (auto whole = check_whole(read); !whole) return whole;
  out = std::move(read);
  return done{};
}

template <class Value>
status read_as(std::string_view text, Value& out) {
  return read_as(type_of(&out), text, out);
}

// As `read_as`, for what the body says in full: nothing of `out` is kept.
template <class Value>
status read_whole(std::string_view text, Value& out) {
  Value read;
  if (auto is_read = read_as(text, read); !is_read) return is_read;
  out = std::move(read);
  return done{};
}

// What a merge patch says, until it is merged. The faults of the body are found
// now. The actor that keeps the settings merges it, on another thread and when
// the request is gone, so this owns its text; what the settings make of the
// patch, and whether there are any, is found there.
template <class Definition, class Settings, class Id>
status read_change(std::string_view text, Definition& out, Settings& named,
                   Id Settings::*id, const char* path) {
  Settings scratch;
  std::vector<fields::named_key> keys;
  if (auto faults =
          fields::merge_faults(text, type_of(&scratch), &scratch, keys);
      !faults.empty())
    return refused(std::move(faults));
  const auto find = [&keys](std::string_view name) {
    return std::find_if(keys.begin(), keys.end(),
                        [name](const auto& key) { return key.name == name; });
  };
  // An id of `null` says nothing.
  if (const auto said = find(path); said != keys.end() && !said->is_null) {
    // If the call names none (the brand of routing rules), the body does.
    if (named.*id == Id{}) named.*id = scratch.*id;
    if (scratch.*id != named.*id)
      return refused(path, "is not that of the path");
  }
  // Without this, a patch of a supplier's name would copy 100,000 products.
  if constexpr (requires { out.keeps_products; })
    out.keeps_products = find("products") == keys.end();
  out.change = [patch = std::string(text),
                id](const Settings& now) -> result<Settings> {
    auto merged = now;
    std::vector<fields::named_key> ignored;
    // The whole is checked again, since a patch of one field may not fit the
    // others.
    if (auto faults = fields::merge_json(patch, merged, ignored);
        !faults.empty())
      return refused(std::move(faults));
    merged.*id = now.*id;
    if (auto whole = check_whole(merged); !whole) return whole.failure();
    return merged;
  };
  return done{};
}

// Settings replace all that there were, so what the body leaves out gets its
// default; the id is that of the path. A body may repeat it, so that what a GET
// shows can be sent back; another id is refused, since one of the two is a
// mistake.
template <class Settings, class Id>
status read_settings(std::string_view text, Settings& out, Id Settings::*id,
                     const char* path) {
  Settings read;
  read.*id = out.*id;
  if (auto is_read = read_as(text, read); !is_read) return is_read;
  if (out.*id != Id{} && read.*id != out.*id)
    return refused(path, "is not that of the path");
  out = std::move(read);
  return done{};
}

}  // namespace

status read_json(std::string_view text, place_order& out) {
  return read_whole(text, out);
}
status read_json(std::string_view text, record_payment& out) {
  return read_as(text, out);
}
status read_json(std::string_view text, cancel_order& out) {
  return read_as(text, out);
}
status read_json(std::string_view text, place_hold& out) {
  return read_as(text, out);
}
status read_json(std::string_view text, add_note& out) {
  return read_as(text, out);
}
status read_json(std::string_view text, plan_order& out) {
  return read_as(text, out);
}
status read_json(std::string_view text, request_refund& out) {
  return read_as(text, out);
}
status read_json(std::string_view text, settle_refund& out) {
  return read_as(text, out);
}
status read_json(std::string_view text, request_return& out) {
  return read_as(text, out);
}
status read_json(std::string_view text, receive_return& out) {
  return read_as(text, out);
}
status read_json(std::string_view text, decide_return& out) {
  return read_as(text, out);
}

// The path has the action, and with it the list of its fields.
status read_json(std::string_view text, work_fulfillment& out) {
  return read_as(fields_of(out.action), text, out);
}
status read_json(std::string_view text, track_shipment& out) {
  return read_as(text, out);
}
status read_json(std::string_view text, receive_stock& out) {
  return read_as(text, out);
}
status read_json(std::string_view text, adjust_stock& out) {
  return read_as(text, out);
}
status read_json(std::string_view text, count_stock& out) {
  return read_as(text, out);
}
status read_json(std::string_view text, set_safety_stock& out) {
  return read_as(text, out);
}

status read_json(std::string_view text, announce_incoming& out) {
  return read_as(text, out);
}
status read_json(std::string_view text, transfer_stock& out) {
  return read_whole(text, out);
}

status read_json(std::string_view text, location_settings& out) {
  return read_settings(text, out, &location_settings::id, "id");
}
status read_json(std::string_view text, supplier_settings& out) {
  return read_settings(text, out, &supplier_settings::id, "id");
}
status read_json(std::string_view text, product_settings& out) {
  return read_settings(text, out, &product_settings::sku, "sku");
}
// Without a brand in the body they are for all brands that have none.
status read_json(std::string_view text, routing_rules& out) {
  return read_whole(text, out);
}

// The member that is the id, and its name in JSON: of routing rules the brand.
status read_patch(std::string_view text, define_location& out) {
  return read_change(text, out, out.settings, &location_settings::id, "id");
}
status read_patch(std::string_view text, define_supplier& out) {
  return read_change(text, out, out.settings, &supplier_settings::id, "id");
}
status read_patch(std::string_view text, define_product& out) {
  return read_change(text, out, out.settings, &product_settings::sku, "sku");
}
status read_patch(std::string_view text, set_routing& out) {
  return read_change(text, out, out.rules, &routing_rules::brand, "brand");
}

std::string write_json(const receipt& done) {
  return fields::write_json(shown(done));
}

// RFC 9457 wants a title that is the same for every problem of a type; with the
// type "about:blank" it is the phrase of the status. omsd takes the phrase of
// its status lines from here as well.
const char* title_of(int http_status) {
  switch (http_status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    default:
      return "Error";
  }
}

std::string write_json(const error& failure, int http_status) {
  auto out = problem_of(failure);
  out.title = title_of(http_status);
  out.status = static_cast<std::uint64_t>(http_status);
  return fields::write_json(out);
}

std::string write_json(order_view order) {
  name_fulfillments(order);
  return fields::write_json(order);
}

std::string write_json(incoming_page page) { return fields::write_json(page); }

std::string write_json(fulfillment_page page) {
  for (auto& each : page.rows)
    name_fulfillment(each.order, each.fulfillment.id);
  return fields::write_json(page);
}

std::string write_json(const order_page& page) {
  return fields::write_json(page);
}
std::string write_json(std::vector<routing_decision> decisions) {
  return fields::write_json(decision_list{std::move(decisions)});
}
std::string write_json(const location_settings& location) {
  return fields::write_json(location);
}
std::string write_json(std::vector<location_settings> locations) {
  return fields::write_json(location_list{std::move(locations)});
}
std::string write_json(const supplier_settings& supplier) {
  return fields::write_json(supplier);
}
std::string write_json(std::vector<supplier_settings> suppliers) {
  return fields::write_json(supplier_list{std::move(suppliers)});
}
std::string write_json(const product_settings& product) {
  return fields::write_json(product);
}
std::string write_json(const routing_view& routing) {
  return fields::write_json(routing);
}
std::string write_json(std::vector<stock_view> stock) {
  return fields::write_json(location_stock{std::move(stock)});
}
std::string write_json(const sku_stock& stock) {
  return fields::write_json(stock);
}
std::string write_json(const whatif_view& shown) {
  return fields::write_json(shown);
}
std::string write_json(const engine_stats& stats) {
  return fields::write_json(stats);
}

}  // namespace oms::api
