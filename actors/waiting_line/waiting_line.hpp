#pragma once

/// The waiting line of one SKU.
///
/// Purpose: who waits, in which order, and who gets what arrives. It keeps no
/// log of its own: what waits is what the orders have backordered, so it is
/// rebuilt from them. Owner: a waiting line actor. Threads: a value. Units:
/// units of stock. Source of the rules: docs/DOMAIN.md, "Backorders".

#include <compare>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "actors/network.hpp"
#include "actors/order/order.hpp"
#include "actors/source/decide.hpp"
#include "messages/views.hpp"

namespace oms {

/// What the waiting line must know of an order to serve it.
struct waiting_order {
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
[[nodiscard]] waiting_order waiting_order_of(const order_state& state);

struct waiting_entry {
  waiting_order order;
  line_id line;
  /// Its place among the lines of the order.
  std::size_t line_index = 0;
  /// May be below 0 for a moment, while a promise and a cancellation cross.
  quantity units;
  /// Sources that open no further fulfillment today.
  std::set<source_ref> no_capacity;
  /// Sources that give it units of which the order has yet to hear.
  std::set<source_ref> chosen;
};

/// Priority high to low, then age, then the order sequence.
struct waiting_rank {
  std::int64_t negative_priority = 0;
  timestamp placed_at;
  std::uint64_t number = 0;
  std::size_t line_index = 0;
  friend auto operator<=>(const waiting_rank&, const waiting_rank&) = default;
};

/// A source that has units for the line.
struct supply_offer {
  const network_source* from = nullptr;
  quantity units;
  std::uint64_t receipts = 0;
};

class waiting_line {
 public:
  explicit waiting_line(sku_id sku) { product_.sku = std::move(sku); }

  [[nodiscard]] const product_settings& product() const { return product_; }
  void set_product(product_settings product) { product_ = std::move(product); }

  struct entered {
    quantity accepted;
    quantity refused;
  };
  /// Takes units in as far as the product allows it. `unchecked` when what
  /// waited before a restart comes back.
  entered enter(const waiting_order& order, const line_id& line,
                std::size_t line_index, quantity units, bool unchecked);

  /// Units leave by cancellation, or come back after a promise that was
  /// declined.
  void adjust(const waiting_order& order, const line_id& line,
              std::size_t line_index, quantity delta);

  /// Holds, sources or rejections of the order have changed.
  void update(const waiting_order& order);

  /// Whether some entry could be served by this.
  [[nodiscard]] bool is_wanted(const supply_offer& supply,
                               const network& net) const;

  /// Fills entries in their order; takes the units out of the line.
  [[nodiscard]] std::vector<offer_taker> serve(const supply_offer& supply,
                                               const network& net);

  /// What a source could not give after all waits again.
  void take_again(const source_ref& from, const offer_taker& refused);
  /// Drops entries that are filled; call it when no source has yet to
  /// confirm what it gives.
  void forget_filled();

  /// A new day or new limits: sources may have capacity again.
  void forget_capacity();

  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] quantity waiting() const;
  [[nodiscard]] std::vector<waiting_view> view() const;
  /// From 1; 0 when it does not wait.
  [[nodiscard]] std::int64_t position_of(const order_key& order,
                                         const line_id& line) const;
  [[nodiscard]] const std::map<waiting_rank, waiting_entry>& entries() const {
    return entries_;
  }

 private:
  void add(const waiting_order& order, const line_id& line,
           std::size_t line_index, quantity units);
  [[nodiscard]] quantity share_of(const waiting_entry& entry,
                                  const supply_offer& supply,
                                  const network& net) const;

  product_settings product_;
  std::map<waiting_rank, waiting_entry> entries_;
};

}  // namespace oms
