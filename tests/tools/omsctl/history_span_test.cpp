/// What a span of the log finds when it begins.

#include "tools/omsctl/whatif/history_span.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "persistence/memory_store.hpp"

namespace oms::omsctl {
namespace {

constexpr timestamp begin_of_span{std::chrono::hours{1}};

event at_source(const source_ref& where, event_body body) {
  event made;
  made.entity = entity_of(where);
  made.body = std::move(body);
  return made;
}

history_span span_of(const std::vector<event>& before) {
  persistence::memory_store store;
  for (const auto& each : before)
    EXPECT_TRUE(store.append(std::span(&each, 1)));
  auto read = read_history_span(store, {.from = begin_of_span, .upto = {}},
                                [](sequence) {});
  EXPECT_TRUE(read);
  return read ? *read : history_span{};
}

TEST(HistorySpan, UnitsOnOfferAreGoneAtALocation) {
  const source_ref nyc{source_kind::location, "NYC"};
  const sku_id mug{"MUG"};
  const auto found = span_of(
      {at_source(nyc, location_defined{{.id = "NYC"}}),
       at_source(nyc, stock_received{.sku = mug, .units = quantity{10}}),
       at_source(nyc, stock_offered{.sku = mug, .units = quantity{4}})});
  ASSERT_EQ(found.setup.size(), 2U);
  const auto* stock = std::get_if<receive_stock>(&found.setup[1]);
  ASSERT_NE(stock, nullptr);
  EXPECT_EQ(stock->units, quantity{6});
}

TEST(HistorySpan, UnitsOnOfferAreGoneAtASupplier) {
  const source_ref acme{source_kind::supplier, "ACME"};
  const sku_id mug{"MUG"};
  const auto found = span_of(
      {at_source(acme, supplier_defined{{.id = "ACME",
                                         .products = {{mug, quantity{10}}}}}),
       at_source(acme, stock_offered{.sku = mug, .units = quantity{4}})});
  ASSERT_EQ(found.setup.size(), 1U);
  const auto* supplier = std::get_if<define_supplier>(&found.setup[0]);
  ASSERT_NE(supplier, nullptr);
  ASSERT_EQ(supplier->settings.products.size(), 1U);
  EXPECT_EQ(supplier->settings.products[0].available, quantity{6});
}

}  // namespace
}  // namespace oms::omsctl
