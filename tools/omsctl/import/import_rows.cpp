#include "tools/omsctl/import/import_rows.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <span>

#include "messages/hex.hpp"
#include "persistence/hash_chain.hpp"
#include "tools/files/csv.hpp"
#include "tools/files/csv_cells.hpp"
#include "tools/files/file_text.hpp"
#include "tools/json/network.hpp"
#include "tools/text/number_text.hpp"

namespace oms::omsctl {

namespace {

using has_key = std::function<bool(std::string_view)>;

// Columns that suppliers do not have.
constexpr std::string_view location_keys[] = {
    "kind",     "country",   "latitude",     "longitude",
    "unitCost", "costPerKm", "handlingDays", "dailyCapacity",
    "timeZone", "cutoff",    "workingDays",  "holidays"};

// The key of each row, see command_keys.hpp.
std::string hash_of_content(std::string_view text) {
  return hex_of(persistence::hash_of(std::as_bytes(std::span(text))));
}

// Decides the kind of a list by its keys. A list of locations or suppliers may
// have only keys that both share; then the file's name decides.
std::optional<files::list_kind> kind_by(const has_key& has,
                                        const std::string& file) {
  if (has("sku")) {
    if (has("location")) return files::list_kind::stock;
    if (has("supplier")) return files::list_kind::supplier_products;
    return files::list_kind::products;
  }
  if (!has("id")) return std::nullopt;
  if (has("products")) return files::list_kind::suppliers;
  if (std::any_of(std::begin(location_keys), std::end(location_keys), has))
    return files::list_kind::locations;
  const auto name = std::filesystem::path(file).filename().string();
  // A name with both words, or with neither, decides nothing.
  const bool suppliers = name.find("supplier") != std::string::npos;
  const bool locations = name.find("location") != std::string::npos;
  if (suppliers == locations) return std::nullopt;
  return suppliers ? files::list_kind::suppliers : files::list_kind::locations;
}

constexpr const char* no_kind = "is of an unknown kind; name it with --as";

// By the content, since files from elsewhere have all kinds of names. A CSV
// file does not begin with a bracket.
bool looks_like_json(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const auto first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos &&
         (text[first] == '{' || text[first] == '[');
}

// Marks the keys as known that an export shows and an import ignores, so that
// an exported file can be imported unchanged.
void pass_over(json::object_reader& keys, files::list_kind kind) {
  for (const auto& column : files::columns_of(kind))
    if (column.use == files::column_use::shown)
      static_cast<void>(keys.find(column.name));
}

void read_offer(const json::node& at, offer_row& out) {
  json::object_reader keys(at);
  keys.required("supplier", out.supplier);
  json::read_keys(keys, out.product);
  pass_over(keys, files::list_kind::supplier_products);
  keys.refuse_others();
}

void read_stock(const json::node& at, json::stock_level& out) {
  json::object_reader keys(at);
  json::read_keys(keys, out);
  pass_over(keys, files::list_kind::stock);
  keys.refuse_others();
}

// Reads a row into `rows`. A row with faults is not kept: checked against
// others, it would cause further faults that mislead.
template <class T, class Read>
void gather(const import_position& place, const json::faults& found,
            std::vector<placed<T>>& rows, Read read_into) {
  const auto before = found.size();
  placed<T> row{{}, place};
  read_into(row.value);
  if (found.size() == before) rows.push_back(std::move(row));
}

// A row of a CSV file has become an object by now, so both formats share the
// readers and their messages.
void gather_row(files::list_kind kind, const json::node& at,
                const import_position& place, const json::faults& found,
                gathered& into) {
  switch (kind) {
    case files::list_kind::locations:
      return gather(place, found, into.locations,
                    [&](location_settings& row) { json::read(at, row); });
    case files::list_kind::suppliers:
      return gather(place, found, into.suppliers, [&](supplier_row& row) {
        json::read(at, row.settings);
        // In JSON a key that is left out takes its default, as in a PUT: such a
        // supplier offers nothing. CSV has its products in a list of their own.
        row.with_products = place.line == 0;
      });
    case files::list_kind::supplier_products:
      return gather(place, found, into.offers,
                    [&](offer_row& row) { read_offer(at, row); });
    case files::list_kind::products:
      return gather(place, found, into.products,
                    [&](product_settings& row) { json::read(at, row); });
    case files::list_kind::stock:
      return gather(place, found, into.stock,
                    [&](json::stock_level& row) { read_stock(at, row); });
  }
}

// --- CSV ---------------------------------------------------------------------

class csv_file {
 public:
  csv_file(const import_request& request, std::size_t file, gathered& into,
           fault_list& faults)
      : request_(request), file_(file), into_(into), faults_(faults) {}

