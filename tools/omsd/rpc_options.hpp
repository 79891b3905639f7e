#pragma once

/// The limits of RPC: what a client may take in size, time and number.

#include <chrono>
#include <cstddef>

namespace oms::omsd {

struct rpc_options {
  /// For one message, in words of 8 bytes. Reading counts a word each time it
  /// is read, so a message may have about a quarter of this.
  std::size_t max_message_words = 8 * 1024 * 1024;
  std::size_t max_batch_commands = 10'000;
  std::size_t max_connections = 1'000;
  /// From connecting to having logged in.
  std::chrono::seconds login_time{15};
  /// The answers and events that all clients of a caller have not taken yet,
  /// together. Beyond it, further calls of a client that takes nothing are
  /// refused, and so are large answers to the others.
  std::size_t max_unread_bytes_per_caller = 16 * 1024 * 1024;
  /// A client that has taken everything always gets this much: a batch of
  /// events, or an answer of this size.
  std::size_t always_sent_bytes = 256 * 1024;
  std::size_t max_subscriptions_per_connection = 16;
  /// A listener's events: how many are in a batch, the size of a batch (a
  /// single event may be larger), and how many batches may be unacknowledged.
  std::size_t max_batch_events = 1'000;
  std::size_t max_batch_event_bytes = 128 * 1024;
  std::size_t max_batches_under_way = 4;
};

}  // namespace oms::omsd
