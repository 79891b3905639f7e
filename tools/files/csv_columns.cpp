#include "tools/files/csv_columns.hpp"

#include <algorithm>
#include <array>

namespace oms::files {

namespace {

using enum cell_type;
using enum column_use;

constexpr std::array<std::string_view, sheet_kind_count> kind_names = {
    "locations", "suppliers", "supplier-products", "products", "stock"};

constexpr std::array locations = {
    sheet_column{"id", text, required},   sheet_column{"kind", text},
    sheet_column{"name", text},           sheet_column{"country", text},
    sheet_column{"latitude", degrees},    sheet_column{"longitude", degrees},
    sheet_column{"active", yes_no},       sheet_column{"priority", whole},
    sheet_column{"shipmentCost", whole},  sheet_column{"unitCost", whole},
    sheet_column{"costPerKm", whole},     sheet_column{"handlingDays", whole},
    sheet_column{"dailyCapacity", whole}, sheet_column{"brands", list},
    sheet_column{"countries", list}};

constexpr std::array suppliers = {
    sheet_column{"id", text, required},  sheet_column{"name", text},
    sheet_column{"priority", whole},     sheet_column{"active", yes_no},
    sheet_column{"shipmentCost", whole}, sheet_column{"brands", list},
    sheet_column{"countries", list}};

constexpr std::array supplier_products = {
    sheet_column{"supplier", text, required},
    sheet_column{"sku", text, required},
    sheet_column{"available", whole},
    sheet_column{"unitCost", whole},
    sheet_column{"leadTimeDays", whole},
    sheet_column{"committed", whole, shown}};

constexpr std::array products = {
    sheet_column{"sku", text, required}, sheet_column{"name", text},
    sheet_column{"backorderable", yes_no},
    sheet_column{"backorderLimit", whole}, sheet_column{"restockDate", text}};

constexpr std::array stock = {sheet_column{"location", text, required},
                              sheet_column{"sku", text, required},
                              sheet_column{"onHand", whole, required},
                              sheet_column{"safetyStock", whole},
                              sheet_column{"available", whole, shown},
                              sheet_column{"reserved", whole, shown},
                              sheet_column{"committed", whole, shown},
                              sheet_column{"damaged", whole, shown}};

}  // namespace

std::span<const sheet_column> columns_of(sheet_kind kind) {
  switch (kind) {
    case sheet_kind::locations:
      return locations;
    case sheet_kind::suppliers:
      return suppliers;
    case sheet_kind::supplier_products:
      return supplier_products;
    case sheet_kind::products:
      return products;
    case sheet_kind::stock:
      return stock;
  }
  return {};
}

std::string_view name_of(sheet_kind kind) {
  return kind_names.at(static_cast<std::size_t>(kind));
}

std::optional<sheet_kind> sheet_kind_named(std::string_view name) {
  const auto* found = std::find(kind_names.begin(), kind_names.end(), name);
  if (found == kind_names.end()) return std::nullopt;
  return static_cast<sheet_kind>(found - kind_names.begin());
}

}  // namespace oms::files
