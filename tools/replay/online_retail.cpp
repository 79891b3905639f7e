#include <algorithm>
#include <chrono>

#include "messages/limits.hpp"
#include "tools/replay/countries.hpp"
#include "tools/replay/readers.hpp"
#include "tools/text/number_text.hpp"

namespace oms::replay {

namespace {

// The lines of one invoice are within this of each other. A number that comes
// again later is a mistake in the data, not a line of the same order.
constexpr auto max_invoice_span = std::chrono::hours(24);

struct columns {
  std::size_t invoice, sku, description, units, time, price, customer, country;
};

result<columns> columns_of(const files::csv_reader& file) {
  columns in{};
  const auto find = [&file](std::size_t& to,
                            std::initializer_list<std::string_view> names) {
    to = file.column(names);
    return to != files::csv_reader::npos;
  };
  // The second names are those of the "Online Retail II" data set.
  if (!find(in.invoice, {"InvoiceNo", "Invoice"}))
    return lacks_column(file, "InvoiceNo");
  if (!find(in.sku, {"StockCode"})) return lacks_column(file, "StockCode");
  if (!find(in.description, {"Description"}))
    return lacks_column(file, "Description");
  if (!find(in.units, {"Quantity"})) return lacks_column(file, "Quantity");
  if (!find(in.time, {"InvoiceDate"})) return lacks_column(file, "InvoiceDate");
  if (!find(in.price, {"UnitPrice", "Price"}))
    return lacks_column(file, "UnitPrice");
  if (!find(in.customer, {"CustomerID", "Customer ID"}))
    return lacks_column(file, "CustomerID");
  if (!find(in.country, {"Country"})) return lacks_column(file, "Country");
  return in;
}

// A row with its values.
struct invoice_line {
  std::string invoice;
  bool cancels = false;
  std::string sku;
  std::int64_t units = 0;
  money price;
  timestamp time;
  std::string customer;
  std::string country;
};

// Empty, or why the row can't be a line of an invoice: the first fault, from
// left to right. The SKU is checked where the line is added.
std::string_view read_line(const files::csv_row& row, const columns& in,
                           invoice_line& out) {
  if (!row.fault.empty()) return row.fault;
  const auto& fields = row.fields;
  out.invoice = fields[in.invoice];
  if (out.invoice.empty()) return "the invoice number is missing";
  // The data set marks cancellations by 'C' and corrections of its accounts by
  // 'A'; only the former are about goods.
  out.cancels = out.invoice[0] == 'C' || out.invoice[0] == 'c';
  if (out.invoice[0] == 'A') return "the invoice is an adjustment (A...)";
  if (out.invoice.size() > limits::max_id_bytes ||
      out.invoice.find_first_not_of("0123456789", out.cancels ? 1 : 0) !=
          std::string::npos ||
      out.invoice.size() == (out.cancels ? 1U : 0U))
    return "the invoice number is not valid";
  out.sku = fields[in.sku];
  const auto units = text::parse_whole(fields[in.units]);
  if (!units) return fault_of_whole(fields[in.units]);
  out.units = *units;
  if (fields[in.price].empty()) return "the price is missing";
  const auto price = text::parse_price(fields[in.price], 2);
  if (!price) return "the price is not a valid amount in pounds";
  out.price = *price;
  const auto time = text::parse_file_time(fields[in.time]);
  if (!time) return "the date can't be read";
  out.time = *time;
  out.customer = fields[in.customer];
  // Tools that read the column as numbers write "17850.0".
  if (out.customer.ends_with(".0"))
    out.customer.resize(out.customer.size() - 2);
  if (out.customer.size() > limits::max_id_bytes ||
      !text::is_plain_text(out.customer))
    return "the customer is not valid";
  out.country = fields[in.country];
  if (out.country.empty()) return "the country is missing";
  if (out.country.size() > limits::max_id_bytes ||
      !text::is_plain_text(out.country))
    return "the country is not valid";
  return {};
}

class online_retail_reader {
 public:
  explicit online_retail_reader(rejects& out) : out_(out) {
    feed_.currency = "GBP";
  }

