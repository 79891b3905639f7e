#include "tools/replay/readers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "messages/limits.hpp"
#include "messages/time_text.hpp"

namespace oms::replay {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using testing::UnorderedElementsAre;

constexpr auto retail_header =
    "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,"
    "CustomerID,Country\n";

std::vector<files::csv_reader> files_of(const std::vector<std::string>& texts) {
  std::vector<files::csv_reader> out;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    auto file =
        files::csv_reader::of_text("file" + std::to_string(i + 1), texts[i]);
    EXPECT_TRUE(file);
    out.push_back(std::move(*file));
  }
  return out;
}

struct reading {
  rejects rejected;
  feed read;

  explicit reading(const std::vector<std::string>& texts,
                   const column_names& columns = {}) {
    auto files = files_of(texts);
    const auto format = format_of(files, columns);
    EXPECT_TRUE(format);
    auto got = read_files(std::move(files), *format, columns, rejected);
    EXPECT_TRUE(got) << got.failure().message;
    read = std::move(*got);
    // What is to be placed is counted when it is.
    for (const auto& order : read.orders)
      read.counts.placed += static_cast<std::int64_t>(order.lines.size());
    EXPECT_TRUE(read.counts.balance());
    EXPECT_EQ(rejected.count(), read.counts.rejected);
  }
};

reading retail(const std::string& rows) {
  return reading({retail_header + rows});
}

TEST(OnlineRetail, AnInvoiceIsAnOrder) {
  const auto got = retail(
      "536365,85123A,HEART,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom\n"
      "536365,71053,LANTERN,6,2010-12-01 08:26:00,3.39,17850.0,"
      "United Kingdom\n"
      "536366,71053,LANTERN,1,2010-12-01 08:28:00,3.39,,Unspecified\n");
  ASSERT_EQ(got.read.orders.size(), 2U);
  const auto& order = got.read.orders[0].placing;
  EXPECT_EQ(order.order.id.value, "536365");
  EXPECT_EQ(order.body.customer.value, "17850");
  EXPECT_EQ(order.body.ship_to.country, "GB");
  EXPECT_EQ(order.body.currency, "GBP");
  ASSERT_EQ(order.body.lines.size(), 2U);
  EXPECT_EQ(order.body.lines[0].line.value, "1");
  EXPECT_EQ(order.body.lines[0].sku.value, "85123A");
  EXPECT_EQ(order.body.lines[0].units, quantity{6});
  EXPECT_EQ(order.body.lines[0].unit_price, money{255});
  EXPECT_EQ(order.body.payment->captured, money{6 * 255 + 6 * 339});
  EXPECT_EQ(got.read.orders[1].placing.body.ship_to.country, "Unspecified");
  EXPECT_EQ(got.read.names.at("85123A"), "HEART");
}

TEST(OnlineRetail, TheSameSkuMayStandOnTwoLines) {
  const auto got = retail(
      "1,A,x,6,2010-12-01 08:26:00,2.55,1,France\n"
      "1,A,x,6,2010-12-01 08:26:00,2.55,1,France\n");
  ASSERT_EQ(got.read.orders.size(), 1U);
  EXPECT_EQ(got.read.orders[0].placing.body.lines.size(), 2U);
}

TEST(OnlineRetail, OrdersAreSortedByTimeAndCrossFiles) {
  const reading got({std::string(retail_header) +
                         "2,A,x,1,2010-12-02 08:00:00,1,1,France\n"
                         "1,A,x,1,2010-12-01 08:01:00,1,1,France\n",
                     std::string(retail_header) +
                         "1,B,x,1,2010-12-01 08:00:00,1,1,France\n"
                         "3,A,x,1,2010-12-01 08:00:00,1,1,France\n"});
  ASSERT_EQ(got.read.orders.size(), 3U);
  EXPECT_EQ(got.read.orders[0].placing.order.id.value, "1");
  EXPECT_EQ(got.read.orders[0].placing.body.lines.size(), 2U);
  EXPECT_EQ(got.read.orders[0].placing.body.placed_at,
            parse_time("2010-12-01T08:00:00Z"));
  EXPECT_EQ(got.read.orders[1].placing.order.id.value, "3");
  EXPECT_EQ(got.read.orders[2].placing.order.id.value, "2");
}

