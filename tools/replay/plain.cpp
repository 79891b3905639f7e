#include <algorithm>

#include "messages/limits.hpp"
#include "messages/time_text.hpp"
#include "tools/replay/countries.hpp"
#include "tools/replay/order_drafts.hpp"
#include "tools/replay/readers.hpp"
#include "tools/text/number_text.hpp"

namespace oms::replay {

namespace {

struct columns {
  std::size_t order, line, sku, units, price, time, customer, country;
  std::size_t brand, currency, latitude, longitude, postal_code;
};

result<columns> columns_of(const files::csv_reader& file,
                           const column_names& named) {
  columns in{};
  const char* missing = nullptr;
  const auto find = [&](std::size_t& to, const char* name, bool needed) {
    const auto other = named.find(name);
    to = file.column({other == named.end() ? std::string_view(name)
                                           : std::string_view(other->second)});
    // A column that the caller names must exist, even an optional one.
    const bool wanted = needed || other != named.end();
    if (to == files::csv_reader::npos && wanted && missing == nullptr)
      missing = name;
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

std::string field(const files::csv_row& row, std::size_t column) {
  return column < row.fields.size() ? row.fields[column] : std::string{};
}

bool is_name(const std::string& text, std::size_t max_bytes) {
  return text.size() <= max_bytes && text::is_plain_text(text);
}

// The order's own cells. Later rows of an order may leave them blank.
enum heading_cell : std::size_t {
  time_cell,
  customer_cell,
  country_cell,
  currency_cell,
  latitude_cell,
  longitude_cell,
  postal_code_cell
};

std::vector<std::string> heading_of(const files::csv_row& row,
                                    const columns& in) {
  return {field(row, in.time),       field(row, in.customer),
          field(row, in.country),    text::upper_case(field(row, in.currency)),
          field(row, in.latitude),   field(row, in.longitude),
          field(row, in.postal_code)};
}

// Empty, or why no order has this key.
std::string_view fault_of(const order_key& key) {
  if (key.id.empty()) return "the order's id is missing";
  if (!is_name(key.id.value, limits::max_id_bytes))
    return "the order's id is not valid";
  // '/' divides the brand from the order's id in the key of an entity.
  if (!is_name(key.brand.value, limits::max_id_bytes) ||
      key.brand.value.find('/') != std::string::npos)
    return "the brand is not valid";
  return {};
}

// Empty, or why the cells can't be the heading of an order.
std::string_view read_heading(const std::vector<std::string>& cells,
                              place_order& out) {
  auto& body = out.body;
  body.placed_at = text::parse_file_time(cells[time_cell]);
  if (!body.placed_at) return "the time can't be read";
  body.customer = customer_id{cells[customer_cell]};
  if (!is_name(body.customer.value, limits::max_id_bytes))
    return "the customer is not valid";
  out.personal.postal_code = text::without_excel_quote(cells[postal_code_cell]);
  if (!is_name(out.personal.postal_code, limits::max_id_bytes))
    return "the postal code is not valid";
  body.ship_to.country = cells[country_cell];
  if (!is_name(body.ship_to.country, limits::max_id_bytes))
    return "the country is not valid";
  if (const auto* known = find_country(body.ship_to.country)) {
    body.ship_to.country = known->code;
    body.ship_to.position = known->position;
  }
  if (const auto& text = cells[currency_cell]; !text.empty()) {
    if (!text::is_currency(text)) return "the currency is not three letters";
    body.currency = text;
  }
  const auto& latitude = cells[latitude_cell];
  const auto& longitude = cells[longitude_cell];
  if (latitude.empty() && longitude.empty()) return {};
  const auto north = text::parse_degrees(latitude, 90);
  const auto east = text::parse_degrees(longitude, 180);
  if (!north || !east) return "the coordinates are not valid";
  body.ship_to.position = coordinates{*north, *east};
  return {};
}

class plain_reader {
 public:
  explicit plain_reader(rejects& out) : out_(out) {}

  void add(files::csv_reader& file, const columns& in) {
    const auto& name = name_of_file(feed_, file.name());
    for (files::csv_row row; file.next(row);) {
      auto line = count_line(feed_, name, row);
      const order_key key{brand_id{field(row, in.brand)},
                          order_id{field(row, in.order)}};
      const auto no_key = fault_of(key);
      if (!no_key.empty()) {
        // The order is not known, so only this row is rejected.
        reject(feed_, out_, line, row.fault.empty() ? no_key : row.fault);
        continue;
      }
      auto& draft = drafts_.of(key);
      draft.take(std::move(line), row.fault.empty()
                                      ? add_row(row, in, draft)
                                      : std::string_view(row.fault));
    }
  }

  feed finished() && {
    drafts_.finish(feed_, out_);
    return std::move(feed_);
  }

 private:
  static std::string_view add_row(const files::csv_row& row, const columns& in,
                                  order_draft& draft) {
    auto cells = heading_of(row, in);
    // The time is left out of the comparison: lines may have been added to an
    // order later. The earliest time counts.
    const auto time = cells[time_cell];
    cells[time_cell].clear();
    const bool agrees = draft.complete(cells);
    cells[time_cell] = time;
    auto& body = draft.order.placing.body;
    const auto before = body.placed_at;
    if (time.empty() && before) cells[time_cell] = time_text(*before);
    // Read from each row anew, so that a fault in a cell is reported for the
    // row that has it. Only then is a row refused for differing.
    place_order read;
    if (const auto fault = read_heading(cells, read); !fault.empty())
      return fault;
    if (!agrees)
      return "the customer, address or currency differs from an earlier row";
    const auto units = text::parse_whole(field(row, in.units));
    if (!units) return fault_of_whole(field(row, in.units));
    const auto price = text::parse_price(
        field(row, in.price), text::currency_digits(read.body.currency));
    if (!price) return "the price is not a valid amount in its currency";
    auto line_name = field(row, in.line);
    if (!is_name(line_name, limits::max_id_bytes))
      return "the line's id is not valid";
    if (line_name.empty()) line_name = std::to_string(body.lines.size() + 1);
    if (!draft.line_names.insert(line_name).second)
      return "the line's id is a duplicate";

    // The heading replaces the order's, without its lines.
    auto lines = std::move(body.lines);
    body = std::move(read.body);
    body.lines = std::move(lines);
    if (before) body.placed_at = std::min(*before, *body.placed_at);
    draft.order.placing.personal = std::move(read.personal);
    return add_line(body, field(row, in.sku), *units, *price, line_name);
  }

  rejects& out_;
  feed feed_;
  order_drafts drafts_;
};

}  // namespace

result<feed> read_plain(std::vector<files::csv_reader> files,
                        const column_names& named, rejects& out) {
  plain_reader all(out);
  // All headers are checked before the first line is read, so that a wrong file
  // rejects nothing.
  for (const auto& file : files)
    if (const auto in = columns_of(file, named); !in) return in.failure();
  for (auto& file : files) {
    all.add(file, *columns_of(file, named));
  }
  return std::move(all).finished();
}

}  // namespace oms::replay
