#pragma once

/// The limits of RPC.
///
/// Purpose: what a client may take in size, time and number. Owner: values.

#include <chrono>
#include <cstddef>

namespace oms::omsd {

struct rpc_options {
  /// Of one message, in words of 8 bytes; reading it counts each word each
  /// time, so that what may be sent in one is about a quarter of it.
  std::size_t max_message_words = 8 * 1024 * 1024;
  std::size_t max_batch_commands = 10'000;
  std::size_t max_connections = 1'000;
  /// From connecting to having logged in.
  std::chrono::seconds login_time{15};
  /// What a caller's clients together don't take of answers and events.
  /// Further calls of a client that takes nothing are refused then, and so are
  /// large answers to the others.
  std::size_t max_unread_bytes_per_caller = 16 * 1024 * 1024;
  /// What a client that has taken everything may always have: a batch of
  /// events, or an answer of this size.
  std::size_t always_sent_bytes = 256 * 1024;
  std::size_t max_subscriptions_per_connection = 16;
  /// Of the events for a listener: how many stand in a batch, their size (a
  /// single one may be larger), and how many batches it has yet to
  /// acknowledge.
  std::size_t max_batch_events = 1'000;
  std::size_t max_batch_event_bytes = 128 * 1024;
  std::size_t max_batches_under_way = 4;
};

}  // namespace oms::omsd
