#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "messages/limits.hpp"
#include "tools/replay/readers.hpp"
#include "tools/text/number_text.hpp"

namespace oms::replay {

namespace {

// What the file does not say: when an order was cancelled.
constexpr auto cancelled_after = std::chrono::hours(24);

struct olist_customer {
  std::string person;
  std::string zip;
  std::string city;
  std::string state;
};

// The coordinates of a zip prefix. Some of the points in the file are far off,
// so the medians are used and not the means.
struct zip_points {
  std::vector<double> latitudes;
  std::vector<double> longitudes;

  [[nodiscard]] coordinates middle() {
    const auto median = [](std::vector<double>& all) {
      const auto half =
          all.begin() + static_cast<std::ptrdiff_t>(all.size()) / 2;
      std::nth_element(all.begin(), half, all.end());
      return *half;
    };
    return {median(latitudes), median(longitudes)};
  }
};

// The rows of one file, by the names of columns.
class olist_table {
 public:
  explicit olist_table(files::csv_reader& file) : file_(file) {}

  // Empty if the row has no such column or is at fault. Looks each name up once
  // per file: there are a million rows of coordinates.
  [[nodiscard]] std::string_view operator[](std::string_view column) {
    const auto [known, is_new] = columns_.try_emplace(column, 0);
    if (is_new) known->second = file_.column({column});
    if (known->second >= row_.fields.size()) return {};
    return row_.fields[known->second];
  }
  bool next() { return file_.next(row_); }
  [[nodiscard]] const files::csv_row& row() const { return row_; }

 private:
  files::csv_reader& file_;
  files::csv_row row_;
  std::map<std::string_view, std::size_t> columns_;
};

class olist_reader {
 public:
  explicit olist_reader(rejects& out) : out_(out) { feed_.currency = "BRL"; }

  // Customers, sellers and coordinates are only looked up, so their rows are
  // not among the lines that are counted.
  void read_customers(files::csv_reader& file) {
    for (olist_table rows(file); rows.next();)
      // This data set has a customer_id per order; customer_unique_id is the
      // person.
      customers_[std::string(rows["customer_id"])] = {
          std::string(rows["customer_unique_id"]),
          std::string(rows["customer_zip_code_prefix"]),
          std::string(rows["customer_city"]),
          std::string(rows["customer_state"])};
  }

  void read_sellers(files::csv_reader& file) {
    for (olist_table rows(file); rows.next();)
      sellers_[std::string(rows["seller_id"])] =
          std::string(rows["seller_state"]);
  }

  void read_coordinates(files::csv_reader& file) {
    for (olist_table rows(file); rows.next();) {
      const auto latitude = text::parse_degrees(rows["geolocation_lat"], 90);
      const auto longitude = text::parse_degrees(rows["geolocation_lng"], 180);
      if (!latitude || !longitude) continue;
      auto& points = zips_[std::string(rows["geolocation_zip_code_prefix"])];
      points.latitudes.push_back(*latitude);
      points.longitudes.push_back(*longitude);
    }
  }

  void read_orders(files::csv_reader& file) {
    const auto& name = name_of_file(feed_, file.name());
    for (olist_table rows(file); rows.next();) {
      auto line = count_line(feed_, name, rows.row());
      const auto fault = add_order(rows, line);
      if (!fault.empty()) reject(feed_, out_, line, fault);
    }
  }

  void read_items(files::csv_reader& file) {
    const auto& name = name_of_file(feed_, file.name());
    for (olist_table rows(file); rows.next();) {
      auto line = count_line(feed_, name, rows.row());
      const auto fault = add_item(rows, line);
      if (!fault.empty()) reject(feed_, out_, line, fault);
    }
  }

  feed finished() && {
    // Some cancelled and unavailable orders of the data set have no items.
    std::erase_if(feed_.orders, [this](const fed_order& order) {
      if (!order.placing.body.lines.empty()) return false;
      for (const auto& line : order.lines)
        reject(feed_, out_, line, "the order has no items");
      return true;
    });
    // Sorted, so that the supplier's definition does not depend on the order of
    // the rows.
    for (auto& [id, supplier] : suppliers_) {
      std::sort(supplier.products.begin(), supplier.products.end(),
                [](const supplier_product& a, const supplier_product& b) {
                  return a.sku < b.sku;
                });
      feed_.suppliers.push_back(std::move(supplier));
    }
    finish(feed_, out_);
    return std::move(feed_);
  }

 private:
  std::string_view add_order(olist_table& rows, source_line& line) {
    if (!rows.row().fault.empty()) return rows.row().fault;
    const std::string id(rows["order_id"]);
    if (id.empty()) return "the order id is missing";
    if (id.size() > limits::max_id_bytes || !text::is_plain_text(id))
      return "the order id is not valid";
    if (orders_.contains(id)) return "the order is a duplicate";
    const auto placed = text::parse_file_time(rows["order_purchase_timestamp"]);
    if (!placed) return "the purchase time can't be read";
    fed_order order;
    order.placing.order.id = order_id{id};
    if (const auto fault = add_times(rows, *placed, order); !fault.empty())
      return fault;
    auto& body = order.placing.body;
    body.channel = "marketplace";
    body.currency = feed_.currency;
    body.placed_at = *placed;
    body.customer = customer_id{std::string(rows["customer_id"])};
    body.ship_to.country = "BR";
    add_customer(order.placing);
    order.lines.push_back(std::move(line));
    orders_.emplace(id, feed_.orders.size());
    feed_.orders.push_back(std::move(order));
    return {};
  }

