#pragma once

/// Stock as tables for people, over locations or over SKUs, in whole units.

#include <string>
#include <vector>

#include "messages/views.hpp"
#include "tools/text/console.hpp"

namespace oms::text {

/// What each row of a table is about.
enum class stock_by : std::uint8_t { location, sku };

[[nodiscard]] std::string stock_table(const std::vector<stock_view>& stock,
                                      stock_by rows, const palette& colours);
[[nodiscard]] std::string offer_table(
    const std::vector<supplier_stock_view>& stock, stock_by rows,
    const palette& colours);
[[nodiscard]] std::string waiting_text(const std::vector<waiting_view>& line,
                                       const palette& colours);
/// One SKU over the whole network. `when` says as of which moment; empty: now.
[[nodiscard]] std::string sku_text(
    const sku_id& sku, const std::vector<stock_view>& locations,
    const std::vector<supplier_stock_view>& suppliers,
    const std::vector<waiting_view>& waiting, const std::string& when,
    const palette& colours);

}  // namespace oms::text
