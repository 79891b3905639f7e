#pragma once

/// What `omsctl top` shows, computed from looks at /metrics: counts as they
/// are, rates and percentiles from the differences of two looks. Its own calls
/// (the route /metrics) are left out.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tools/omsctl/live/exposition.hpp"
#include "tools/text/console.hpp"

namespace oms::omsctl {

/// A negative time or percentile means that there was nothing to measure.
struct top_figures {
  bool storage_ok = false;
  double store_bytes = 0;
  double sequence = 0;
  double connections = 0;

  /// By status; statuses without an order are left out.
  std::vector<std::pair<std::string, double>> orders;
  double orders_awake = 0;
  double orders_asleep = 0;
  double orders_stuck = 0;

  double orders_per_s = 0;
  double commands_per_s = 0;
  double refused_per_s = 0;
  /// By the first digit of the HTTP status.
  std::map<char, double> answers_per_s;

  double latency_p50_s = -1;
  double latency_p90_s = -1;
  double latency_p99_s = -1;
  double commits_per_s = 0;
  double commit_p50_s = -1;
  double commit_p99_s = -1;
  double events_per_commit = -1;

  double commands_open = 0;
  double queries_waiting = 0;
  struct queue {
    std::string kind;
    double messages = 0;
    double wait_s = 0;
  };
  std::vector<queue> queues;

  double units_waiting = 0;
  /// By SKU, the longest queue first.
  std::vector<std::pair<std::string, double>> longest_lines;
};

/// Rates are those between `then` and `now`, percentiles those between `begin`
/// and `now`.
[[nodiscard]] top_figures figures_of(const metric_samples& now,
                                     const metric_samples& then, double seconds,
                                     const metric_samples& begin);

/// Lines of at most 78 columns, each ended.
[[nodiscard]] std::string top_text(const top_figures& figures,
                                   const text::palette& colours);

/// The first `columns` columns of a line. Color sequences have no width.
[[nodiscard]] std::string clipped(std::string_view line, std::size_t columns);

}  // namespace oms::omsctl
