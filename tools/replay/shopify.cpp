// The columns are those of "Export orders" in Shopify's admin, described in
// https://help.shopify.com/en/manual/orders/export-orders.

#include <algorithm>
#include <array>
#include <optional>

#include "actors/order/price.hpp"
#include "messages/limits.hpp"
#include "tools/replay/countries.hpp"
#include "tools/replay/order_drafts.hpp"
#include "tools/replay/readers.hpp"
#include "tools/text/number_text.hpp"

namespace oms::replay {

namespace {

// For money times money, which 64 bits can't hold.
__extension__ using wide = __int128;

// The order's own cells, which its first row has.
enum heading_cell : std::size_t {
  financial,
  fulfillment,
  currency,
  subtotal,
  shipping,
  taxes,
  total,
  discount,
  service,
  created,
  cancelled,
  email,
  name,
  street,
  address1,
  address2,
  city,
  zip,
  region,
  country_name,
  heading_cells
};

constexpr std::array<const char*, heading_cells> heading_names = {
    "Financial Status",
    "Fulfillment Status",
    "Currency",
    "Subtotal",
    "Shipping",
    "Taxes",
    "Total",
    "Discount Amount",
    "Shipping Method",
    "Created at",
    "Cancelled at",
    "Email",
    "Shipping Name",
    "Shipping Street",
    "Shipping Address1",
    "Shipping Address2",
    "Shipping City",
    "Shipping Zip",
    "Shipping Province",
    "Shipping Country"};

struct columns {
  std::size_t order, units, sku, title, price, line_discount;
  std::array<std::size_t, heading_cells> heading;
};

result<columns> columns_of(const files::csv_reader& file) {
  columns in{};
  const char* missing = nullptr;
  const auto find = [&](std::size_t& to, const char* column, bool needed) {
    to = file.column({column});
    if (to == files::csv_reader::npos && needed && missing == nullptr)
      missing = column;
  };
  find(in.order, "Name", true);
  find(in.units, "Lineitem quantity", true);
  find(in.sku, "Lineitem sku", true);
  find(in.price, "Lineitem price", true);
  // Optional: what is missing is empty, and an order can be played without it.
  find(in.title, "Lineitem name", false);
  find(in.line_discount, "Lineitem discount", false);
  for (std::size_t i = 0; i < heading_cells; ++i)
    find(in.heading.at(i), heading_names.at(i),
         i == financial || i == currency || i == created);
  if (missing != nullptr) return lacks_column(file, missing);
  return in;
}

std::string field(const files::csv_row& row, std::size_t column) {
  return column < row.fields.size() ? row.fields[column] : std::string{};
}

// Empty, or why the order is not replayed. The export has the state of an order
// and not its history, so an order is left out if the state hides what was
// shipped, refunded or paid.
std::string_view fault_of_status(const std::vector<std::string>& cells) {
  const auto paid = text::upper_case(cells[financial]);
  const auto shipped = text::upper_case(cells[fulfillment]);
  if (!cells[cancelled].empty())
    return "the order is cancelled, so it is not replayed";
  const bool none_left =
      shipped.empty() || shipped == "UNFULFILLED" || shipped == "RESTOCKED";
  if (paid == "REFUNDED" && none_left)
    return "the order is refunded and unfulfilled, so it is not replayed";
  if (paid == "PARTIALLY_REFUNDED" && none_left)
    return "the order is partially refunded and unfulfilled; the file does not "
           "say which units, so it is not replayed";
  if (paid == "VOIDED" || paid == "EXPIRED")
    return "the order's payment is void, so the order is not replayed";
  if (paid == "PARTIALLY_PAID")
    return "the order is partially paid; the file does not say how much, so it "
           "is not replayed";
  if (paid == "PAID" || paid == "REFUNDED" || paid == "PARTIALLY_REFUNDED" ||
      paid == "PENDING" || paid == "AUTHORIZED")
    return {};
  return "the financial status is unknown";
}

// Divides the order's tax among its lines by net. Each line gets the share of
// the sum up to it, less what the lines before it got, so no cent is lost to
// rounding.
void spread_tax(order_body& body, money tax) {
  money all;
  for (const auto& line : body.lines) all += order::net_of(line);
  // Nothing to divide by: a free order may still have a tax.
  if (all == money{0}) {
    body.lines.front().tax += tax;
    return;
  }
  money net;
  money given;
  for (auto& line : body.lines) {
    net += order::net_of(line);
    const auto upto = money{static_cast<std::int64_t>(
        static_cast<wide>(tax.value) * net.value / all.value)};
    line.tax += upto - given;
    given = upto;
  }
}

// Reads the order's own cells once all its lines are there, because its
// discount is a difference to the lines.
class heading_reader {
 public:
  heading_reader(const std::vector<std::string>& cells, fed_order& out)
      : cells_(cells), out_(out), body_(out.placing.body) {}

