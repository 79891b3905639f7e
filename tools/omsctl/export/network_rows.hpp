#pragma once

/// A network's parts as rows, and the network as one file.
///
/// Purpose: what `omsctl import` takes again. The order is that of kinds and
/// ids, so that equal networks give equal files. Owner: pure functions.
/// Threads: any. Units: money in minor units. A row of stock has the safety
/// stock as it is set, not how much of it is there.

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