  static std::string_view add_times(olist_table& rows, timestamp placed,
                                    fed_order& order) {
    told_times told;
    const auto status = rows["order_status"];
    const auto read = [&rows](std::string_view column,
                              std::optional<timestamp>& to) {
      const auto text = rows[column];
      if (text.empty()) return true;
      to = text::parse_file_time(text);
      return to.has_value();
    };
    if (!read("order_approved_at", told.paid))
      return "the approval time can't be read";
    if (!read("order_delivered_carrier_date", told.shipped))
      return "the carrier date can't be read";
    if (!read("order_delivered_customer_date", told.delivered))
      return "the delivery date can't be read";
    // What was invoiced or shipped has been paid for, even where the time is
    // missing.
    if (!told.paid && status != "created" && status != "canceled")
      told.paid = placed;
    if (status == "canceled" || status == "unavailable") {
      told.cancelled =
          std::max(placed, told.paid.value_or(placed)) + cancelled_after;
      told.cancel_reason = status;
    }
    // Set even if all times are missing: an order that the file never ships
    // stays as it is.
    order.told = told;
    return {};
  }

  void add_customer(place_order& placing) {
    auto& body = placing.body;
    const auto found = customers_.find(body.customer.value);
    if (found == customers_.end()) return;
    const auto& known = found->second;
    if (!known.person.empty()) body.customer = customer_id{known.person};
    placing.personal.region = known.state;
    placing.personal.postal_code = known.zip;
    placing.personal.city = known.city;
    if (const auto at = zips_.find(known.zip); at != zips_.end())
      body.ship_to.position = at->second.middle();
  }

  std::string_view add_item(olist_table& rows, source_line& line) {
    if (!rows.row().fault.empty()) return rows.row().fault;
    const auto known = orders_.find(std::string(rows["order_id"]));
    if (known == orders_.end())
      return "the item's order is missing or rejected";
    auto& order = feed_.orders[known->second];
    auto& body = order.placing.body;
    const auto number = text::parse_whole(rows["order_item_id"]);
    if (!number) return "the item's number is not valid";
    // Not as the file writes it: "01" and "1" are the same item.
    const auto id = std::to_string(*number);
    for (const auto& other : body.lines)
      if (other.line.value == id)
        return "the item's number is a duplicate in its order";
    const auto price = text::parse_price(rows["price"], 2);
    if (!price) return "the price is not a valid amount in reais";
    const auto freight = text::parse_price(rows["freight_value"], 2);
    if (!freight || *freight < money{0} ||
        freight->value > limits::max_money_minor_units)
      return "the freight is not a valid amount in reais";
    const std::string sku(rows["product_id"]);
    const auto fault = add_line(body, sku, 1, *price, id);
    if (!fault.empty()) return fault;
    // Freight is per item; the engine has one shipping price per order.
    body.shipping.price += *freight;
    body.shipping.service = "standard";
    order.lines.push_back(std::move(line));
    add_product(sku, std::string(rows["seller_id"]));
    return {};
  }

  // All sellers of a state are one supplier. A routing decision lists every
  // source, and the engine has room for 1,024, fewer than there are sellers.
  void add_product(const std::string& sku, const std::string& seller) {
    const auto found = sellers_.find(seller);
    const auto state = found == sellers_.end() ? "BR" : found->second;
    const auto id = "sellers-" + state;
    auto& supplier = suppliers_[id];
    supplier.id = id;
    supplier.name = "Marketplace sellers of " + state;
    if (offered_.emplace(id, sku).second)
      supplier.products.push_back({sku_id{sku}, std::nullopt, money{0}, 3});
  }

  rejects& out_;
  feed feed_;
  std::unordered_map<std::string, olist_customer> customers_;
  std::unordered_map<std::string, std::string> sellers_;
  std::unordered_map<std::string, zip_points> zips_;
  std::unordered_map<std::string, std::size_t> orders_;
  std::map<std::string, supplier_settings> suppliers_;
  std::set<std::pair<std::string, std::string>> offered_;
};

}  // namespace

result<feed> read_olist(std::vector<files::csv_reader> files, rejects& out) {
  olist_reader all(out);
  std::vector<files::csv_reader*> orders;
  std::vector<files::csv_reader*> items;
  // Customers, sellers and coordinates are read at once. Orders and items,
  // which refer to them, come after, in whatever order the files are named.
  for (auto& file : files) {
    const auto has = [&file](std::string_view column) {
      return file.column({column}) != files::csv_reader::npos;
    };
    if (has("order_item_id")) {
      for (const auto* column :
           {"order_id", "product_id", "price", "freight_value"})
        if (!has(column)) return lacks_column(file, column);
      items.push_back(&file);
    } else if (has("order_purchase_timestamp")) {
      for (const auto* column : {"order_id", "order_status"})
        if (!has(column)) return lacks_column(file, column);
      orders.push_back(&file);
    } else if (has("geolocation_lat")) {
      all.read_coordinates(file);
    } else if (has("seller_state")) {
      all.read_sellers(file);
    } else if (has("customer_unique_id")) {
      all.read_customers(file);
    } else {
      return error{error_code::invalid,
                   file.name() + ":1: is not one of the olist files (orders, " +
                       "order_items, customers, sellers, geolocation)",
                   {}};
    }
  }
  if (orders.empty() || items.empty())
    return error{error_code::invalid,
                 "--orders: olist needs olist_orders_dataset.csv and "
                 "olist_order_items_dataset.csv: name both, or their folder",
                 {}};
  // Items refer to orders.
  for (auto* file : orders) all.read_orders(*file);
  for (auto* file : items) all.read_items(*file);
  return std::move(all).finished();
}

}  // namespace oms::replay
