#include "tools/omsctl/live/exposition.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

namespace oms::omsctl {

namespace {

// Prometheus writes numbers as Go does, whose infinities std::from_chars does
// not know. A NaN is not needed by anything here.
std::optional<double> number_of(std::string_view text) {
  if (text == "+Inf" || text == "Inf")
    return std::numeric_limits<double>::infinity();
  double value = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ec != std::errc{} || read.ptr != end) return {};
  return value;
}

// Reads `key="value",...}` and leaves the text after the brace. A value may
// contain any character, with backslash, quote and line end escaped, so it
// can't be split at commas.
bool read_labels(std::string_view& text, metric_sample& out) {
  while (!text.empty() && text.front() != '}') {
    const auto equals = text.find("=\"");
    if (equals == std::string_view::npos) return false;
    const std::string key(text.substr(0, equals));
    text.remove_prefix(equals + 2);
    std::string value;
    while (!text.empty() && text.front() != '"') {
      if (text.front() == '\\' && text.size() > 1) {
        text.remove_prefix(1);
        value += text.front() == 'n' ? '\n' : text.front();
      } else {
        value += text.front();
      }
      text.remove_prefix(1);
    }
    if (text.empty()) return false;
    text.remove_prefix(1);
    if (text.starts_with(',')) text.remove_prefix(1);
    out.labels[key] = std::move(value);
  }
  if (text.empty()) return false;
  text.remove_prefix(1);
  return true;
}

// None for comments and for whatever does not fit: a newer server may write
// what this reader does not know.
std::optional<metric_sample> sample_of(std::string_view line) {
  if (line.empty() || line.front() == '#') return {};
  const auto end = line.find_first_of("{ ");
  if (end == std::string_view::npos) return {};
  metric_sample sample;
  sample.name = line.substr(0, end);
  line.remove_prefix(end);
  if (line.front() == '{') {
    line.remove_prefix(1);
    if (!read_labels(line, sample)) return {};
  }
  const auto begin = line.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  line.remove_prefix(begin);
  // A time may follow the value.
  const auto value = number_of(line.substr(0, line.find(' ')));
  if (!value) return {};
  sample.value = *value;
  return sample;
}

}  // namespace

metric_samples metric_samples::read(std::string_view exposition) {
  metric_samples all;
  while (!exposition.empty()) {
    const auto end = std::min(exposition.find('\n'), exposition.size());
    if (auto sample = sample_of(exposition.substr(0, end)))
      all.by_name_[sample->name].push_back(std::move(*sample));
    exposition.remove_prefix(std::min(end + 1, exposition.size()));
  }
  return all;
}

const std::vector<metric_sample>& metric_samples::of(
    std::string_view name) const {
  static const std::vector<metric_sample> none;
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? none : found->second;
}

double metric_samples::sum(std::string_view name) const {
  double sum = 0;
  for (const auto& each : of(name)) sum += each.value;
  return sum;
}

metric_samples metric_samples::except(std::string_view key,
                                      std::string_view value) const {
  auto rest = *this;
  for (auto& [name, samples] : rest.by_name_)
    std::erase_if(samples, [&](const metric_sample& each) {
      return each.label(key) == value;
    });
  return rest;
}

cumulative_histogram histogram_of(const metric_samples& all,
                                  const std::string& name) {
  cumulative_histogram made{
      {}, all.sum(name + "_sum"), all.sum(name + "_count")};
  for (const auto& each : all.of(name + "_bucket"))
    if (const auto bound = number_of(each.label("le")))
      // Bucket by bucket, since cumulative counts of equal bounds add up.
      made.at_most[*bound] += each.value;
  return made;
}

cumulative_histogram difference(const cumulative_histogram& now,
                                const cumulative_histogram& then) {
  // Counters of a process only rise.
  if (now.count < then.count) return now;
  auto made = now;
  made.sum -= then.sum;
  made.count -= then.count;
  for (auto& [bound, count] : made.at_most) {
    const auto before = then.at_most.find(bound);
    if (before != then.at_most.end()) count -= before->second;
  }
  return made;
}

double quantile_of(const cumulative_histogram& seen, double quantile) {
  if (seen.count <= 0 || seen.at_most.empty()) return -1;
  const auto wanted = quantile * seen.count;
  double lower = 0;
  double below = 0;
  for (const auto& [bound, count] : seen.at_most) {
    if (count >= wanted) {
      // All that is known of these is that they are larger than the last bound.
      if (bound == std::numeric_limits<double>::infinity()) return lower;
      // An empty bucket can be reached only with the quantile 0; it has no
      // width to divide.
      if (count <= below) return bound;
      return lower + (bound - lower) * (wanted - below) / (count - below);
    }
    lower = bound;
    below = count;
  }
  return lower;
}

double rate_of(double now, double then, double seconds) {
  if (seconds <= 0) return 0;
  return (now < then ? now : now - then) / seconds;
}

}  // namespace oms::omsctl
