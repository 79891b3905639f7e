#pragma once

/// Metrics of Prometheus, read back.
///
/// Purpose: what /metrics says, for a screen. Owner: values; pure functions.
/// Threads: any. Source of the format: Prometheus exposition format 0.0.4.
/// What is no sample is passed over.

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace oms::omsctl {

struct metric_sample {
  std::string name;
  std::map<std::string, std::string, std::less<>> labels;
  double value = 0;

  [[nodiscard]] std::string label(std::string_view key) const {
    const auto found = labels.find(key);
    return found == labels.end() ? std::string() : found->second;
  }
};

class metric_samples {
 public:
  [[nodiscard]] static metric_samples read(std::string_view exposition);

  [[nodiscard]] const std::vector<metric_sample>& of(
      std::string_view name) const;
  /// Over all labels; 0 when there is none.
  [[nodiscard]] double sum(std::string_view name) const;
  /// Without the samples whose label `key` has this value.
  [[nodiscard]] metric_samples except(std::string_view key,
                                      std::string_view value) const;

 private:
  std::map<std::string, std::vector<metric_sample>, std::less<>> by_name_;
};

/// A histogram over all labels: how many were at most so large.
struct cumulative_histogram {
  /// Upper bound and count, by bound; the last bound is infinite.
  std::map<double, double> at_most;
  double sum = 0;
  double count = 0;
};

/// Of NAME_bucket, NAME_sum and NAME_count.
[[nodiscard]] cumulative_histogram histogram_of(const metric_samples& all,
                                                const std::string& name);

/// What came between two looks. A server that began anew in between counts
/// from zero: then it is `now`.
[[nodiscard]] cumulative_histogram difference(const cumulative_histogram& now,
                                              const cumulative_histogram& then);

/// The value that the part `quantile` (0 to 1) does not exceed, between the
/// bounds as if they were evenly filled, as Prometheus' histogram_quantile()
/// does; beyond the last finite bound that bound. Negative when there is
/// nothing.
[[nodiscard]] double quantile_of(const cumulative_histogram& seen,
                                 double quantile);

/// By how much a counter grew in a second.
[[nodiscard]] double rate_of(double now, double then, double seconds);

}  // namespace oms::omsctl
