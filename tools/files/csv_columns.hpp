#pragma once

/// The kinds of lists that are imported and exported, and their columns.
///
/// Purpose: one table of columns for both ways, so that what is exported can
/// be imported again. A column has the name of its JSON key. Owner: constants.
/// Threads: any.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace oms::files {

enum class list_kind : std::uint8_t {
  locations,
  suppliers,
  supplier_products,
  products,
  stock
};

inline constexpr std::size_t list_kind_count = 5;

/// What stands in the cells of a column.
enum class cell_type : std::uint8_t {
  text,
  whole,
  degrees,
  yes_no,
  /// Texts with semicolons between.
  list
};

enum class column_use : std::uint8_t {
  required,
  optional,
  /// Is exported for the reader, and passed over by an import.
  shown
};

struct csv_column {
  std::string_view name;
  cell_type type = cell_type::text;
  column_use use = column_use::optional;
};

[[nodiscard]] std::span<const csv_column> columns_of(list_kind kind);

/// Of a name like "supplier-products".
[[nodiscard]] std::optional<list_kind> list_kind_named(std::string_view name);

}  // namespace oms::files
