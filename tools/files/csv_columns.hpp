#pragma once

/// The kinds of lists that are imported and exported, and their columns. There
/// is one table of columns for both directions, so that what is exported can be
/// imported again. A column has the name of its JSON key.

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

/// What the cells of a column contain.
enum class cell_type : std::uint8_t {
  text,
  whole,
  degrees,
  yes_no,
  /// Texts, separated by semicolons.
  list
};

enum class column_use : std::uint8_t {
  required,
  optional,
  /// Exported for people, and ignored by an import.
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
