#pragma once

/// What the log says beyond the newest checkpoint.
///
/// It follows the log event by event and knows at any point what a checkpoint
/// there would have to say: the messages that are under way, how many orders
/// have which status, which entities have changed since the checkpoint before,
/// which shipments have left and which commands are to be remembered.
///
/// A pure value: recovery builds it, and the checkpointer continues it. One
/// that is being written is shared with the checkpoint writer as a constant,
/// and another goes on. Memory grows with the entities that changed, the
/// shipments and the remembered commands, not with the events.

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "actors/checkpoint/order_changes.hpp"
#include "messages/checkpoint.hpp"
#include "messages/done_command.hpp"
#include "messages/events.hpp"
#include "messages/text_hash.hpp"

namespace oms::checkpoint {

/// A message is named by the event that sent it and by its receiver.
struct message_name {
  event_cause cause;
  entity_ref to;

  friend auto operator<=>(const message_name&, const message_name&) = default;
  friend bool operator==(const message_name&, const message_name&) = default;
};

/// The same, of texts that are elsewhere.
struct message_view {
  const entity_ref& cause;
  std::uint64_t version = 0;
  const entity_ref& to;
};

struct message_hash {
  using is_transparent = void;

  std::size_t operator()(const message_view& name) const noexcept {
    return hash_combine(hash_combine(text_hash(name.cause.key), name.version),
                        text_hash(name.to.key));
  }
  std::size_t operator()(const message_name& name) const noexcept {
    return (*this)(
        message_view{name.cause.entity, name.cause.version, name.to});
  }
};

struct message_equal {
  using is_transparent = void;

  bool operator()(const message_name& a, const message_name& b) const {
    return a == b;
  }
  bool operator()(const message_view& a, const message_name& b) const {
    return a.version == b.cause.version && a.cause == b.cause.entity &&
           a.to == b.to;
  }
};

/// The last event that a command caused.
struct command_end {
  sequence at = 0;
  timestamp time;

  friend bool operator==(const command_end&, const command_end&) = default;
};

class checkpoint_delta {
 public:
  /// At the beginning of the log.
  checkpoint_delta() = default;
  /// Where `head` was true; `in_flight` are the names of its messages.
  checkpoint_delta(
      const checkpoint_head& head,
      const std::vector<std::pair<message_name, sequence>>& in_flight,
      std::map<brand_id, std::int64_t> stuck_after_s);

  void add(const event& e);
  void add(const decision& made);
  /// Adds what came after this: the delta `later` was begun here.
  void append(const checkpoint_delta& later);

  /// The delta of the time after a checkpoint here: it has no changes yet.
  [[nodiscard]] checkpoint_delta from_here() const;

  [[nodiscard]] sequence upto() const { return upto_; }
  /// Events since the checkpoint.
  [[nodiscard]] std::size_t events() const { return events_; }
  [[nodiscard]] checkpoint_head head() const;
  [[nodiscard]] const status_counts& counts() const { return counts_; }
  /// By entity key.
  [[nodiscard]] const order_changes& orders() const { return orders_; }
  /// Of all but orders.
  [[nodiscard]] const std::map<entity_ref, sequence>& heads() const {
    return heads_;
  }
  /// By age.
  [[nodiscard]] std::vector<std::pair<message_name, sequence>> in_flight()
      const;
  /// The orders that have a shipment of an id, per brand. Logs of earlier
  /// versions may have several.
  [[nodiscard]] const std::map<shipment_key, std::set<order_id>>& shipments()
      const {
    return shipments_;
  }
  /// Of the commands that are remembered, by their ids.
  [[nodiscard]] const std::map<std::string, command_end>& commands() const {
    return commands_;
  }
  /// Of the newest event; only while there are events.
  [[nodiscard]] timestamp time() const { return time_; }

 private:
  /// What the events of a decision have in common; `last` is its last one.
  void add_header(const event_view& last);
  void add_body(const event_view& e, row_change* order);
  void add_to_order(const event_view& e, row_change& order);
  void change_status(const event_view& e, const status_changed& step,
                     row_change& order);
  /// Of an order, what has changed of it; null for others.
  row_change* changes_of(const entity_ref& entity);
  void end_at(const event_view& last, row_change* order);

  sequence upto_ = 0;
  timestamp time_;
  std::size_t events_ = 0;
  std::uint64_t last_number_ = 0;
  status_counts counts_{};
  std::unordered_map<message_name, sequence, message_hash, message_equal>
      under_way_;
  order_changes orders_;
  std::map<entity_ref, sequence> heads_;
  std::map<shipment_key, std::set<order_id>> shipments_;
  std::map<std::string, command_end> commands_;
  /// As the rules say now; the standard's brand is empty.
  std::map<brand_id, std::int64_t> stuck_after_s_;
};

/// What came since the newest checkpoint: one delta or, while a checkpoint is
/// being written, the one that it is made of and the one after it. They outlive
/// this.
class recent_deltas {
 public:
  // Not explicit: most readers have one.
  recent_deltas(const checkpoint_delta& only) : parts_{&only, nullptr} {}
  recent_deltas(const checkpoint_delta& older, const checkpoint_delta& newer)
      : parts_{&older, &newer} {}

  /// Oldest first.
  [[nodiscard]] std::span<const checkpoint_delta* const> parts() const {
    return std::span(parts_).first(parts_[1] == nullptr ? 1 : 2);
  }

 private:
  std::array<const checkpoint_delta*, 2> parts_;
};

}  // namespace oms::checkpoint
