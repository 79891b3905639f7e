#pragma once

/// What a replay knows of its orders, from the events that it sees.
///
/// An observer of the engine: it keeps, per order and line, what is left to
/// ship, names the work that is due next, and counts for the summary. It never
/// asks the engine. It runs on the replay's thread, which is also that of the
/// simulated engine. Units are whole units, times are file time.

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "messages/events.hpp"
#include "tools/replay/feed.hpp"

namespace oms::replay {

struct tracked_line {
  const line_id* line = nullptr;
  const sku_id* sku = nullptr;
  /// Neither shipped nor cancelled.
  std::int64_t open = 0;
  std::int64_t waiting = 0;
  timestamp waiting_since;
};

struct tracked_fulfillment {
  fulfillment_id id;
  std::int64_t to_ship = 0;
  bool is_due = false;
};

struct tracked_order {
  bool is_placed = false;
  bool has_waited = false;
  order_status status = order_status::pending;
  std::uint32_t parcels = 0;
  /// A bit per source that shipped for it, see `bit_of`.
  std::uint64_t places = 0;
  std::vector<tracked_line> lines;
  std::vector<tracked_fulfillment> fulfillments;
};

/// A source has promised units: they are to be shipped.
struct work_due {
  std::size_t order = 0;
  fulfillment_id fulfillment;
  source_ref source;
  timestamp promised;
};

/// A parcel is on its way.
struct parcel_due {
  std::size_t order = 0;
  shipment_id shipment;
  source_ref source;
  timestamp shipped;
};

struct wait {
  duration time;
  std::int64_t units = 0;
};

struct place_units {
  std::int64_t allocated = 0;
  std::int64_t shipped = 0;
  std::int64_t parcels = 0;
};

class tracker {
 public:
  explicit tracker(const std::vector<fed_order>& orders);

  void observe(const event& happened);

  /// What became due since the last call.
  [[nodiscard]] std::vector<work_due> take_work();
  [[nodiscard]] std::vector<parcel_due> take_parcels();

  [[nodiscard]] const std::vector<tracked_order>& orders() const {
    return orders_;
  }
  /// Whether anything of it is left to ship. It may become due again.
  bool begin_shipping(std::size_t order, const fulfillment_id& id);

  /// Units free of a SKU at a location.
  [[nodiscard]] std::int64_t free_units(const std::string& location,
                                        const sku_id& sku) const;

  [[nodiscard]] std::int64_t queued_units() const { return waiting_; }
  [[nodiscard]] std::int64_t backordered_units() const { return backordered_; }
  [[nodiscard]] std::int64_t cancelled_units() const { return cancelled_; }
  [[nodiscard]] const std::vector<wait>& waits() const { return waits_; }
  [[nodiscard]] const std::map<source_ref, place_units>& places() const {
    return places_;
  }
  [[nodiscard]] std::int64_t alerts() const { return alerts_; }
  [[nodiscard]] std::int64_t notifications() const { return notifications_; }
  [[nodiscard]] std::int64_t received_units() const { return received_; }

 private:
  void observe_order(std::size_t index, const event& happened);
  void observe_stock(const event& happened);
  void allocate(std::size_t index, const units_allocated& e, timestamp time);
  void ship(std::size_t index, const shipment_shipped& e, timestamp time);
  void leave_line(tracked_line& line, std::int64_t units);
  tracked_line& line_of(tracked_order& order, const line_id& line);
  static tracked_fulfillment& work_of(tracked_order& order,
                                      const fulfillment_id& id);
  void revoked_units(tracked_order& order,
                     const std::vector<fulfillment_units>& promised);
  std::uint64_t bit_of(const source_ref& source);

  std::vector<tracked_order> orders_;
  std::unordered_map<std::string, std::size_t> by_key_;
  /// After the line that was found last: events name lines in their order.
  std::size_t line_hint_ = 0;
  std::vector<work_due> work_;
  std::vector<parcel_due> parcels_;
  std::unordered_map<std::string, std::unordered_map<sku_id, std::int64_t>>
      free_;
  std::map<source_ref, place_units> places_;
  std::map<source_ref, std::uint64_t> bits_;
  std::vector<wait> waits_;
  std::int64_t waiting_ = 0;
  std::int64_t backordered_ = 0;
  std::int64_t cancelled_ = 0;
  std::int64_t received_ = 0;
  std::int64_t alerts_ = 0;
  std::int64_t notifications_ = 0;
};

}  // namespace oms::replay
