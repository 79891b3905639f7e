#pragma once

/// Metrics in the text format of Prometheus (exposition format 0.0.4, written
/// by prometheus-cpp).
///
/// Counts calls as they are answered, and shows these counts together with
/// those of the engine. May be used on any thread.

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "tools/omsd/engine_queue.hpp"

namespace oms::omsd {

inline constexpr const char* metrics_type =
    "text/plain; version=0.0.4; charset=utf-8";

class server_metrics {
 public:
  server_metrics();
  ~server_metrics();
  server_metrics(const server_metrics&) = delete;
  server_metrics& operator=(const server_metrics&) = delete;

  /// A request was answered. `route` is a pattern and not a path, so that there
  /// are few time series.
  void answered(std::string_view route, int status,
                std::chrono::microseconds took);
  void connection_opened();
  void connection_closed();

  [[nodiscard]] std::string text(engine_queue& of) const;

 private:
  struct families;
  std::unique_ptr<families> families_;
};

}  // namespace oms::omsd
