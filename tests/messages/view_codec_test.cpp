// Views: what holds for all bytes, and that no view is read as another.

#include "messages/view_codec.hpp"

#include <gtest/gtest.h>

#include <string>

#include "messages/limits.hpp"
#include "tests/messages/codec_contract.hpp"

namespace oms::codec {
namespace {

/// What all kinds of views have in common.
template <class View, result<View> (*Decode)(std::span<const std::byte>)>
struct of_view {
  using value = View;
  static constexpr auto max_bytes = limits::max_view_bytes;
  static bytes encode(const value& view) { return encode_view(view); }
  static result<value> decode(std::span<const std::byte> data) {
    return Decode(data);
  }
};

struct of_order : of_view<order_view, decode_order_view> {
  static constexpr const char* name = "order";
};
struct of_stock : of_view<stock_view, decode_stock_view> {
  static constexpr const char* name = "stock";
};
struct of_supplier_stock
    : of_view<supplier_stock_view, decode_supplier_stock_view> {
  static constexpr const char* name = "supplier_stock";
};
struct of_waiting : of_view<waiting_view, decode_waiting_view> {
  static constexpr const char* name = "waiting";
};
struct of_stats : of_view<engine_stats, decode_engine_stats> {
  static constexpr const char* name = "stats";
};
struct of_violation : of_view<violation, decode_violation> {
  static constexpr const char* name = "violation";
};

using views = testing::Types<of_order, of_stock, of_supplier_stock, of_waiting,
                             of_stats, of_violation>;
INSTANTIATE_TYPED_TEST_SUITE_P(view, codec_contract, views, kind_name);

int readers_of(const bytes& data) {
  return static_cast<int>(decode_order_view(data).ok()) +
         static_cast<int>(decode_stock_view(data).ok()) +
         static_cast<int>(decode_supplier_stock_view(data).ok()) +
         static_cast<int>(decode_waiting_view(data).ok()) +
         static_cast<int>(decode_engine_stats(data).ok()) +
         static_cast<int>(decode_violation(data).ok());
}

TEST(view, is_never_read_as_another) {
  samples::generator random(12);
  for (int round = 0; round < 20; ++round) {
    EXPECT_EQ(readers_of(encode_view(random.any<order_view>())), 1);
    EXPECT_EQ(readers_of(encode_view(random.any<stock_view>())), 1);
    EXPECT_EQ(readers_of(encode_view(random.any<supplier_stock_view>())), 1);
    EXPECT_EQ(readers_of(encode_view(random.any<waiting_view>())), 1);
    EXPECT_EQ(readers_of(encode_view(random.any<engine_stats>())), 1);
    EXPECT_EQ(readers_of(encode_view(random.any<violation>())), 1);
  }
}

TEST(view, refuses_enumerations_out_of_range) {
  order_view order;
  // NOLINTNEXTLINE: a number that a later version may have sent.
  order.payment = static_cast<payment_status>(6);
  EXPECT_FALSE(decode_order_view(encode_view(order)).ok());
  engine_stats stats;
  // NOLINTNEXTLINE: the same.
  stats.orders_by_status[static_cast<order_status>(9)] = 1;
  EXPECT_FALSE(decode_engine_stats(encode_view(stats)).ok());
}

TEST(view, is_not_encoded_over_its_limit) {
  violation broken;
  broken.what = std::string(limits::max_view_bytes, 'x');
  EXPECT_TRUE(encode_view(broken).empty());
  broken.what = "short";
  EXPECT_TRUE(decode_violation(encode_view(broken)).ok());
}

}  // namespace
}  // namespace oms::codec