  // Empty, or why they are none.
  std::string_view operator()() {
    body_.placed_at = text::parse_file_time(cells_[created]);
    if (!body_.placed_at) return "the time can't be read";
    body_.channel = "shopify";
    body_.shipping.service = cells_[service];
    read_address();
    if (const auto fault = read_money(); !fault.empty()) return fault;
    const auto paid = text::upper_case(cells_[financial]);
    // The file knows no payment, so the order is placed and never paid.
    if (paid == "PENDING" || paid == "AUTHORIZED") out_.told.emplace();
    return {};
  }

 private:
  void read_address() {
    auto& person = out_.placing.personal;
    person.email = cells_[email];
    person.name = cells_[name];
    person.city = cells_[city];
    person.region = cells_[region];
    person.postal_code = text::without_excel_quote(cells_[zip]);
    person.line1 = cells_[address1];
    person.line2 = cells_[address2];
    if (person.line1.empty()) read_street(cells_[street]);
    body_.ship_to.country = cells_[country_name];
    if (const auto* known = find_country(body_.ship_to.country)) {
      body_.ship_to.country = known->code;
      body_.ship_to.position = known->position;
    }
  }

  // The first of several lines, and the others joined.
  void read_street(const std::string& text) {
    auto& person = out_.placing.personal;
    const auto end = std::min(text.find_first_of("\r\n"), text.size());
    person.line1 = text.substr(0, end);
    for (auto rest = end; rest < text.size();) {
      const auto begin = text.find_first_not_of("\r\n", rest);
      if (begin == std::string::npos) return;
      rest = std::min(text.find_first_of("\r\n", begin), text.size());
      if (!person.line2.empty()) person.line2 += ", ";
      person.line2 += text.substr(begin, rest - begin);
    }
  }

  // None if the cell is empty. Clears `readable_` if it is not a valid amount
  // of the currency.
  std::optional<money> amount(heading_cell cell) {
    const auto& text = cells_[cell];
    if (text.empty()) return std::nullopt;
    const auto read =
        text::parse_price(text, text::currency_digits(body_.currency));
    readable_ = readable_ && read && *read >= money{0};
    return read;
  }

  // The export has no taxes per line, and an order's own discount only as a
  // total. The discount is what the subtotal lacks to the lines. Taxes are
  // added, unless the total shows that the prices include them.
  std::string_view read_money() {
    const auto of_lines = amount(subtotal);
    const auto given = amount(discount);
    const auto of_shipping = amount(shipping);
    const auto of_taxes = amount(taxes);
    const auto of_all = amount(total);
    if (!readable_)
      return "an amount of the order is not valid in its currency";
    money nets;
    for (const auto& line : body_.lines) nets += order::net_of(line);
    body_.discount = of_lines ? nets - *of_lines : given.value_or(money{});
    if (body_.discount < money{0} || body_.discount > nets)
      return "the subtotal or discount is more than the sum of the lines";
    body_.shipping.price = of_shipping.value_or(money{});
    if (!of_all) return {};
    const auto tax = *of_all - (nets - body_.discount) - body_.shipping.price;
    // The rest of the total is either all taxes or none of them. Anything else,
    // such as a tip or a duty, is unknown here.
    if (tax != money{0} && tax != of_taxes.value_or(money{}))
      return "the total is not the sum of subtotal, shipping and taxes";
    spread_tax(body_, tax);
    return {};
  }