  void add(files::csv_reader& file, const columns& in) {
    const auto& name = name_of_file(feed_, file.name());
    for (files::csv_row row; file.next(row);) add(name, in, row);
  }

  feed finished() && {
    finish(feed_, out_);
    return std::move(feed_);
  }

 private:
  void add(const std::string& file, const columns& in,
           const files::csv_row& row) {
    auto line = count_line(feed_, file, row);
    invoice_line read;
    auto fault = read_line(row, in, read);
    if (fault.empty())
      fault = read.cancels ? add_cancellation(read) : add_order(read, line);
    if (!fault.empty()) {
      reject(feed_, out_, line, fault);
      return;
    }
    if (read.cancels) ++feed_.counts.cancellations;
    // The first name of a SKU counts. Later descriptions are often notes such
    // as "damaged".
    const auto& name = row.fields[in.description];
    if (!name.empty() && text::is_plain_text(name) &&
        name.size() <= limits::max_text_bytes)
      feed_.names.try_emplace(read.sku, name);
  }

  std::string_view add_order(const invoice_line& read, source_line& line) {
    const auto known = orders_.find(read.invoice);
    if (known == orders_.end()) return begin_order(read, line);
    auto& order = feed_.orders[known->second];
    auto& body = order.placing.body;
    if (body.customer.value != read.customer ||
        country_of_[known->second] != read.country)
      return "the invoice belongs to another customer or country";
    if (std::chrono::abs(read.time - *body.placed_at) > max_invoice_span)
      return "the line's time is more than a day from its invoice's";
    const auto fault = add_line(body, read.sku, read.units, read.price);
    if (!fault.empty()) return fault;
    // The earliest line is the time of the order, whichever comes first in the
    // files.
    body.placed_at = std::min(*body.placed_at, read.time);
    order.lines.push_back(std::move(line));
    return {};
  }

  std::string_view begin_order(const invoice_line& read, source_line& line) {
    fed_order order;
    auto& body = order.placing.body;
    const auto fault = add_line(body, read.sku, read.units, read.price);
    if (!fault.empty()) return fault;
    order.placing.order.id = order_id{read.invoice};
    body.channel = "web";
    body.currency = feed_.currency;
    body.placed_at = read.time;
    body.customer = customer_id{read.customer};
    body.ship_to.country = read.country;
    if (const auto* known = find_country(read.country)) {
      body.ship_to.country = known->code;
      body.ship_to.position = known->position;
    }
    order.lines.push_back(std::move(line));
    orders_.emplace(read.invoice, feed_.orders.size());
    country_of_.push_back(read.country);
    feed_.orders.push_back(std::move(order));
    return {};
  }

  std::string_view add_cancellation(const invoice_line& read) {
    if (read.units >= 0) return "the quantity of a cancellation is not below 0";
    if (read.units < -limits::max_quantity_units)
      return "the quantity is too large";
    if (read.sku.empty()) return "the SKU is missing";
    // The lines of one cancellation are one wish of the customer.
    const auto [known, is_new] =
        cancellations_.emplace(read.invoice, feed_.cancellations.size());
    if (is_new)
      feed_.cancellations.push_back(
          {read.invoice, customer_id{read.customer}, read.time, {}});
    auto& cancellation = feed_.cancellations[known->second];
    if (cancellation.customer.value != read.customer)
      return "the invoice belongs to another customer or country";
    cancellation.items.push_back({sku_id{read.sku}, quantity{-read.units}});
    return {};
  }

  rejects& out_;
  feed feed_;
  std::unordered_map<std::string, std::size_t> orders_;
  std::unordered_map<std::string, std::size_t> cancellations_;
  // The country of each order as the file writes it: the order itself has the
  // code.
  std::vector<std::string> country_of_;
};

}  // namespace

result<feed> read_online_retail(std::vector<files::csv_reader> files,
                                rejects& out) {
  online_retail_reader all(out);
  // All headers are checked before the first line is read, so that a wrong file
  // rejects nothing.
  for (const auto& file : files)
    if (const auto in = columns_of(file); !in) return in.failure();
  for (auto& file : files) all.add(file, *columns_of(file));
  return std::move(all).finished();
}

}  // namespace oms::replay
