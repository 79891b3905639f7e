#pragma once

/// The readers of order files, one per format.
///
/// They turn CSV into a feed; docs/REPLAY.md describes the formats. A line that
/// is not an order line goes to the rejects with its reason, and every line is
/// counted once. If a file as a whole is not of the format, the error is
/// `invalid` and names the file, the line and what to do.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tools/replay/feed.hpp"

namespace oms::replay {

enum class file_format : std::uint8_t { online_retail, olist, shopify, plain };

/// From a column of the plain format to its name in the file.
using column_names = std::unordered_map<std::string, std::string>;

/// The format, from the columns of the first file.
[[nodiscard]] result<file_format> format_of(
    const std::vector<files::csv_reader>& files, const column_names& columns);

/// An invoice is an order, paid when it was placed.
[[nodiscard]] result<feed> read_online_retail(
    std::vector<files::csv_reader> files, rejects& out);
/// Orders and items and, where they are given, customers, sellers and
/// coordinates by zip prefix.
[[nodiscard]] result<feed> read_olist(std::vector<files::csv_reader> files,
                                      rejects& out);
/// The orders export of Shopify's admin: a row per line item; the order's own
/// cells are in its first row only.
[[nodiscard]] result<feed> read_shopify(std::vector<files::csv_reader> files,
                                        rejects& out);
/// A row per line. Later rows of an order may leave its own cells blank, and
/// a fault in one row rejects the whole order.
[[nodiscard]] result<feed> read_plain(std::vector<files::csv_reader> files,
                                      const column_names& columns,
                                      rejects& out);

[[nodiscard]] result<feed> read_files(std::vector<files::csv_reader> files,
                                      file_format format,
                                      const column_names& columns,
                                      rejects& out);

/// Opens the files; of a folder, all *.csv in it, by name. A file that is named
/// twice is an error.
[[nodiscard]] result<std::vector<files::csv_reader>> open_files(
    const std::vector<std::string>& paths);

/// The error for a file that lacks a column.
[[nodiscard]] error lacks_column(const files::csv_reader& file,
                                 std::string_view column);

}  // namespace oms::replay
