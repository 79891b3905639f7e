#pragma once

/// Views of the network: the stock of one SKU everywhere, the rules of a brand.
///
/// Purpose: answers to queries that take in several entities; views.hpp has
/// those of one. Owner: the reader. Threads: no shared state. Units: as in
/// ids.hpp.

#include <cstdint>
#include <vector>

#include "messages/ids.hpp"
#include "messages/network.hpp"
#include "messages/views.hpp"

namespace oms {

/// Stock of one SKU at every source that has it or ever had it, by kind and id,
/// with its backorder queue in the order in which it is served.
struct sku_stock {
  sku_id sku;
  std::vector<stock_view> locations;
  std::vector<supplier_stock_view> suppliers;
  std::vector<waiting_view> waiting;
};

/// The rules of a brand, with the count of their changes.
struct routing_view {
  routing_rules rules;
  std::uint64_t version = 0;
};

}  // namespace oms
