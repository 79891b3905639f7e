#include "messages/api/json.hpp"

#include <capnp/message.h>

#include <algorithm>
#include <memory>
#include <type_traits>

#include "messages/api/body.hpp"
#include "messages/api/shapes.hpp"

namespace oms::api {

namespace {

// The message is the first fault as a sentence, for logs and for people who
// look no further; programs read `faults`.
error refused(std::vector<fault> faults) {
  const auto& first = faults.front();
  auto sentence = (first.path.empty() ? std::string("the body") : first.path) +
                  " " + first.message;
  return {error_code::invalid, std::move(sentence), std::move(faults)};
}

error wrong(std::string path, std::string message) {
  return refused({{std::move(path), std::move(message)}});
}

// What the annotations of a schema can't say, because it is about two fields
// together, or about one word of several.
template <class Reader>
status check_whole(Reader in) {
  if constexpr (std::is_same_v<Reader, Location::Reader>) {
    if (in.hasLatitude() != in.hasLongitude())
      return wrong(in.hasLatitude() ? "longitude" : "latitude",
                   "is required beside the other one");
    if (in.getKind() == schema::PlaceKind::DROPSHIP)
      return wrong("kind", "is a supplier's, not a location's");
  }
  return done{};
}

// By way of a Cap'n Proto message, so that JSON and RPC share everything from
// there on. If anything is wrong, `out` is as it was.
template <class Shape, class Value>
status read_as(std::string_view text, Value& out) {
  capnp::MallocMessageBuilder message;
  auto root = message.initRoot<Shape>();
  if (auto faults = read_body(text, capnp::toDynamic(root)); !faults.empty())
    return refused(std::move(faults));
  if (auto whole = check_whole(root.asReader()); !whole) return whole;
  read(root.asReader(), out);
  return done{};
}

// What a merge patch says, until it is merged. It is merged by the actor that
// keeps the settings, on another thread and when the request is gone. So this
// owns its message, and refers to nothing but the schema.
template <class Shape>
struct patch_body {
  capnp::MallocMessageBuilder message;
  typename Shape::Builder root = message.initRoot<Shape>();
  std::vector<capnp::StructSchema::Field> named;

  [[nodiscard]] bool names(std::string_view name) const {
    return std::any_of(named.begin(), named.end(), [name](const auto& each) {
      return json_name(each) == name;
    });
  }

