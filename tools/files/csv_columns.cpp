#include "tools/files/csv_columns.hpp"

#include <algorithm>
#include <array>

namespace oms::files {

namespace {

using enum cell_type;
using enum column_use;

// In the order of `list_kind`, by whose values they are found.
constexpr std::array<std::string_view, list_kind_count> kind_names = {
    "locations", "suppliers", "supplier-products", "products", "stock"};

// The order of the columns is that of an export. An import finds columns by
// name.
constexpr std::array locations = {
    csv_column{"id", text, required},   csv_column{"kind", text},
    csv_column{"name", text},           csv_column{"country", text},
    csv_column{"latitude", degrees},    csv_column{"longitude", degrees},
    csv_column{"active", yes_no},       csv_column{"priority", whole},
    csv_column{"shipmentCost", whole},  csv_column{"unitCost", whole},
    csv_column{"costPerKm", whole},     csv_column{"handlingDays", whole},
    csv_column{"dailyCapacity", whole}, csv_column{"brands", list},
    csv_column{"countries", list},      csv_column{"timeZone", text},
    csv_column{"cutoff", text},         csv_column{"workingDays", list},
    csv_column{"holidays", list}};

constexpr std::array suppliers = {
    csv_column{"id", text, required},  csv_column{"name", text},
    csv_column{"priority", whole},     csv_column{"active", yes_no},
    csv_column{"shipmentCost", whole}, csv_column{"brands", list},
    csv_column{"countries", list}};

// What a supplier has committed can be shown, but not imported: it belongs to
// orders.
constexpr std::array supplier_products = {
    csv_column{"supplier", text, required},
    csv_column{"sku", text, required},
    csv_column{"available", whole},
    csv_column{"unitCost", whole},
    csv_column{"leadTimeDays", whole},
    csv_column{"committed", whole, shown}};

constexpr std::array products = {
    csv_column{"sku", text, required},   csv_column{"name", text},
    csv_column{"backorderable", yes_no}, csv_column{"backorderLimit", whole},
    csv_column{"restockDate", text},     csv_column{"weightGrams", whole},
    csv_column{"lengthMm", whole},       csv_column{"widthMm", whole},
    csv_column{"heightMm", whole},       csv_column{"barcode", text},
    csv_column{"image", text},           csv_column{"countryOfOrigin", text},
    csv_column{"hsCode", text}};

// A count sets what is on hand; the engine divides it into the other buckets.
constexpr std::array stock = {csv_column{"location", text, required},
                              csv_column{"sku", text, required},
                              csv_column{"onHand", whole, required},
                              csv_column{"safetyStock", whole},
                              csv_column{"available", whole, shown},
                              csv_column{"reserved", whole, shown},
                              csv_column{"committed", whole, shown},
                              csv_column{"damaged", whole, shown}};

}  // namespace

std::span<const csv_column> columns_of(list_kind kind) {
  switch (kind) {
    case list_kind::locations:
      return locations;
    case list_kind::suppliers:
      return suppliers;
    case list_kind::supplier_products:
      return supplier_products;
    case list_kind::products:
      return products;
    case list_kind::stock:
      return stock;
  }
  return {};
}

std::optional<list_kind> list_kind_named(std::string_view name) {
  const auto* found = std::find(kind_names.begin(), kind_names.end(), name);
  if (found == kind_names.end()) return std::nullopt;
  return static_cast<list_kind>(found - kind_names.begin());
}

}  // namespace oms::files
