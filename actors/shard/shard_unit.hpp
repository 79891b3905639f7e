#pragma once

/// What runs the orders of a shard: the shard's own execution unit.
///
/// CAF's scheduler knows nothing of these actors. A message for an order is put
/// into its mailbox here, and the shard runs the mailboxes in its own turn, so
/// no thread is woken and the order is in the cache of the thread that has the
/// message. Only that turn may use the unit, and only orders run on it: they
/// send nothing by themselves (turn_messages.hpp).

#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include <caf/all.hpp>

namespace oms {

class shard_unit : public caf::execution_unit {
 public:
  /// `engine_context::pick_order`.
  using picker = std::function<std::optional<std::size_t>(std::size_t waiting)>;

  shard_unit(caf::actor_system& system, const picker& pick)
      : caf::execution_unit(&system), pick_(pick) {}
  shard_unit(const shard_unit&) = delete;
  shard_unit& operator=(const shard_unit&) = delete;
  ~shard_unit() override { drop(); }

  template <class Message>
  void enqueue(const caf::actor& order, Message message) {
    caf::actor_cast<caf::abstract_actor*>(order)->enqueue(
        caf::make_mailbox_element(nullptr, caf::make_message_id(), {},
                                  std::move(message)),
        this);
  }

  /// CAF calls this when an order gets the first message into its mailbox.
  void exec_later(caf::resumable* order) override { orders_.push_back(order); }

  /// Runs at most so many orders; false when some are left.
  bool run(std::size_t most);
  /// Those that have run since the last call and have no message left.
  [[nodiscard]] std::vector<caf::resumable*> take_done() {
    return std::exchange(done_, {});
  }
  /// Runs none of those that are left.
  void drop();

 private:
  /// Puts the one that runs next in front; false when the turn ends here.
  bool pick_next(bool is_first);

  const picker& pick_;
  /// Those with messages. Each is counted as a handle of its actor.
  std::deque<caf::resumable*> orders_;
  std::vector<caf::resumable*> done_;
};

}  // namespace oms
