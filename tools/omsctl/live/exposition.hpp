#pragma once

/// Reads metrics in the text format of Prometheus (exposition format 0.0.4),
/// which omsd serves at /metrics. Lines that are not samples are skipped.

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
  /// The sum over all labels; 0 if there is no sample.
  [[nodiscard]] double sum(std::string_view name) const;
  /// Without the samples whose label `key` has this value.
  [[nodiscard]] metric_samples except(std::string_view key,
                                      std::string_view value) const;

 private:
  std::map<std::string, std::vector<metric_sample>, std::less<>> by_name_;
};

/// A histogram, summed over all labels.
struct cumulative_histogram {
  /// How many were at most so large, by upper bound; the last bound is
  /// infinite.
  std::map<double, double> at_most;
  double sum = 0;
  double count = 0;
};

/// Of NAME_bucket, NAME_sum and NAME_count.
[[nodiscard]] cumulative_histogram histogram_of(const metric_samples& all,
                                                const std::string& name);

/// What was observed between two looks. A server that was restarted in between
/// counts from zero; then the result is `now`.
[[nodiscard]] cumulative_histogram difference(const cumulative_histogram& now,
                                              const cumulative_histogram& then);

/// The value that the share `quantile` (0 to 1) does not exceed. Within a
/// bucket values count as evenly spread, and beyond the last finite bound as
/// that bound, like histogram_quantile() of Prometheus. Negative if nothing was
/// observed.
[[nodiscard]] double quantile_of(const cumulative_histogram& seen,
                                 double quantile);

/// By how much a counter grew per second.
[[nodiscard]] double rate_of(double now, double then, double seconds);

}  // namespace oms::omsctl