  void read(std::string text) {
    auto opened = files::csv_reader::of_text(
        request_.files[file_], std::move(text), request_.delimiter);
    if (!opened) return refuse_file(opened.failure().message);
    // A column counts in any case and with blanks around it.
    const auto has = [&](std::string_view name) {
      return opened->column({name}) != files::csv_reader::npos;
    };
    const auto kind =
        request_.as ? request_.as : kind_by(has, request_.files[file_]);
    if (!kind) return faults_.add(header(*opened), "", no_kind);
    if (!read_header(*opened, *kind)) return;
    for (files::csv_row row; opened->next(row);) read_row(row, *kind);
  }

 private:
  [[nodiscard]] import_position header(const files::csv_reader& in) const {
    return {.file = file_, .line = in.header_line(), .path = {}};
  }

  // The reader's messages begin with the place, "FILE:LINE: ", which is a part
  // of its own here.
  void refuse_file(const std::string& message) {
    const auto end = message.find(": ");
    faults_.add(message.substr(0, end), message.substr(end + 2));
  }

  bool read_header(const files::csv_reader& in, files::list_kind kind) {
    const auto known = files::columns_of(kind);
    // Which column each cell belongs to; null for columns without a name.
    columns_.assign(in.header().size(), nullptr);
    bool good = true;
    const auto refuse = [&](const std::string& name, std::string what) {
      faults_.add(header(in), name, std::move(what));
      good = false;
    };
    for (const auto& column : known) {
      const auto at = in.column({column.name});
      if (at != files::csv_reader::npos)
        columns_[at] = &column;
      else if (column.use == files::column_use::required)
        refuse(std::string(column.name), "is required");
    }
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      // Spreadsheets may write columns without a name at the end.
      if (columns_[i] != nullptr || in.header()[i].empty()) continue;
      const auto first = in.column({in.header()[i]});
      refuse(in.header()[i],
             first < i ? "is a duplicate" : "is not known here");
    }
    return good;
  }

  void read_row(const files::csv_row& row, files::list_kind kind) {
    const import_position place{.file = file_, .line = row.line, .path = {}};
    if (!row.fault.empty()) return faults_.add(place, "", row.fault);
    // A row of separators only, which spreadsheets write below a table.
    if (std::all_of(row.fields.begin(), row.fields.end(),
                    [](const std::string& cell) { return cell.empty(); }))
      return;
    auto object = json::value::object();
    bool readable = true;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const auto& cell = row.fields[i];
      const auto name = columns_[i] == nullptr ? std::string{}
                                               : std::string(columns_[i]->name);
      // Latin-1 is the usual cause. Without this check the id would be refused
      // with less advice.
      if (!text::is_plain_text(cell)) {
        faults_.add(place, name,
                    "is not plain text in UTF-8; is the file in another "
                    "encoding?");
        readable = false;
      } else if (columns_[i] != nullptr &&
                 columns_[i]->type == files::cell_type::whole &&
                 text::has_thousands_separator(cell)) {
        // "1.000" is 1 or 1,000, depending on the country. A wrong guess would
        // be wrong by a factor of a thousand.
        faults_.add(place, name,
                    cell +
                        " is ambiguous: countries differ in what a separator "
                        "within digits means; write it without separators");
        readable = false;
      } else if (columns_[i] != nullptr) {
        object[name] = files::value_of(columns_[i]->type, cell);
      } else if (!cell.empty()) {
        // The row may have shifted; what the value means can't be known.
        faults_.add(place, name, "has a cell under an unnamed column");
        readable = false;
      }
    }
    if (!readable) return;
    json::faults found;
    // A list of faults per row, since their paths are relative to the row.
    gather_row(kind, json::node(object, "", found), place, found, into_);
    for (auto& each : found)
      faults_.add(place, each.path, std::move(each.message));
  }

