#pragma once

/// Views of the network: the stock of one SKU everywhere, and the rules of a
/// brand.
///
/// They answer queries that ask several entities; messages/views.hpp has the
/// views of one entity.

#include <cstdint>
#include <vector>

#include "messages/fields/fields.hpp"
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
OMS_FIELDS(sku_stock, "SkuStock", "", OMS_FIELD(sku, 0),
           OMS_FIELD(locations, 1), OMS_FIELD(suppliers, 2),
           OMS_FIELD(waiting, 3,
                     .doc = "In the order in which they are served."));

/// The rules that apply to a brand, and how often they were set; 0: they are
/// the built-in ones.
struct routing_view {
  routing_rules rules;
  std::uint64_t version = 0;
};
OMS_FIELDS(routing_view, "RoutingView", "", OMS_FIELD(rules, 0),
           OMS_FIELD(version, 1));

}  // namespace oms
