#include "tools/omsctl/import/import_plan.hpp"

#include <fmt/core.h>

#include <charconv>
#include <utility>

#include "actors/faults.hpp"
#include "tools/omsctl/import/import_rows.hpp"

namespace oms::omsctl {

namespace {

// Turns the rows into commands, or names what does not fit together.
class import_planner {
 public:
  import_planner(const import_request& request, const known_network& known,
                 import_plan& plan, fault_list& faults)
      : request_(request),
        known_(known),
        plan_(plan),
        faults_(faults),
        read_all_(faults.empty()) {}

  void operator()(gathered& from) {
    // Locations, suppliers, products and rules come before stock, which needs
    // the locations.
    for (auto& each : from.locations) {
      once("location", each.value.id, each.place, "id");
      add(define_location{std::move(each.value)}, each.place);
    }
    // A supplier is one command with all its products, which may be rows of
    // another file.
    gather_offers(from.offers);
    for (auto& each : from.suppliers) add_supplier(each);
    // Suppliers of which only the offers are in the files.
    for (auto& [id, offers] : offers_)
      if (!offers.used) add_offers_alone(id, offers);
    for (auto& each : from.products) {
      once("product", each.value.sku.value, each.place, "sku");
      add(define_product{std::move(each.value)}, each.place);
    }
    for (auto& each : from.routing) {
      once("routing", each.value.brand.value, each.place, "brand");
      add(set_routing{std::move(each.value)}, each.place);
    }
    for (auto& each : from.stock) check(each);
    // Safety stock first: what it holds back of the units that a count adds
    // must not be given to waiting orders.
    for (const auto& each : from.stock)
      if (each.value.safety_stock)
        push(set_safety_stock{each.value.location, each.value.sku,
                              *each.value.safety_stock},
             each.place);
    for (const auto& each : from.stock)
      push(count_stock{each.value.location, each.value.sku, each.value.on_hand},
           each.place);
  }

 private:
  struct offers_of {
    std::vector<supplier_product> products;
    std::vector<import_position> places;
    bool used = false;
  };

  void push(command_body body, const import_position& place) {
    plan_.commands.push_back({std::move(body), request_.by, "omsctl import"});
    plan_.places.push_back(place);
  }

  void report_faults(const command_body& body, const import_position& place) {
    for (auto& each : faults_of(body))
      faults_.add(place, each.path, std::move(each.message));
  }

  void add(command_body body, const import_position& place) {
    report_faults(body, place);
    push(std::move(body), place);
  }

  // Of two definitions of the same thing neither can be preferred.
  void once(const char* kind, const std::string& id,
            const import_position& place, const char* path) {
    const auto [first, is_new] =
        seen_.emplace(std::pair{std::string(kind), id}, place);
    if (!is_new)
      faults_.add(place, path,
                  fmt::format("{} is a duplicate; first in {}", id,
                              text_of(request_, first->second)));
  }

  void gather_offers(std::vector<placed<offer_row>>& rows) {
    for (auto& each : rows) {
      const auto& [supplier, product] = each.value;
      const auto [first, is_new] =
          offered_.emplace(std::pair{supplier, product.sku}, each.place);
      if (!is_new) {
        faults_.add(each.place, "sku",
                    fmt::format("{} of {} is a duplicate; first in {}",
                                product.sku.value, supplier,
                                text_of(request_, first->second)));
        continue;
      }
      auto& of = offers_[supplier];
      of.products.push_back(std::move(each.value.product));
      of.places.push_back(each.place);
    }
  }

  void add_supplier(placed<supplier_row>& row) {
    auto settings = std::move(row.value.settings);
    once("supplier", settings.id, row.place, "id");
    const auto offers = offers_.find(settings.id);
    if (offers != offers_.end()) {
      // A list of products is complete, so of two lists neither can be
      // preferred.
      offers->second.used = true;
      if (!settings.products.empty())
        faults_.add(row.place, "products",
                    "are also in another file, first in " +
                        text_of(request_, offers->second.places.front()));
      return define(std::move(settings), row.place, offers->second);
    }
    const auto there = known_.suppliers.find(settings.id);
    if (row.value.with_products || there == known_.suppliers.end())
      return add(define_supplier{std::move(settings)}, row.place);
    // A row of a CSV file has no products. They may change before the import
    // gets there, so the command keeps whatever is on offer then.
    // `body.settings.products` serves the comparison in difference.cpp only.
    define_supplier body{std::move(settings)};
    body.change = [wanted = body.settings](const supplier_settings&) {
      return result<supplier_settings>(wanted);
    };
    body.keeps_products = true;
    // Without the products that are there, which the engine has accepted
    // before.
    report_faults(define_supplier{body.settings}, row.place);
    body.settings.products = there->second.products;
    push(std::move(body), row.place);
  }

