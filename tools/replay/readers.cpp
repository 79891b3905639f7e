#include "tools/replay/readers.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

namespace oms::replay {

namespace {

namespace fs = std::filesystem;

error bad_input(std::string message) {
  return {error_code::invalid, std::move(message), {}};
}

// A folder means all *.csv in it, sorted by name: a directory has no order of
// its own, and the order of the files decides about the state hash.
result<std::vector<std::string>> csv_files_of(const std::string& path) {
  std::error_code failure;
  if (!fs::is_directory(path, failure)) return std::vector{path};
  std::vector<std::string> out;
  for (const auto& entry : fs::directory_iterator(path, failure))
    if (entry.path().extension() == ".csv") out.push_back(entry.path());
  if (failure) return bad_input(path + ": can't be read: " + failure.message());
  if (out.empty())
    return bad_input(path + ": contains no *.csv file; name the files instead");
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

// Lists the columns that the file has: the usual cause is a wrong separator or
// a missing header, which the list shows.
error lacks_column(const files::csv_reader& file, std::string_view column) {
  std::string has;
  for (const auto& name : file.header())
    has += (has.empty() ? "" : ", ") + name;
  return bad_input(file.name() + ":" + std::to_string(file.header_line()) +
                   ": has no column \"" + std::string(column) +
                   "\", but only " + has +
                   "; the first line must name the columns");
}

result<std::vector<files::csv_reader>> open_files(
    const std::vector<std::string>& paths) {
  std::vector<files::csv_reader> files;
  std::set<std::string> seen;
  for (const auto& path : paths) {
    auto found = csv_files_of(path);
    if (!found) return found.failure();
    for (const auto& each : *found) {
      std::error_code unknown;
      // The same file by two paths would place every order twice.
      const auto real = fs::weakly_canonical(each, unknown).string();
      if (!seen.insert(unknown ? each : real).second)
        return bad_input(each + ": is named twice; name each file once");
      auto file = files::csv_reader::open(each);
      if (!file) return file.failure();
      files.push_back(std::move(*file));
    }
  }
  return files;
}

result<file_format> format_of(const std::vector<files::csv_reader>& files,
                              const column_names& columns) {
  const auto& first = files.front();
  const auto has = [&first](std::initializer_list<std::string_view> names) {
    return first.column(names) != files::csv_reader::npos;
  };
  // Only the plain format has columns to name.
  if (!columns.empty()) return file_format::plain;
  if (has({"StockCode"}) && has({"InvoiceNo", "Invoice"}))
    return file_format::online_retail;
  // The olist data set has several kinds of files; any of them may be the
  // first.
  if (has({"order_purchase_timestamp", "order_item_id", "geolocation_lat",
           "seller_state", "customer_unique_id"}))
    return file_format::olist;
  if (has({"Lineitem sku"}) && has({"Name"})) return file_format::shopify;
  if (has({"order"}) && has({"sku"})) return file_format::plain;
  return bad_input(
      first.name() + ":" + std::to_string(first.header_line()) +
      ": the columns match no known format; use --format, " +
      "or name its columns: --columns order=...,sku=...,quantity=...," +
      "unit_price=...,placed_at=...");
}

result<feed> read_files(std::vector<files::csv_reader> files,
                        file_format format, const column_names& columns,
                        rejects& out) {
  switch (format) {
    case file_format::online_retail:
      return read_online_retail(std::move(files), out);
    case file_format::olist:
      return read_olist(std::move(files), out);
    case file_format::shopify:
      return read_shopify(std::move(files), out);
    default:
      return read_plain(std::move(files), columns, out);
  }
}

}  // namespace oms::replay
