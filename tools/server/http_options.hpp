#pragma once

/// The limits of HTTP.
///
/// Purpose: what a client may take in size, time and number. Owner: values.

#include <chrono>
#include <cstddef>

namespace oms::tools {

struct http_options {
  std::size_t max_body_bytes = 8 * 1024 * 1024;
  /// For a whole body.
  std::chrono::seconds body_time{20};
  /// From a whole request to its answer.
  std::chrono::seconds answer_time{30};
  /// For a reader to take an answer.
  std::chrono::seconds send_time{30};
  std::chrono::seconds header_time{15};
  std::chrono::seconds idle_time{60};
  std::size_t max_connections = 20'000;
  /// Answers below it are not worth packing.
  std::size_t min_gzip_bytes = 1'400;
};

}  // namespace oms::tools
