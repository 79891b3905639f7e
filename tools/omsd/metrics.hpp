#pragma once

/// Metrics in the text format of Prometheus.
///
/// Purpose: counts calls as they are answered, and shows them beside what the
/// engine counts. Owner: the server. Threads: any. Source of the format:
/// Prometheus exposition format 0.0.4, written by prometheus-cpp.

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

  /// A request was answered; `route` is a pattern, so that there are few.
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
