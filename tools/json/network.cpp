#include "tools/json/network.hpp"

#include <map>
#include <utility>

#include "actors/faults.hpp"
#include "messages/limits.hpp"

namespace oms::json {

namespace {

// Reads the rows of a network and checks each as the engine would, provided it
// could be read: a row with a fault in its form would otherwise be reported
// twice.
class network_reader {
 public:
  explicit network_reader(network_setup& out) : out_(out) {}

  void operator()(object_reader& keys, network_extent extent) {
    // First, since stock refers to them.
    if (const auto list = keys.find("locations")) locations(*list);
    if (const auto list = keys.find("suppliers"))
      rows(*list, "supplier", out_.suppliers, &supplier_settings::id, "id");
    if (const auto list = keys.find("products"))
      rows(*list, "product", out_.products, &product_settings::sku, "sku");
    if (const auto rules = keys.find("routing")) routing(*rules);
    if (const auto list = keys.find("stock")) stock(*list, extent);
  }

 private:
  using key = std::pair<std::string, std::string>;

  static command_body defining(const location_settings& row) {
    return define_location{row};
  }
  static command_body defining(const supplier_settings& row) {
    return define_supplier{row};
  }
  static command_body defining(const product_settings& row) {
    return define_product{row};
  }
  static command_body defining(const routing_rules& row) {
    return set_routing{row};
  }

  static void refuse(const node& at, faults found) {
    for (auto& each : found) at.refuse_key(each.path, std::move(each.message));
  }

  static const std::string& text_of(const std::string& id) { return id; }
  template <class Tag>
  static const std::string& text_of(const text_id<Tag>& id) {
    return id.value;
  }

  // Of two rows about the same thing neither can be preferred, so a duplicate
  // is a fault at the second one.
  void once(const node& at, key of, const char* path, const std::string& name) {
    const auto [first, is_new] = seen_.emplace(std::move(of), at.path());
    if (!is_new)
      at.refuse_key(path, name + " is a duplicate; first in " + first->second);
  }

  template <class Row, class Id>
  void row(const node& at, const char* kind, Row& into, Id Row::*id,
           const char* path) {
    const auto before = at.fault_count();
    read(at, into);
    if (at.fault_count() != before) return;
    // The command that the row will become: no second set of rules that could
    // differ.
    refuse(at, oms::faults_of(defining(into)));
    const auto& name = text_of(into.*id);
    // Rules without a brand are the default for all.
    once(at, {kind, name}, path, name.empty() ? "the default" : name);
  }

  template <class Row, class Id>
  void rows(const node& at, const char* kind, std::vector<Row>& into,
            Id Row::*id, const char* path) {
    if (!is_list(at)) return;
    into.resize(at.json().size());
    for (std::size_t i = 0; i < into.size(); ++i)
      row(at.item(i), kind, into[i], id, path);
  }

  // A location's priority is its position in the list unless it names one: a
  // person who writes a list puts the preferred location first. Set before the
  // rows are read, which may replace it.
  void locations(const node& at) {
    const auto before = at.fault_count();
    if (at.json().is_array())
      for (std::size_t i = 0; i < at.json().size(); ++i)
        out_.locations.emplace_back().priority =
            static_cast<std::int64_t>(i) + 1;
    rows(at, "location", out_.locations, &location_settings::id, "id");
    knows_locations_ = at.fault_count() == before;
  }

  // One object or a list of them: most networks have one set of rules.
  void routing(const node& at) {
    if (at.json().is_array())
      return rows(at, "routing", out_.routing, &routing_rules::brand, "brand");
    row(at, "routing", out_.routing.emplace_back(), &routing_rules::brand,
        "brand");
  }

  void stock(const node& at, network_extent extent) {
    if (!is_list(at)) return;
    out_.stock.resize(at.json().size());
    for (std::size_t i = 0; i < out_.stock.size(); ++i) {
      const auto item = at.item(i);
      const auto before = at.fault_count();
      auto& level = out_.stock[i];
      read(item, level);
      if (at.fault_count() != before) continue;
      refuse(item, faults_of(level));
      // The location is a part of the kind here, since a key has two parts.
      once(item, {"stock " + level.location, level.sku.value}, "sku",
           level.sku.value + " at " + level.location);
      // Locations have been read before stock, see above.
      if (extent == network_extent::whole && knows_locations_ &&
          !seen_.contains({"location", level.location}))
        item.refuse_key("location",
                        level.location + " is not one of the locations");
    }
  }

  network_setup& out_;
  std::map<key, std::string> seen_;
  // Whether all locations could be read. Otherwise the one that stock refers to
  // may be a row with a fault of its own.
  bool knows_locations_ = true;
};

}  // namespace

namespace {

// A file has no path that could name it.
template <class Settings>
void read_with_id(const node& at, const char* id, Settings& out) {
  object_reader keys(at);
  static_cast<void>(keys.need(id));
  read_keys(keys, out);
  keys.refuse_others();
}

}  // namespace

void read(const node& at, location_settings& out) {
  read_with_id(at, "id", out);
  // It shares an enumeration with locations, but a supplier is defined as one.
  if (out.kind == source_type::dropship)
    at.refuse_key("kind", "is a supplier's, not a location's");
}
void read(const node& at, supplier_settings& out) {
  read_with_id(at, "id", out);
}
void read(const node& at, product_settings& out) {
  read_with_id(at, "sku", out);
}

void read_network(object_reader& keys, network_extent extent,
                  network_setup& out) {
  network_reader reading(out);
  reading(keys, extent);
}

faults faults_of(const stock_level& level) {
  auto found =
      oms::faults_of(count_stock{level.location, level.sku, level.on_hand});
  if (!level.safety_stock) return found;
  // Faults of the location and the SKU are the same for both commands; only
  // those of the quantity are new.
  for (auto& each : oms::faults_of(
           set_safety_stock{level.location, level.sku, *level.safety_stock}))
    if (each.path == "quantity")
      found.push_back({"safetyStock", std::move(each.message)});
  return found;
}

command_body opening_stock(const stock_level& level, std::string reference) {
  // A file may have been exported from a location that counted more than one
  // receipt may bring.
  if (level.on_hand > quantity{limits::max_quantity_units})
    return count_stock{level.location, level.sku, level.on_hand};
  return receive_stock{level.location, level.sku, level.on_hand,
                       std::move(reference)};
}

}  // namespace oms::json
