#pragma once

/// The backorder queue of one SKU: who waits, in which order, and who gets what
/// arrives.
///
/// It keeps no log of its own. What waits is what the orders have backordered,
/// so it is rebuilt from them after a restart. A long queue is served and
/// searched in slices: the cost of a slice is bounded, and all slices of one
/// supply together visit each entry once. A value, used by one backorder queue
/// actor. The rules are those of docs/DOMAIN.md, "Backorders".

#include <cstdint>
#include <ext/pb_ds/assoc_container.hpp>
#include <ext/pb_ds/tree_policy.hpp>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

#include "actors/backorder/coming_units.hpp"
#include "actors/network.hpp"
#include "actors/order/order.hpp"
#include "actors/source/decide.hpp"
#include "messages/views.hpp"

namespace oms::backorder {

/// What the backorder queue must know of an order to serve it.
struct queued_order {
  order_key key;
  std::int64_t priority = 0;
  timestamp placed_at;
  std::uint64_t number = 0;
  std::string country;
  bool on_hold = false;
  std::vector<source_ref> sources;
  std::vector<rejection> rejections;
  std::vector<source_ref> unable;
};
[[nodiscard]] queued_order queued_order_of(const order_state& state);

struct queue_entry {
  queued_order order;
  line_id line;
  /// Its place among the lines of the order.
  std::size_t line_index = 0;
  /// May be below 0 for a moment, while a promise and a cancellation cross.
  quantity units;
  /// Sources that open no further fulfillment today. Only true while
  /// `capacity_round` is that of the queue.
  std::set<source_ref> no_capacity;
  std::uint64_t capacity_round = 0;
  /// Sources that give it units of which the order has yet to hear.
  std::set<source_ref> chosen;
  /// Slices that it is in and that their sources have yet to settle.
  int unsettled = 0;
  /// As the last walk found it.
  std::optional<due_day> due;
  /// When they come in, as the customer was last told.
  std::optional<date> told;
};

/// A source that has units of the SKU.
struct supply_offer {
  const network_source* from = nullptr;
  quantity units;
  std::uint64_t receipts = 0;
};

/// What one slice of work may cost.
struct slice_size {
  std::size_t takers = source::orders_per_slice;
  std::size_t entries = 4'000;
};

class backorder_queue {
 public:
  explicit backorder_queue(sku_id sku) { product_.sku = std::move(sku); }

  [[nodiscard]] const product_settings& product() const { return product_; }
  void set_product(product_settings product);

  struct entered {
    quantity accepted;
    quantity refused;
  };
  /// Takes units in as far as the product allows it. `unchecked` when what
  /// waited before a restart comes back.
  entered enter(const queued_order& order, const line_id& line,
                std::size_t line_index, quantity units, bool unchecked,
                const std::optional<date>& told = {});

  /// Units leave by cancellation, or come back after a promise that was
  /// declined.
  void adjust(const queued_order& order, const line_id& line,
              std::size_t line_index, quantity delta,
              const std::optional<date>& told = {});

  /// Holds, sources, rejections, the priority or the country of the order have
  /// changed.
  void update(const queued_order& order);

  /// Whether some entry could be served by this.
  [[nodiscard]] bool is_wanted(const supply_offer& supply,
                               const network& net) const;

  struct served {
    std::vector<source::offer_taker> takers;
    /// No entry is left that could take more.
    bool is_over = false;
  };
  /// Fills entries in their order and takes the units out of the queue: the
  /// next slice of an offer, or its first when the offer is new or `has_grown`.
  /// Entries that change between two slices are looked at again in their place.
  [[nodiscard]] served serve(const supply_offer& supply, const network& net,
                             bool has_grown, const slice_size& most = {});
  /// The source has settled the slice: what it could not give waits again, and
  /// entries that are filled go. False when no slice with takers was open.
  bool settle(const source_ref& from,
              const std::vector<source::offer_taker>& refused);

  struct sought {
    /// Of the supplies, the first that an entry could take units of.
    std::optional<std::size_t> supply;
    /// Every entry was looked at since the search began or the entry changed.
    bool is_over = false;
  };
  /// Looks on for an entry that could be served by one of `supplies`, which
  /// are tried in their order.
  [[nodiscard]] sought seek(const std::vector<supply_offer>& supplies,
                            const network& net, const slice_size& most = {});
  /// Begins the search anew: other entries may be served by now.
  void seek_anew();
  /// The network has changed: open offers begin at the front again, since a
  /// source may now serve orders that were excluded before.
  void offer_anew();

  // When units come in. Entries get the units that are on their way in the
  // order of the queue, the earliest first, those of orders on hold too. What
  // one gets depends on all that are ahead of it, so a walk from the front
  // finds their days; a change makes the walk begin anew.

