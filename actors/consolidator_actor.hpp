#pragma once

/// The consolidator: has orders planned anew that are in several parcels, or at
/// a worse source than there is now; one per engine.
///
/// It asks the shards, slice by slice, for the orders that may gain
/// (actors/order/consolidation.hpp), and then each of these, the oldest first.
/// Every order decides and records by itself whether it moves, and says so once
/// that is on disk. Only so many orders are at it at the same time that others
/// do not wait; with a limit no more than may still move. A preview asks one
/// order after the other, and keeps account of the units that they would take.
///
/// It records nothing: a run that a crash cuts short has moved some orders, and
/// the next run moves the others. Automatic runs are due at whole intervals
/// after the rules were set, which the log knows. Source of the rules:
/// docs/DOMAIN.md, "Changing an order".

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <caf/all.hpp>

#include "actors/caf_types.hpp"
#include "actors/engine/context.hpp"

namespace oms {

class consolidator_actor : public caf::event_based_actor {
 public:
  consolidator_actor(caf::actor_config& config, const engine_context& context);

  caf::behavior make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "consolidator"; }

 private:
  /// Orders that are at it at the same time.
  static constexpr std::size_t max_orders_at_once = 100;
  /// How often it goes through the orders: what one gives back may be what
  /// another needs.
  static constexpr int max_passes = 4;

  /// The parcels of an order that was moved.
  struct parcels {
    std::int64_t before = 0;
    std::int64_t after = 0;
  };

  struct run {
    std::shared_ptr<const order::consolidation_choice> choice;
    /// 0: none.
    std::int64_t limit = 0;
    std::shared_ptr<order::trial_units> trial;
    actor_name by;
    std::string command;
    reply_to reply;
  };

  /// Automatic runs of the rules of a brand.
  struct timetable {
    timestamp set_at;
    std::int64_t every_s = 0;
    timestamp next;
  };

  void on_command(client_command& given);
  void on_network(const network_published& published);
  void on_due();
  void wake_at_next();
  /// Of the rules that hold for the brand.
  [[nodiscard]] run automatic_run(const brand_id& brand) const;

  void begin_next();
  void begin_pass();
  void search(std::size_t from, std::size_t size);
  void on_found(consolidation_found& found);
  void on_consolidated(const order_consolidated& outcome);
  void go_on();
  void end();

  const engine_context& context_;
  std::shared_ptr<const network> net_;
  std::map<brand_id, timetable> timetables_;
  std::optional<timestamp> wakes_at_;
  /// The first is under way.
  std::deque<run> runs_;

  // Of the run that is under way.
  std::size_t shard_ = 0;
  std::vector<std::pair<std::uint64_t, order_key>> found_;
  std::size_t next_ = 0;
  std::size_t at_it_ = 0;
  std::map<order_key, parcels> moved_;
  int pass_ = 0;
  bool moved_in_pass_ = false;
  std::optional<error> failure_;
};

}  // namespace oms
