#include <algorithm>
#include <cctype>
#include <unordered_set>

#include "messages/limits.hpp"
#include "tools/replay/countries.hpp"
#include "tools/replay/readers.hpp"
#include "tools/replay/text.hpp"

namespace oms::tools {

namespace {

struct columns {
  std::size_t order, line, sku, units, price, time, customer, country;
  std::size_t brand, currency, latitude, longitude, postal_code;
};

result<columns> columns_of(const csv_reader& file, const column_names& named) {
  columns in{};
  const char* missing = nullptr;
  const auto find = [&](std::size_t& to, const char* name, bool needed) {
    const auto other = named.find(name);
    to = file.column({other == named.end() ? std::string_view(name)
                                           : std::string_view(other->second)});
    // Whoever names a column means that it is there.
    const bool wanted = needed || other != named.end();
    if (to == csv_reader::npos && wanted && missing == nullptr) missing = name;
  };
  find(in.order, "order", true);
  find(in.line, "line", false);
  find(in.sku, "sku", true);
  find(in.units, "quantity", true);
  find(in.price, "unit_price", true);
  find(in.time, "placed_at", true);
  find(in.customer, "customer", false);
  find(in.country, "country", false);
  find(in.brand, "brand", false);
  find(in.currency, "currency", false);
  find(in.latitude, "latitude", false);
  find(in.longitude, "longitude", false);
  find(in.postal_code, "postal_code", false);
  if (missing == nullptr) return in;
  const auto other = named.find(missing);
  return lacks_column(file, other == named.end() ? missing : other->second);
}

std::string field(const csv_row& row, std::size_t column) {
  return column < row.fields.size() ? row.fields[column] : std::string{};
}

bool is_name(const std::string& text, std::size_t max_bytes) {
  return text.size() <= max_bytes && is_plain_text(text);
}

/// Empty, or why the row has no valid heading of an order.
std::string_view read_order(const csv_row& row, const columns& in,
                            place_order& out) {
  auto& body = out.body;
  out.order = {brand_id{field(row, in.brand)}, order_id{field(row, in.order)}};
  if (out.order.id.empty()) return "the order is missing";
  if (!is_name(out.order.id.value, limits::max_id_bytes))
    return "the order's id is none";
  if (!is_name(out.order.brand.value, limits::max_id_bytes) ||
      out.order.brand.value.find('/') != std::string::npos)
    return "the brand is none";
  body.placed_at = parse_file_time(field(row, in.time));
  if (!body.placed_at) return "the time can't be read";
  body.customer = customer_id{field(row, in.customer)};
  if (!is_name(body.customer.value, limits::max_id_bytes))
    return "the customer is none";
  out.personal.postal_code = field(row, in.postal_code);
  if (!is_name(out.personal.postal_code, limits::max_id_bytes))
    return "the postal code is none";
  body.ship_to.country = field(row, in.country);
  if (!is_name(body.ship_to.country, limits::max_id_bytes))
    return "the country is none";
  if (const auto* known = find_country(body.ship_to.country)) {
    body.ship_to.country = known->code;
    body.ship_to.position = known->position;
  }
  if (const auto text = field(row, in.currency); !text.empty()) {
    body.currency = text;
    if (text.size() != limits::currency_bytes ||
        !std::all_of(text.begin(), text.end(), [](unsigned char letter) {
          return std::isalpha(letter) != 0;
        }))
      return "the currency is not three letters";
  }
  const auto latitude = field(row, in.latitude);
  const auto longitude = field(row, in.longitude);
  if (latitude.empty() && longitude.empty()) return {};
  const auto north = parse_degrees(latitude, 90);
  const auto east = parse_degrees(longitude, 180);
  if (!north || !east) return "the coordinates are none";
  body.ship_to.position = coordinates{*north, *east};
  return {};
}

class reading {
 public:
  explicit reading(rejects& out) : out_(out) {}

  void add(csv_reader& file, const columns& in) {
    const auto& name = name_of_file(feed_, file.name());
    for (csv_row row; file.next(row);) {
      auto line = count_line(feed_, name, row);
      const auto fault = row.fault.empty() ? add_row(row, in, line)
                                           : std::string_view(row.fault);
      if (!fault.empty()) reject(feed_, out_, line, fault);
    }
  }

  feed finished() && {
    if (!feed_.orders.empty())
      feed_.currency = feed_.orders.front().placing.body.currency;
    finish(feed_, out_);
    return std::move(feed_);
  }

 private:
  std::string_view add_row(const csv_row& row, const columns& in,
                           source_line& line) {
    fed_order fresh;
    if (const auto fault = read_order(row, in, fresh.placing); !fault.empty())
      return fault;
    const auto units = parse_whole(field(row, in.units));
    if (!units) return "the quantity is no whole number";
    const auto price = parse_price(
        field(row, in.price), currency_digits(fresh.placing.body.currency));
    if (!price) return "the price is no number of that currency";
    auto line_name = field(row, in.line);
    if (!is_name(line_name, limits::max_id_bytes))
      return "the line's id is none";

    const auto key = fresh.placing.order;
    const auto known = orders_.find(key);
    auto& order = known == orders_.end() ? fresh : feed_.orders[known->second];
    auto& body = order.placing.body;
    if (known != orders_.end()) {
      const auto& now = fresh.placing.body;
      if (body.customer != now.customer || body.ship_to != now.ship_to ||
          body.currency != now.currency)
        return "the order has another customer, address or currency above";
    }
    auto& taken = lines_of_[key];
    if (line_name.empty()) line_name = std::to_string(body.lines.size() + 1);
    if (taken.contains(line_name)) return "the line stands twice in its order";
    const auto fault =
        add_line(body, field(row, in.sku), *units, *price, line_name);
    if (!fault.empty()) return fault;
    taken.insert(std::move(line_name));
    order.lines.push_back(std::move(line));
    if (known != orders_.end()) {
      body.placed_at = std::min(*body.placed_at, *fresh.placing.body.placed_at);
      return {};
    }
    orders_.emplace(key, feed_.orders.size());
    feed_.orders.push_back(std::move(fresh));
    return {};
  }

  rejects& out_;
  feed feed_;
  std::unordered_map<order_key, std::size_t> orders_;
  std::unordered_map<order_key, std::unordered_set<std::string>> lines_of_;
};

}  // namespace

result<feed> read_plain(std::vector<csv_reader> files,
                        const column_names& named, rejects& out) {
  reading all(out);
  // All are looked at before anything is written to the rejects.
  for (const auto& file : files)
    if (const auto in = columns_of(file, named); !in) return in.failure();
  for (auto& file : files) {
    all.add(file, *columns_of(file, named));
  }
  return std::move(all).finished();
}

}  // namespace oms::tools