  const std::vector<std::string>& cells_;
  fed_order& out_;
  order_body& body_;
  bool readable_ = true;
};

class shopify_reader {
 public:
  explicit shopify_reader(rejects& out) : out_(out) {}

  void add(files::csv_reader& file, const columns& in) {
    const auto& file_name = name_of_file(feed_, file.name());
    for (files::csv_row row; file.next(row);) {
      auto line = count_line(feed_, file_name, row);
      const order_key key{brand_id{}, order_id{field(row, in.order)}};
      if (const auto fault = fault_of(key, row); !fault.empty()) {
        reject(feed_, out_, line, fault);
        continue;
      }
      auto& draft = drafts_.of(key);
      draft.take(std::move(line), row.fault.empty()
                                      ? add_row(row, in, draft)
                                      : std::string_view(row.fault));
    }
  }

  feed finished() && {
    // Only now are all rows of an order known.
    for (auto& draft : drafts_.all()) {
      if (!draft.faulty.empty()) continue;
      auto fault = fault_of_status(draft.heading);
      if (fault.empty()) fault = heading_reader(draft.heading, draft.order)();
      if (!fault.empty()) draft.refuse_whole(fault);
    }
    drafts_.finish(feed_, out_);
    return std::move(feed_);
  }

 private:
  // Empty, or why it is not known which order the row belongs to.
  static std::string_view fault_of(const order_key& key,
                                   const files::csv_row& row) {
    if (!row.fault.empty() && key.id.empty()) return row.fault;
    if (key.id.empty()) return "the order's name is missing";
    if (key.id.value.size() > limits::max_id_bytes ||
        !text::is_plain_text(key.id.value))
      return "the order's name is not valid";
    return {};
  }

  std::string_view add_row(const files::csv_row& row, const columns& in,
                           order_draft& draft) {
    std::vector<std::string> cells(heading_cells);
    for (std::size_t i = 0; i < heading_cells; ++i)
      cells[i] = field(row, in.heading.at(i));
    if (!draft.complete(cells))
      return "the row contradicts the first row of its order";
    auto& body = draft.order.placing.body;
    if (!text::is_currency(cells[currency]))
      return "the currency is not three letters";
    body.currency = text::upper_case(cells[currency]);
    const auto digits = text::currency_digits(body.currency);
    const auto units = text::parse_whole(field(row, in.units));
    if (!units) return fault_of_whole(field(row, in.units));
    const auto price = text::parse_price(field(row, in.price), digits);
    if (!price) return "the price is not a valid amount in its currency";
    const auto sku = field(row, in.sku);
    if (const auto fault = add_line(body, sku, *units, *price); !fault.empty())
      return fault;
    auto& line = body.lines.back();
    if (const auto off = field(row, in.line_discount); !off.empty()) {
      const auto read = text::parse_price(off, digits);
      if (!read || *read < money{0})
        return "the line's discount is not a valid amount";
      line.discount = *read;
      if (order::net_of(line) < money{0})
        return "the discount is more than the line's price";
    }
    const auto title = field(row, in.title);
    if (!title.empty() && text::is_plain_text(title) &&
        title.size() <= limits::max_text_bytes)
      feed_.names.try_emplace(sku, title);
    return {};
  }

  rejects& out_;
  feed feed_;
  order_drafts drafts_;
};

}  // namespace

result<feed> read_shopify(std::vector<files::csv_reader> files, rejects& out) {
  shopify_reader all(out);
  for (const auto& file : files)
    if (const auto in = columns_of(file); !in) return in.failure();
  for (auto& file : files) all.add(file, *columns_of(file));
  return std::move(all).finished();
}

}  // namespace oms::replay