TEST(OnlineRetail, EveryFaultHasItsReason) {
  const auto got = retail(
      "1,A,x,0,2010-12-01 08:26:00,1,1,France\n"
      "1,A,x,-5,2010-12-01 08:26:00,1,1,France\n"
      "1,A,x,many,2010-12-01 08:26:00,1,1,France\n"
      "1,A,x,1,2010-12-01 08:26:00,-1,1,France\n"
      "1,A,x,1,2010-12-01 08:26:00,,1,France\n"
      "1,A,x,1,2010-12-01 08:26:00,1.234,1,France\n"
      "1,A,x,1,yesterday,1,1,France\n"
      "1,,x,1,2010-12-01 08:26:00,1,1,France\n"
      "1,A,x,1,2010-12-01 08:26:00,1,1,\n"
      ",A,x,1,2010-12-01 08:26:00,1,1,France\n"
      "A1,A,x,1,2010-12-01 08:26:00,1,1,France\n"
      "X1,A,x,1,2010-12-01 08:26:00,1,1,France\n"
      "1,A,x,1,2010-12-01 08:26:00,1,1\n"
      "C1,A,x,1,2010-12-01 08:26:00,1,1,France\n");
  EXPECT_TRUE(got.read.orders.empty());
  EXPECT_EQ(got.read.counts.read, 14);
  EXPECT_THAT(
      got.rejected.by_reason(),
      UnorderedElementsAre(
          Pair("the quantity is 0 or below", 2),
          Pair("the quantity is not a whole number", 1),
          Pair("the price is below 0", 1), Pair("the price is missing", 1),
          Pair("the price is not a valid amount in pounds", 1),
          Pair("the date can't be read", 1), Pair("the SKU is missing", 1),
          Pair("the country is missing", 1),
          Pair("the invoice number is missing", 1),
          Pair("the invoice is an adjustment (A...)", 1),
          Pair("the invoice number is not valid", 1),
          Pair("the row has 7 columns, not 8", 1),
          Pair("the quantity of a cancellation is not below 0", 1)));
}

TEST(OnlineRetail, FreeLinesAreLines) {
  const auto got = retail("1,A,x,1,2010-12-01 08:26:00,0,1,France\n");
  EXPECT_EQ(got.read.orders.size(), 1U);
}

TEST(OnlineRetail, AnInvoiceHasOneCustomerAndOneTime) {
  const auto got = retail(
      "1,A,x,1,2010-12-01 08:26:00,1,1,France\n"
      "1,A,x,1,2010-12-01 08:27:00,1,1,France\n"
      "1,A,x,1,2010-12-01 08:26:00,1,2,France\n"
      "1,A,x,1,2010-12-01 08:26:00,1,1,Spain\n"
      "1,A,x,1,2010-12-09 08:26:00,1,1,France\n");
  ASSERT_EQ(got.read.orders.size(), 1U);
  EXPECT_EQ(got.read.orders[0].placing.body.lines.size(), 2U);
  EXPECT_EQ(got.read.counts.rejected, 3);
}

TEST(OnlineRetail, CancellationsStandApart) {
  const auto got = retail(
      "1,A,x,5,2010-12-01 08:26:00,1,7,France\n"
      "C2,A,x,-3,2010-12-01 09:00:00,1,7.0,France\n"
      "C2,B,x,-1,2010-12-01 09:00:00,1,7.0,France\n");
  ASSERT_EQ(got.read.cancellations.size(), 1U);
  const auto& wish = got.read.cancellations[0];
  EXPECT_EQ(wish.customer.value, "7");
  ASSERT_EQ(wish.items.size(), 2U);
  EXPECT_EQ(wish.items[0].units, quantity{3});
  EXPECT_EQ(got.read.counts.cancellations, 2);
}

TEST(OnlineRetail, AnOrderOverTheLimitIsRejectedWhole) {
  std::string rows;
  for (std::size_t i = 0; i <= limits::max_order_lines; ++i)
    rows += "1,A,x,1,2010-12-01 08:26:00,1,1,France\n";
  const auto got = retail(rows);
  EXPECT_TRUE(got.read.orders.empty());
  EXPECT_EQ(got.rejected.count(),
            static_cast<std::int64_t>(limits::max_order_lines) + 1);
}

TEST(OnlineRetail, AMissingColumnIsNamed) {
  rejects none;
  const auto got = read_online_retail(
      files_of({"InvoiceNo,StockCode,Description,Quantity\n"}), none);
  ASSERT_FALSE(got);
  EXPECT_THAT(got.failure().message,
              HasSubstr("file1:1: has no column \"InvoiceDate\""));
}

// --- the others -------------------------------------------------------------