  /// Everything that is on its way to a source. False when that was known.
  bool set_incoming(const source_ref& from,
                    const std::vector<source::incoming_supply>& supplies);
  /// Sources may serve other orders now.
  void date_anew();
  /// Walks on, for at most so many entries. True when all have their days.
  bool date_entries(const network& net, std::size_t most = 4'000);
  /// The day of a line that waits. It walks as far as the line, and finds
  /// nothing beyond.
  [[nodiscard]] std::optional<due_day> date_of(const order_key& order,
                                               const line_id& line,
                                               const network& net);
  /// As the last walk found it.
  [[nodiscard]] std::optional<due_day> due_of(const order_key& order,
                                              const line_id& line) const;
  /// The customer hears of this day with the beginning of the wait.
  void note_told(const order_key& order, const line_id& line, date told);
  struct delay {
    order_key order;
    line_id line;
    date expected{};
  };
  /// The next entries whose day became later than the customer was told.
  /// `is_past` says of a day whether it is over where it counts.
  [[nodiscard]] std::vector<delay> take_delays(
      const std::function<bool(const due_day&)>& is_past,
      std::size_t most = source::orders_per_slice);
  [[nodiscard]] bool has_delays() const { return !delayed_.empty(); }
  [[nodiscard]] bool is_dated() const { return is_dated_; }
  [[nodiscard]] bool has_incoming() const { return !supplies_.empty(); }
  /// For who would come next; none when nothing is known to come in. All must
  /// have their days.
  [[nodiscard]] std::optional<coming_units> coming() const;

  /// A new day or new limits: sources may have capacity again.
  void forget_capacity() { ++capacity_round_; }

  [[nodiscard]] bool empty() const { return entries_.empty(); }
  /// Units that wait.
  [[nodiscard]] quantity waiting() const { return waiting_; }
  [[nodiscard]] std::vector<waiting_view> view() const;
  /// From 1; 0 when it does not wait.
  [[nodiscard]] std::int64_t position_of(const order_key& order,
                                         const line_id& line) const;
  [[nodiscard]] const std::map<queue_rank, queue_entry>& entries() const {
    return entries_;
  }

 private:
  using all_entries = std::map<queue_rank, queue_entry>;
  using ranks = __gnu_pbds::tree<queue_rank, __gnu_pbds::null_type,
                                 std::less<queue_rank>, __gnu_pbds::rb_tree_tag,
                                 __gnu_pbds::tree_order_statistics_node_update>;

  /// How far the entries have been looked at.
  struct search {
    /// From here on none has; none: all have.
    std::optional<queue_rank> next = first_rank;
    /// Before that: those to look at again.
    std::set<queue_rank> again;

    void add(const queue_rank& rank);
  };
  struct offer {
    search left;
    /// In the slice that the source has yet to settle.
    std::vector<queue_rank> given;
    /// When that slice was made.
    std::uint64_t capacity_round = 0;
    /// False when no entry is left to look at. Entries that change from then
    /// until it is settled are kept in `left`.
    bool is_open = true;
  };
  static constexpr queue_rank first_rank{
      std::numeric_limits<std::int64_t>::min(), timestamp::min(), 0, 0};

  /// One announcement or transfer, in the order of the days; without a day
  /// last.
  struct known_supply {
    source_ref from;
    source::incoming_supply of;
    /// What the walk has left of it.
    quantity left;
  };

  all_entries::iterator add(const queued_order& order, const line_id& line,
                            std::size_t line_index, quantity units,
                            const std::optional<date>& told);
  [[nodiscard]] all_entries::const_iterator find(const order_key& order,
                                                 const line_id& line) const;
  /// An entry changed, which the walk may have passed.
  void date_from(const queue_rank& rank);
  /// `from` has the sources of the supplies; null where one is not known.
  void give_date(all_entries::iterator entry, const network& net,
                 const std::vector<const network_source*>& from);
  [[nodiscard]] bool may_serve(const network_source& from,
                               const queue_entry& entry,
                               const network& net) const;
  /// Entries of an order whose priority has changed go to their new place.
  void move_to_its_rank(const queued_order& order);
  void set_units(all_entries::iterator entry, quantity units);
  void take_again(all_entries::iterator entry, const source_ref& from,
                  const source::offer_taker& refused);
  void drop_if_done(all_entries::iterator entry);
  /// The entry has changed, so what passed it by may serve it now: all but
  /// `except`.
  void look_again_at(const queue_rank& rank,
                     const source_ref* except = nullptr);
  /// The next entry to look at; the end when there is none.
  all_entries::iterator take_next(search& in);
  [[nodiscard]] quantity share_of(const queue_entry& entry,
                                  const supply_offer& supply,
                                  const network& net) const;

  product_settings product_;
  all_entries entries_;
  /// Of the entries with units, for their positions.
  ranks with_units_;
  /// The first rank that the lines of an order may have.
  std::unordered_map<order_key, queue_rank> first_of_;
  quantity waiting_;
  std::map<source_ref, offer> offers_;
  search sought_;
  std::uint64_t capacity_round_ = 0;
  std::vector<known_supply> supplies_;
  /// Of them, what the walk has given away.
  std::vector<coming_units::claim> claims_;
  /// Where the walk goes on: after this; none: at the front.
  std::optional<queue_rank> dated_upto_;
  /// Nothing is left to walk.
  bool is_dated_ = true;
  /// Entries that may have become later than was told.
  std::set<queue_rank> delayed_;
};

}  // namespace oms::backorder
