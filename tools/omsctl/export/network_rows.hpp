#pragma once

/// The parts of a network as rows, and the network as one file. `omsctl import`
/// takes both back. They are ordered by kind and id, so that equal networks
/// give equal files.
///
/// Money is in minor units. A row of stock has the safety stock as it is set,
/// not how much of it is on hand, since an import sets it.

#include <cstdio>
#include <functional>

#include "actors/history/network_history.hpp"
#include "tools/files/csv_columns.hpp"
#include "tools/json/value.hpp"

namespace oms::omsctl {

/// Until `visit` returns false.
void visit_rows(const history::network_state& network, files::list_kind kind,
                const std::function<bool(const json::value&)>& visit);

/// JSON with a line for each location, supplier, product and stock.
void write_network(const history::network_state& network, std::FILE* out);

}  // namespace oms::omsctl