constexpr auto olist_orders =
    "order_id,customer_id,order_status,order_purchase_timestamp,"
    "order_approved_at,order_delivered_carrier_date,"
    "order_delivered_customer_date,order_estimated_delivery_date\n"
    "o1,c1,delivered,2017-07-09 21:57:05,2017-07-09 22:10:13,"
    "2017-07-11 14:58:04,2017-07-26 10:57:55,2017-08-01 00:00:00\n"
    "o2,c9,canceled,2017-07-09 21:57:05,,,,2017-08-01 00:00:00\n"
    "o3,c1,unavailable,2017-07-09 21:57:05,,,,2017-08-01 00:00:00\n";
constexpr auto olist_items =
    "order_id,order_item_id,product_id,seller_id,shipping_limit_date,price,"
    "freight_value\n"
    "o1,1,p1,s1,2017-07-12 00:00:00,99.9,27.65\n"
    "o1,2,p1,s1,2017-07-12 00:00:00,99.9,7.35\n"
    "o2,1,p2,s1,2017-07-12 00:00:00,5.00,0\n"
    "o7,1,p2,s1,2017-07-12 00:00:00,5.00,0\n";
constexpr auto olist_customers =
    "customer_id,customer_unique_id,customer_zip_code_prefix,customer_city,"
    "customer_state\nc1,person1,35182,timoteo,MG\n";
constexpr auto olist_sellers =
    "seller_id,seller_zip_code_prefix,seller_city,seller_state\n"
    "s1,70740,brasilia,DF\n";
constexpr auto olist_places =
    "geolocation_zip_code_prefix,geolocation_lat,geolocation_lng,"
    "geolocation_city,geolocation_state\n"
    "35182,-19.5,-42.6,timoteo,MG\n35182,45,12,timoteo,MG\n"
    "35182,-19.6,-42.5,timoteo,MG\n";