  // Merged as shapes and not field by field of the settings: a shape knows
  // which fields there are and their defaults, so a new field needs no line
  // here. The whole is checked again, since a patch of one field may not fit
  // the others.
  template <class Settings>
  [[nodiscard]] result<Settings> merged(const Settings& now) const {
    capnp::MallocMessageBuilder merging;
    auto out = merging.initRoot<Shape>();
    write(out, now);
    const auto in = capnp::toDynamic(root.asReader());
    auto to = capnp::toDynamic(out);
    for (const auto& field : named) {
      // A field that was set to `null` is not in the patch's own struct, and
      // clearing it here gives it its default.
      if (in.has(field))
        to.set(field, in.get(field));
      else
        to.clear(field);
    }
    if (auto whole = check_whole(out.asReader()); !whole)
      return whole.failure();
    // What no shape has stays as it is.
    auto settings = now;
    read(out.asReader(), settings);
    return settings;
  }
};

// As `read_settings`, for a patch. The faults of the body are found now; what
// the settings make of it is found by the actor that keeps them, and so is an
// entity that is not there.
template <class Shape, class Definition, class Settings, class Id>
status read_change(std::string_view text, Definition& out, Settings& named,
                   Id Settings::*id, const char* path) {
  auto patch = std::make_shared<patch_body<Shape>>();
  if (auto faults =
          read_patch(text, capnp::toDynamic(patch->root), patch->named);
      !faults.empty())
    return refused(std::move(faults));
  if (patch->names(path)) {
    Settings other = named;
    read(patch->root.asReader(), other);
    // If the call names none (the brand of routing rules), the body does.
    if (!codec::filled(named.*id)) named.*id = other.*id;
    if (other.*id != named.*id) return wrong(path, "is not that of the path");
  }
  // Without this, a patch of a supplier's name would make a shape of its
  // 100,000 products, and products of the shape.
  if constexpr (requires { out.keeps_products; })
    out.keeps_products = !patch->names("products");
  // Shared, because std::function must be able to copy what it holds.
  out.change = [patch = std::move(patch)](const Settings& now) {
    return patch->merged(now);
  };
  return done{};
}

// As `read_as`. A body may repeat the id of the path, so that what a GET shows
// can be sent back; another id is refused, since one of the two is a mistake.
template <class Shape, class Value>
status read_settings(std::string_view text, Value& out, auto Value::*id,
                     const char* path) {
  const auto named = out.*id;
  if (auto read = read_as<Shape>(text, out); !read) return read;
  if (!codec::filled(named) || out.*id == named) return done{};
  return wrong(path, "is not that of the path");
}

template <class Shape, class Fill>
std::string print(Fill fill) {
  capnp::MallocMessageBuilder message;
  auto root = message.initRoot<Shape>();
  fill(root);
  return write_body(capnp::toDynamic(root.asReader()));
}

template <class Shape, class Value>
std::string print_one(const Value& in) {
  return print<Shape>([&in](auto out) { write(out, in); });
}

}  // namespace

status read_json(std::string_view text, place_order& out) {
  return read_as<Order>(text, out);
}
status read_json(std::string_view text, record_payment& out) {
  return read_as<Payment>(text, out);
}
status read_json(std::string_view text, cancel_order& out) {
  return read_as<Cancellation>(text, out);
}
status read_json(std::string_view text, place_hold& out) {
  return read_as<Hold>(text, out);
}
status read_json(std::string_view text, add_note& out) {
  return read_as<Note>(text, out);
}
status read_json(std::string_view text, plan_order& out) {
  return read_as<Plan>(text, out);
}
status read_json(std::string_view text, request_refund& out) {
  return read_as<RefundRequest>(text, out);
}
status read_json(std::string_view text, settle_refund& out) {
  return read_as<Settlement>(text, out);
}
status read_json(std::string_view text, request_return& out) {
  return read_as<ReturnRequest>(text, out);
}
status read_json(std::string_view text, receive_return& out) {
  return read_as<ReturnReceipt>(text, out);
}
status read_json(std::string_view text, decide_return& out) {
  return read_as<ReturnDecision>(text, out);
}

// The path has the action, and with it the shape of the body.
status read_json(std::string_view text, work_fulfillment& out) {
  switch (out.action) {
    case fulfillment_action::accept:
      return read_as<Acceptance>(text, out);
    case fulfillment_action::pick:
    case fulfillment_action::unpick:
      return read_as<Pick>(text, out);
    case fulfillment_action::reject:
      return read_as<Rejection>(text, out);
    case fulfillment_action::short_pick:
      return read_as<ShortPick>(text, out);
    case fulfillment_action::ship:
      return read_as<Ship>(text, out);
    case fulfillment_action::cancel_answer:
      return read_as<CancelAnswer>(text, out);
  }
  return done{};
}

status read_json(std::string_view text, track_shipment& out) {
  return read_as<Tracking>(text, out);
}
status read_json(std::string_view text, receive_stock& out) {
  return read_as<Receipt>(text, out);
}
status read_json(std::string_view text, adjust_stock& out) {
  return read_as<Adjustment>(text, out);
}
status read_json(std::string_view text, count_stock& out) {
  return read_as<Count>(text, out);
}
status read_json(std::string_view text, set_safety_stock& out) {
  return read_as<SafetyStock>(text, out);
}

status read_json(std::string_view text, location_settings& out) {
  return read_settings<Location>(text, out, &location_settings::id, "id");
}
status read_json(std::string_view text, supplier_settings& out) {
  return read_settings<Supplier>(text, out, &supplier_settings::id, "id");
}
status read_json(std::string_view text, product_settings& out) {
  return read_settings<Product>(text, out, &product_settings::sku, "sku");
}
status read_json(std::string_view text, routing_rules& out) {
  return read_as<Routing>(text, out);
}

// The member that is the id, and its name in JSON: of routing rules the brand.
status read_patch(std::string_view text, define_location& out) {
  return read_change<Location>(text, out, out.settings, &location_settings::id,
                               "id");
}
status read_patch(std::string_view text, define_supplier& out) {
  return read_change<Supplier>(text, out, out.settings, &supplier_settings::id,
                               "id");
}
status read_patch(std::string_view text, define_product& out) {
  return read_change<Product>(text, out, out.settings, &product_settings::sku,
                              "sku");
}
status read_patch(std::string_view text, set_routing& out) {
  return read_change<Routing>(text, out, out.rules, &routing_rules::brand,
                              "brand");
}

std::string write_json(const receipt& done) {
  return print_one<CommandReceipt>(done);
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
  return print<Problem>([&](Problem::Builder out) {
    write(out, failure);
    out.setTitle(title_of(http_status));
    out.setStatus(static_cast<std::uint16_t>(http_status));
  });
}

std::string write_json(const order_view& order) {
  return print_one<OrderView>(order);
}
std::string write_json(const order_page& page) {
  return print_one<OrderList>(page);
}
std::string write_json(const fulfillment_page& page) {
  return print_one<FulfillmentList>(page);
}

std::string write_json(const std::vector<routing_decision>& decisions) {
  return print<DecisionList>([&](DecisionList::Builder out) {
    auto list = out.initDecisions(static_cast<unsigned>(decisions.size()));
    for (unsigned i = 0; i < decisions.size(); ++i)
      write(list[i], decisions[i]);
  });
}

std::string write_json(const location_settings& location) {
  return print_one<Location>(location);
}

std::string write_json(const std::vector<location_settings>& locations) {
  return print<LocationList>([&](LocationList::Builder out) {
    auto list = out.initLocations(static_cast<unsigned>(locations.size()));
    for (unsigned i = 0; i < locations.size(); ++i)
      write(list[i], locations[i]);
  });
}

std::string write_json(const supplier_settings& supplier) {
  return print_one<Supplier>(supplier);
}

std::string write_json(const std::vector<supplier_settings>& suppliers) {
  return print<SupplierList>([&](SupplierList::Builder out) {
    auto list = out.initSuppliers(static_cast<unsigned>(suppliers.size()));
    for (unsigned i = 0; i < suppliers.size(); ++i)
      write(list[i], suppliers[i]);
  });
}

std::string write_json(const product_settings& product) {
  return print_one<Product>(product);
}
std::string write_json(const routing_view& routing) {
  return print_one<RoutingView>(routing);
}

std::string write_json(const std::vector<stock_view>& stock) {
  return print<LocationStock>([&](LocationStock::Builder out) {
    auto list = out.initStock(static_cast<unsigned>(stock.size()));
    for (unsigned i = 0; i < stock.size(); ++i) write(list[i], stock[i]);
  });
}

std::string write_json(const sku_stock& stock) {
  return print_one<SkuStock>(stock);
}
std::string write_json(const engine_stats& stats) {
  return print_one<Stats>(stats);
}

}  // namespace oms::api
