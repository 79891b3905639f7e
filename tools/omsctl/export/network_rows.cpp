#include "tools/omsctl/export/network_rows.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tools/files/output_file.hpp"
#include "tools/json/network.hpp"

namespace oms::omsctl {

namespace {

using row_visitor = std::function<bool(const json::value&)>;

// `stock` is a hash map, whose order means nothing.
std::vector<sku_id> skus_of(const source_state& state) {
  std::vector<sku_id> skus;
  for (const auto& [sku, of] : state.stock) skus.push_back(sku);
  std::sort(skus.begin(), skus.end());
  return skus;
}

bool visit_offers(const source_state& state, const row_visitor& visit) {
  // What is on offer now, not what was defined: an import of the file must not
  // offer units again that were given away.
  for (const auto& product : history::supplier_now(state).products) {
    json::value row{{"supplier", state.self.id}};
    row.update(json::write(product));
    row["committed"] = state.item(product.sku).committed.value;
    if (!visit(row)) return false;
  }
  return true;
}

bool visit_stock(const source_state& state, const row_visitor& visit) {
  for (const auto& sku : skus_of(state)) {
    const auto& of = state.item(sku);
    if (!visit({{"location", state.self.id},
                {"sku", sku.value},
                {"onHand", of.on_hand.value},
                {"safetyStock", of.safety_setting.value},
                {"available", of.available().value},
                // As the API shows it: units on offer to the backorder queue
                // count as reserved.
                {"reserved", (of.reserved + of.on_offer).value},
                {"committed", of.committed.value},
                {"damaged", of.damaged.value}}))
      return false;
  }
  return true;
}

// One list of the network. It has only keys that an import takes; the columns
// that are merely shown are left out.
void write_list(const char* key, const history::network_state& network,
                files::list_kind kind, std::FILE* out) {
  files::put(out, fmt::format("  \"{}\": [", key));
  const char* separator = "\n    ";
  visit_rows(network, kind, [&](json::value row) {
    for (const auto& column : files::columns_of(kind))
      if (column.use == files::column_use::shown)
        // A reader of networks refuses keys that it does not know; what is only
        // shown is not one of them.
        row.erase(std::string(column.name));
    files::put(out, separator + json::one_line(row));
    separator = ",\n    ";
    return std::ferror(out) == 0;
  });
  files::put(out, "],\n");
}

}  // namespace

void visit_rows(const history::network_state& network, files::list_kind kind,
                const row_visitor& visit) {
  if (kind == files::list_kind::products) {
    for (const auto& [sku, product] : network.products)
      if (!visit(json::write(product))) return;
    return;
  }
  const bool of_locations =
      kind == files::list_kind::locations || kind == files::list_kind::stock;
  for (const auto& [ref, state] : network.sources) {
    // Sources are ordered by kind and id, so rows are ordered by id.
    if ((ref.kind == source_kind::location) != of_locations) continue;
    bool go_on = true;
    if (kind == files::list_kind::locations)
      go_on = visit(json::write(state.settings));
    else if (kind == files::list_kind::suppliers)
      go_on = visit(json::write(history::supplier_now(state)));
    else if (kind == files::list_kind::supplier_products)
      go_on = visit_offers(state, visit);
    else
      go_on = visit_stock(state, visit);
    if (!go_on) return;
  }
}

// Written row by row: a list of JSON values takes many times the size of its
// text, and the network is in memory already.
void write_network(const history::network_state& network, std::FILE* out) {
  files::put(out, "{\n");
  write_list("locations", network, files::list_kind::locations, out);
  write_list("suppliers", network, files::list_kind::suppliers, out);
  write_list("products", network, files::list_kind::products, out);
  write_list("stock", network, files::list_kind::stock, out);
  files::put(out, "  \"routing\": [");
  const char* separator = "\n    ";
  for (const auto& [brand, rules] : network.rules) {
    files::put(out, separator + json::one_line(json::write(rules)));
    separator = ",\n    ";
  }
  files::put(out, "]\n}\n");
}

}  // namespace oms::omsctl