TEST(Olist, OrdersHaveTheTimesOfTheFile) {
  const reading got({olist_items, olist_orders, olist_customers, olist_places,
                     olist_sellers});
  ASSERT_EQ(got.read.orders.size(), 2U);
  const auto& order = got.read.orders[0];
  EXPECT_EQ(order.placing.body.customer.value, "person1");
  EXPECT_EQ(order.placing.personal.region, "MG");
  EXPECT_EQ(order.placing.body.ship_to.position->latitude, -19.5);
  EXPECT_EQ(order.placing.body.lines.size(), 2U);
  EXPECT_EQ(order.placing.body.shipping.price, money{3'500});
  EXPECT_FALSE(order.placing.body.payment);
  EXPECT_EQ(order.told->paid, parse_time("2017-07-09T22:10:13Z"));
  EXPECT_EQ(order.told->delivered, parse_time("2017-07-26T10:57:55Z"));
  EXPECT_FALSE(order.told->cancelled);
  EXPECT_FALSE(got.read.orders[1].told->paid);
  EXPECT_TRUE(got.read.orders[1].told->cancelled);
  EXPECT_EQ(got.read.counts.read, 7);
  EXPECT_THAT(got.rejected.by_reason(),
              ElementsAre(Pair("the item's order is missing or rejected", 1),
                          Pair("the order has no items", 1)));
  ASSERT_EQ(got.read.suppliers.size(), 1U);
  EXPECT_EQ(got.read.suppliers[0].id, "sellers-DF");
  EXPECT_EQ(got.read.suppliers[0].products.size(), 2U);
}

TEST(Olist, NeedsOrdersAndItems) {
  rejects none;
  EXPECT_FALSE(read_olist(files_of({olist_orders}), none));
  EXPECT_FALSE(read_olist(files_of({olist_orders, "a,b\n1,2\n"}), none));
}

TEST(Plain, ColumnsCanHaveOtherNames) {
  const reading got({"No;Article;Qty;Price;When;Land;lat;lon\n"
                     "1;A;2;1.50;2026-01-05T10:00:00Z;DE;52.5;13.4\n"
                     "1;B;1;2;2026-01-05T10:00:00Z;DE;52.5;13.4\n"
                     "2;A;1;2;2026-01-05T10:00:00Z;DE;99;13.4\n"},
                    {{"order", "No"},
                     {"sku", "Article"},
                     {"quantity", "Qty"},
                     {"unit_price", "Price"},
                     {"placed_at", "When"},
                     {"country", "Land"},
                     {"latitude", "lat"},
                     {"longitude", "lon"}});
  ASSERT_EQ(got.read.orders.size(), 1U);
  const auto& body = got.read.orders[0].placing.body;
  EXPECT_EQ(body.lines[1].line.value, "2");
  EXPECT_EQ(body.lines[0].unit_price, money{150});
  EXPECT_EQ(body.ship_to.position->longitude, 13.4);
  EXPECT_THAT(got.rejected.by_reason(),
              ElementsAre(Pair("the coordinates are not valid", 1)));
}

TEST(Plain, OrdersOfTwoBrandsMayHaveTheSameId) {
  const reading got(
      {"order,line,sku,quantity,unit_price,placed_at,brand\n"
       "1,a,A,2,1,2026-01-05,x\n1,a,A,2,1,2026-01-05,y\n"
       "1,a,B,2,1,2026-01-05,y\n"});
  ASSERT_EQ(got.read.orders.size(), 1U);
  EXPECT_EQ(got.read.orders[0].placing.order.brand, brand_id("x"));
  EXPECT_THAT(got.rejected.by_reason(),
              ElementsAre(Pair("another line of the order was rejected", 1),
                          Pair("the line's id is a duplicate", 1)));
}

// domain.md, Placing: "An order is refused as a whole".
TEST(Plain, AFaultInOneRowRejectsTheWholeOrder) {
  const reading got(
      {"order,sku,quantity,unit_price,placed_at\n"
       "1,A,2,1.00,2026-01-05\n2,A,1,1.00,2026-01-05\n"
       "1,B,1.000,1.00,2026-01-05\n1,C,1,1.00,2026-01-05,x\n"
       "3,A,1,1.00,2026-01-05\n"});
  ASSERT_EQ(got.read.orders.size(), 2U);
  EXPECT_EQ(got.read.orders[0].placing.order.id, order_id("2"));
  EXPECT_EQ(got.read.orders[1].placing.order.id, order_id("3"));
  EXPECT_THAT(
      got.rejected.by_reason(),
      UnorderedElementsAre(
          Pair("another line of the order was rejected", 1),
          Pair("the row has 6 columns, not 5", 1),
          Pair("the quantity is ambiguous: 1.000 may be 1 or 1000; write it "
               "without separators",
               1)));
}

TEST(Plain, LaterRowsOfAnOrderMayLeaveItsOwnCellsBlank) {
  const reading got(
      {"order,sku,quantity,unit_price,placed_at,currency,country,postal_code,"
       "customer\n"
       "1,A,2,500,2026-01-05T10:00:00Z,jpy,JP,'1000001,C-1\n"
       "1,B,1,700,,,,,\n"
       "1,C,1,700,2026-01-05T09:00:00Z,JPY,,,C-1\n"
       "2,A,1,700,2026-01-05T09:00:00Z,JPY,JP,,\n"
       "2,B,1,700,2026-01-05T09:00:00Z,JPY,FR,,\n"});
  ASSERT_EQ(got.read.orders.size(), 1U);
  const auto& order = got.read.orders[0].placing;
  EXPECT_EQ(order.body.currency, "JPY");
  EXPECT_EQ(order.body.ship_to.country, "JP");
  EXPECT_EQ(order.body.customer, customer_id("C-1"));
  EXPECT_EQ(order.personal.postal_code, "1000001");
  EXPECT_EQ(order.body.placed_at, parse_time("2026-01-05T09:00:00Z"));
  EXPECT_EQ(order.body.lines.size(), 3U);
  EXPECT_EQ(order.body.payment->captured, money{2'400});
  EXPECT_EQ(got.read.counts.rejected, 2);
}

TEST(Plain, MinorUnitsAreThoseOfTheCurrency) {
  const reading got(
      {"order,sku,quantity,unit_price,placed_at,currency\n"
       "1,A,1,9899,2026-01-05,xpf\n2,A,1,1.234,2026-01-05,LYD\n"
       "3,A,1,1.5,2026-01-05,kwd\n4,A,1,19.99,2026-01-05,eur\n"
       "5,A,1,705.00,2026-01-05,JPY\n6,A,1,1.2345,2026-01-05,KWD\n"
       "7,A,1,19.999,2026-01-05,EUR\n8,A,1,19.99,2026-01-05,EURO\n"});
  std::vector<money> prices;
  for (const auto& order : got.read.orders)
    prices.push_back(order.placing.body.lines[0].unit_price);
  EXPECT_THAT(prices, ElementsAre(money{9'899}, money{1'234}, money{1'500},
                                  money{1'999}));
  EXPECT_THAT(got.rejected.by_reason(),
              UnorderedElementsAre(
                  Pair("the price is not a valid amount in its currency", 3),
                  Pair("the currency is not three letters", 1)));
}

// --- Shopify ----------------------------------------------------------------

constexpr auto shopify_header =
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Currency,Subtotal,"
    "Shipping,Taxes,Total,Created at,Lineitem quantity,Lineitem name,"
    "Lineitem price,Lineitem sku,Shipping Name,Shipping Street,Shipping City,"
    "Shipping Zip,Shipping Country\n";

reading shopify(const std::string& rows) {
  return reading({shopify_header + rows});
}

TEST(Shopify, LaterRowsTakeWhatIsBlankFromTheFirst) {
  const auto got = shopify(
      "#1,ann@example.org,paid,2026-03-08 01:59:30 -0500,unfulfilled,EUR,65.00,"
      "5.00,0.00,70.00,2026-03-08 01:59:29 -0500,2,\"Mug, blue\",12.50,MUG-1,"
      "Ann,\"12 Long Road\nUnit 4\nBack door\",Bonn,'53111,DE\n"
      "#1,ann@example.org,,,,,,,,,2026-03-08 01:59:29 -0500,1,Plate,40.00,"
      "PLATE-2,,,,,\n");
  ASSERT_EQ(got.read.orders.size(), 1U);
  const auto& order = got.read.orders[0].placing;
  EXPECT_EQ(order.order.id, order_id("#1"));
  EXPECT_EQ(order.body.currency, "EUR");
  EXPECT_EQ(order.body.placed_at, parse_time("2026-03-08T06:59:29Z"));
  ASSERT_EQ(order.body.lines.size(), 2U);
  EXPECT_EQ(order.body.lines[0].unit_price, money{1'250});
  EXPECT_EQ(order.body.lines[1].sku, sku_id("PLATE-2"));
  EXPECT_EQ(order.body.shipping.price, money{500});
  EXPECT_EQ(order.body.payment->captured, money{7'000});
  EXPECT_EQ(order.body.ship_to.country, "DE");
  EXPECT_EQ(order.personal.postal_code, "53111");
  EXPECT_EQ(order.personal.line1, "12 Long Road");
  EXPECT_EQ(order.personal.line2, "Unit 4, Back door");
  EXPECT_EQ(order.personal.email, "ann@example.org");
  EXPECT_EQ(got.read.names.at("MUG-1"), "Mug, blue");
}

/// A row of an order with one line of 9.90 and these cells.
std::string shopify_row(const std::string& name, const std::string& financial,
                        const std::string& fulfillment,
                        const std::string& money_cells = "9.90,0.00,0.00,9.90",
                        const std::string& sku = "S") {
  return name + ",a@example.org," + financial + ",," + fulfillment + ",EUR," +
         money_cells + ",2026-03-08 03:00:00 -0400,1,Sticker,9.90," + sku +
         ",A,1 Short Rd,Paris,75001,FR\n";
}

TEST(Shopify, AnOrderIsTakenWholeOrNotAtAll) {
  const auto got =
      shopify(shopify_row("#1", "paid", "unfulfilled", "9.90,0,0,9.90", "") +
              shopify_row("#2", "paid", "unfulfilled", "19.80,0,0,19.80") +
              "#2,,,,,,,,,,,1,Sticker,9.90,,,,,,\n" +
              shopify_row("#3", "paid", "fulfilled"));
  ASSERT_EQ(got.read.orders.size(), 1U);
  EXPECT_EQ(got.read.orders[0].placing.order.id, order_id("#3"));
  EXPECT_THAT(
      got.rejected.by_reason(),
      UnorderedElementsAre(Pair("the SKU is missing", 2),
                           Pair("another line of the order was rejected", 1)));
}

TEST(Shopify, WhatWasRefundedBeforeItLeftIsNotReplayed) {
  const auto got =
      shopify(shopify_row("#1", "refunded", "unfulfilled") +
              shopify_row("#2", "Refunded", "") +
              shopify_row("#3", "partially_refunded", "restocked") +
              shopify_row("#4", "voided", "unfulfilled") +
              shopify_row("#5", "partially_paid", "unfulfilled") +
              shopify_row("#6", "lost", "unfulfilled") +
              shopify_row("#7", "refunded", "fulfilled") +
              shopify_row("#8", "pending", "unfulfilled"));
  ASSERT_EQ(got.read.orders.size(), 2U);
  EXPECT_EQ(got.read.orders[0].placing.order.id, order_id("#7"));
  EXPECT_EQ(got.read.orders[0].placing.body.payment->captured, money{990});
  EXPECT_EQ(got.read.orders[1].placing.order.id, order_id("#8"));
  ASSERT_TRUE(got.read.orders[1].told);
  EXPECT_FALSE(got.read.orders[1].told->paid);
  EXPECT_EQ(got.read.counts.rejected, 6);
  EXPECT_EQ(got.rejected.by_reason().at(
                "the order is refunded and unfulfilled, so it is not replayed"),
            2);
}

TEST(Shopify, TheMoneyIsThatOfTheFile) {
  const auto got = shopify(
      // Discounted by 1.00; taxes in the prices; taxes added; no sum at all.
      shopify_row("#1", "paid", "fulfilled", "8.90,2.00,0.00,10.90") +
      shopify_row("#2", "paid", "fulfilled", "9.90,0.00,1.58,9.90") +
      shopify_row("#3", "paid", "fulfilled", "9.90,0.00,1.88,11.78") +
      shopify_row("#4", "paid", "fulfilled", "9.90,0.00,1.88,12.00") +
      shopify_row("#5", "paid", "fulfilled", "12.00,0.00,0.00,12.00") +
      shopify_row("#6", "paid", "fulfilled", "9.9,0.00,0.00,9.901"));
  ASSERT_EQ(got.read.orders.size(), 3U);
  const auto body = [&got](std::size_t i) -> const order_body& {
    return got.read.orders[i].placing.body;
  };
  EXPECT_EQ(body(0).discount, money{100});
  EXPECT_EQ(body(0).payment->captured, money{1'090});
  EXPECT_EQ(body(1).lines[0].tax, money{0});
  EXPECT_EQ(body(1).payment->captured, money{990});
  EXPECT_EQ(body(2).lines[0].tax, money{188});
  EXPECT_EQ(body(2).payment->captured, money{1'178});
  EXPECT_THAT(
      got.rejected.by_reason(),
      UnorderedElementsAre(
          Pair("the total is not the sum of subtotal, shipping and taxes", 1),
          Pair("the subtotal or discount is more than the sum of the lines", 1),
          Pair("an amount of the order is not valid in its currency", 1)));
}

TEST(Shopify, RowsOfOneOrderAgree) {
  const auto got = shopify(shopify_row("#1", "paid", "fulfilled") +
                           shopify_row("#1", "pending", "fulfilled"));
  EXPECT_TRUE(got.read.orders.empty());
  EXPECT_EQ(got.read.counts.rejected, 2);
}

TEST(Formats, AreKnownByTheirColumns) {
  EXPECT_EQ(*format_of(files_of({retail_header}), {}),
            file_format::online_retail);
  EXPECT_EQ(*format_of(files_of({olist_customers}), {}), file_format::olist);
  EXPECT_EQ(*format_of(files_of({shopify_header}), {}), file_format::shopify);
  EXPECT_EQ(*format_of(files_of({"order,sku\n"}), {}), file_format::plain);
  const auto unknown = format_of(files_of({"x,y\n"}), {});
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.failure().message, HasSubstr("--columns"));
}

// --- nothing is dropped -----------------------------------------------------

/// A file of lines that are good, broken a little, or wild.
std::string garbage(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto pick = [&random](std::size_t n) { return random() % n; };
  std::string out = retail_header;
  for (int line = 0; line < 200; ++line) {
    std::string row = std::to_string(pick(20)) + ",SKU" +
                      std::to_string(pick(9)) + ",\"a, b\"," +
                      std::to_string(pick(9)) +
                      ",2010-12-01 08:26:00,1.25,7,France";
    if (pick(5) == 0) row.insert(0, "C");
    for (auto changes = pick(3) == 0 ? pick(4) : 0; changes > 0; --changes) {
      constexpr std::string_view letters =
          ",\"\n\r\0x-.9 \xFF;"
          "\t";
      const auto at = pick(row.size());
      if (pick(2) == 0)
        row.erase(at, 1 + pick(5));
      else
        row.insert(at, 1, letters[pick(letters.size())]);
    }
    out += row + (pick(4) == 0 ? "\r\n" : "\n");
  }
  return out;
}

TEST(Readers, EveryLineOfGarbageIsAccountedFor) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(seed);
    const reading got({garbage(seed), garbage(seed + 1'000)});
    EXPECT_GT(got.read.counts.read, 300);
  }
}

}  // namespace
}  // namespace oms::replay