  const import_request& request_;
  std::size_t file_;
  gathered& into_;
  fault_list& faults_;
  std::vector<const files::csv_column*> columns_;
};

// --- JSON --------------------------------------------------------------------

class json_file {
 public:
  json_file(const import_request& request, std::size_t file, gathered& into,
            fault_list& faults)
      : request_(request), file_(file), into_(into), faults_(faults) {}

  void read(const std::string& text) {
    const auto parsed = json::parse_text(text);
    if (!parsed)
      return faults_.add(place_of(""), "",
                         "is not valid JSON: " + parsed.failure().message);
    // A list has rows of one kind; an object is a whole network.
    const json::node at(*parsed, "", found_);
    if (parsed->is_array())
      read_list(at, kind_of(at));
    else
      read_network(at);
    for (auto& each : found_)
      faults_.add(place_of(each.path), "", std::move(each.message));
  }

 private:
  [[nodiscard]] import_position place_of(const std::string& path) const {
    return {.file = file_, .line = 0, .path = path};
  }

  std::optional<files::list_kind> kind_of(const json::node& at) const {
    if (request_.as) return request_.as;
    // The keys of all rows together: one row may leave out what another has.
    const auto& list = at.json();
    return kind_by(
        [&list](std::string_view key) {
          return std::any_of(list.begin(), list.end(), [&](const auto& one) {
            return one.is_object() && one.contains(std::string(key));
          });
        },
        request_.files[file_]);
  }

  void read_list(const json::node& at, std::optional<files::list_kind> kind) {
    if (!kind) return at.refuse(no_kind);
    if (!json::is_list(at)) return;
    for (std::size_t i = 0; i < at.json().size(); ++i) {
      const auto item = at.item(i);
      gather_row(*kind, item, place_of(item.path()), found_, into_);
    }
  }

  // The object of network and scenario files. If it has faults, nothing of it
  // is kept, for the reason above.
  void read_network(const json::node& at) {
    json::object_reader keys(at);
    json::network_setup network;
    json::read_network(keys, json::network_extent::part, network);
    keys.refuse_others();
    const auto& all = at.json();
    // An empty object, or one of nulls, is most likely the wrong file.
    if (std::all_of(all.begin(), all.end(),
                    [](const json::value& each) { return each.is_null(); }))
      at.refuse("contains nothing to import");
    if (!found_.empty()) return;
    keep("locations", network.locations, into_.locations, std::identity());
    keep("suppliers", network.suppliers, into_.suppliers,
         [](const supplier_settings& settings) {
           return supplier_row{settings, true};
         });
    keep("products", network.products, into_.products, std::identity());
    keep("routing", network.routing, into_.routing, std::identity());
    keep("stock", network.stock, into_.stock, std::identity());
  }

  template <class From, class To, class Convert>
  void keep(const char* key, const std::vector<From>& list,
            std::vector<placed<To>>& rows, Convert convert) {
    for (std::size_t i = 0; i < list.size(); ++i)
      rows.push_back(
          {convert(list[i]), place_of(fmt::format("{}[{}]", key, i))});
  }

  const import_request& request_;
  std::size_t file_;
  gathered& into_;
  fault_list& faults_;
  json::faults found_;
};

}  // namespace

void gather_file(const import_request& request, std::size_t file,
                 gathered& into, fault_list& faults) {
  // Read once: the hash must be that of the content that is imported.
  auto text = files::file_text(request.files[file]);
  into.hashes.push_back(text ? hash_of_content(*text) : std::string());
  if (!text)
    return faults.add({.file = file, .line = 0, .path = {}}, "",
                      text.failure().message);
  if (looks_like_json(*text))
    json_file(request, file, into, faults).read(*text);
  else
    csv_file(request, file, into, faults).read(std::move(*text));
}

}  // namespace oms::omsctl