  void add_offers_alone(const std::string& id, offers_of& offers) {
    const auto there = known_.suppliers.find(id);
    if (there == known_.suppliers.end() && !read_all_) return;
    if (there == known_.suppliers.end())
      return faults_.add(offers.places.front(), "supplier",
                         id + " is neither in the files nor in the store");
    // The rows are all that it offers from then on; its other settings stay.
    define(there->second, offers.places.front(), offers, true);
  }

  // Defines a supplier with the offers of its rows. A fault in
  // "products[3].sku" is reported at the row that the product came from.
  void define(supplier_settings settings, const import_position& place,
              offers_of& offers, bool products_alone = false) {
    settings.products = std::move(offers.products);
    define_supplier body{std::move(settings)};
    for (auto& each : faults_of(body)) {
      constexpr std::string_view prefix = "products[";
      std::size_t index = 0;
      const auto* begin = each.path.data() + prefix.size();
      const auto* end = each.path.data() + each.path.size();
      const bool of_a_row =
          each.path.starts_with(prefix) &&
          std::from_chars(begin, end, index).ec == std::errc{} &&
          index < offers.places.size();
      if (of_a_row)
        faults_.add(offers.places[index],
                    each.path.substr(each.path.find('.') + 1),
                    std::move(each.message));
      else
        faults_.add(place, each.path, std::move(each.message));
    }
    // Only the products are changed: other settings may change between reading
    // the supplier and executing this.
    if (products_alone)
      body.change = [products =
                         body.settings.products](const supplier_settings& now) {
        auto wanted = now;
        wanted.products = products;
        return result<supplier_settings>(std::move(wanted));
      };
    push(std::move(body), place);
  }

  // Checks a row of stock: what the engine would refuse, whether its location
  // exists, and whether it is a duplicate.
  void check(const placed<json::stock_level>& row) {
    const auto& location = row.value.location;
    const auto& sku = row.value.sku;
    for (auto& each : json::faults_of(row.value))
      faults_.add(row.place, each.path, std::move(each.message));
    // Locations of the files have been seen by now.
    if (read_all_ && !known_.locations.contains(location) &&
        !seen_.contains({"location", location}))
      faults_.add(row.place, "location",
                  location + " is neither in the files nor in the store");
    const auto [first, is_new] =
        counted_.emplace(std::pair{location, sku}, row.place);
    if (!is_new)
      faults_.add(row.place, "sku",
                  fmt::format("{} at {} is a duplicate; first in {}", sku.value,
                              location, text_of(request_, first->second)));
  }

  const import_request& request_;
  const known_network& known_;
  import_plan& plan_;
  fault_list& faults_;
  // Whether every row could be read. Otherwise something that seems to be
  // missing may be in a row that has a fault of its own, and a second message
  // about it would mislead.
  bool read_all_;
  std::map<std::pair<std::string, std::string>, import_position> seen_;
  std::map<std::pair<std::string, sku_id>, import_position> counted_;
  std::map<std::pair<std::string, sku_id>, import_position> offered_;
  std::map<std::string, offers_of> offers_;
};

}  // namespace

import_plan read_imports(const import_request& request,
                         const known_network& known) {
  import_plan plan;
  fault_list faults(request, plan);
  gathered all;
  for (std::size_t i = 0; i < request.files.size(); ++i)
    gather_file(request, i, all, faults);
  import_planner(request, known, plan, faults)(all);
  plan.hashes = std::move(all.hashes);
  // All or nothing, so that a fault in the last file does not leave half an
  // import.
  if (!faults.empty()) {
    plan.commands.clear();
    plan.places.clear();
  }
  return plan;
}

std::string text_of(const import_request& request, const import_position& place,
                    const std::string& path) {
  std::string out = request.files.at(place.file);
  if (place.line > 0) out += ":" + std::to_string(place.line);
  if (!place.path.empty()) out += ":" + place.path;
  if (path.empty()) return out;
  // A path within JSON continues with a dot, a line of a CSV file with the name
  // of the column.
  return out + (place.path.empty() ? ":" : ".") + path;
}

}  // namespace oms::omsctl
