#pragma once

/// The rows of import files, before it is known whether they fit together: one
/// reader per format fills `gathered`, and import_plan.cpp checks it and turns
/// it into commands. One call of `read_imports` owns all of it.

#include <string>
#include <vector>

#include "messages/network.hpp"
#include "tools/json/network.hpp"
#include "tools/json/reader.hpp"
#include "tools/omsctl/import/import_plan.hpp"

namespace oms::omsctl {

template <class T>
struct placed {
  T value;
  import_position place;
};

struct supplier_row {
  supplier_settings settings;
  /// False: the file has no products, so those that are there stay.
  bool with_products = false;
};

struct offer_row {
  std::string supplier;
  supplier_product product;
};

struct gathered {
  std::vector<placed<location_settings>> locations;
  std::vector<placed<supplier_row>> suppliers;
  std::vector<placed<offer_row>> offers;
  std::vector<placed<product_settings>> products;
  std::vector<placed<routing_rules>> routing;
  std::vector<placed<json::stock_level>> stock;
  /// The hash of each file's content; empty if it can't be read.
  std::vector<std::string> hashes;
};

/// Collects faults up to `max_import_faults`.
class fault_list {
 public:
  fault_list(const import_request& request, import_plan& plan)
      : request_(request), plan_(plan) {}

  void add(const import_position& place, const std::string& path,
           std::string what) {
    add(text_of(request_, place, path), std::move(what));
  }
  void add(std::string where, std::string what) {
    if (plan_.faults.size() == max_import_faults)
      ++plan_.more_faults;
    else
      plan_.faults.push_back({std::move(where), std::move(what)});
  }
  [[nodiscard]] bool empty() const { return plan_.faults.empty(); }

 private:
  const import_request& request_;
  import_plan& plan_;
};

/// Reads one file into `into`.
void gather_file(const import_request& request, std::size_t file,
                 gathered& into, fault_list& faults);

}  // namespace oms::omsctl
