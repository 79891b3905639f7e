#pragma once

/// The limits of HTTP: what a client may take in size, time and number.

#include <chrono>
#include <cstddef>

namespace oms::omsd {

struct http_options {
  std::size_t max_body_bytes = 8 * 1024 * 1024;
  /// For each MiB of a body.
  std::chrono::seconds body_time{20};
  /// From a complete request to its response.
  std::chrono::seconds answer_time{30};
  /// A client that takes nothing of a response for this long is cut off.
  std::chrono::seconds send_time{30};
  /// For a complete header, and for the TLS handshake before it.
  std::chrono::seconds header_time{15};
  /// Between two requests on a connection.
  std::chrono::seconds idle_time{60};
  /// After a refusal, while the client is still sending. Its bytes are read and
  /// dropped, because closing the socket with unread bytes resets the
  /// connection, and the reset could destroy the response before the client has
  /// read it.
  std::chrono::seconds linger_time{2};
  std::size_t max_connections = 20'000;
};

}  // namespace oms::omsd
