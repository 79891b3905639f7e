#pragma once

/// Samples of every event and state, from a seed.
///
/// Purpose: random but repeatable content for tests of the codec and of the
/// stores: empty, long and non-ASCII texts, numbers at the ends of their
/// ranges, empty and long lists. A new event without a sample, and a new field
/// of a struct, do not compile here until they are added. Owner: the test.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "messages/events.hpp"
#include "messages/order_state.hpp"
#include "messages/source_state.hpp"

namespace oms::samples {

inline constexpr std::size_t kinds = std::variant_size_v<event_variant>;

class generator {
 public:
  explicit generator(std::uint64_t seed) : random_(seed) {}

  /// An event whose body is alternative `kind` of the variant, with `at` 0.
  event of_kind(std::size_t kind);
  /// `n` events of any kinds.
  std::vector<event> batch(std::size_t n);
  personal_data person();
  /// A state. The lines that a state names are there.
  template <class T>
  T any() {
    T one{};
    fill(one);
    return one;
  }

  /// From 0 to `n` - 1.
  std::uint64_t below(std::uint64_t n) { return random_() % n; }

 private:
  template <std::size_t Kind>
  event_body body() {
    std::variant_alternative_t<Kind, event_variant> content;
    fill(content);
    return content;
  }

  template <class... Fields>
  void fill_all(Fields&... fields) {
    (fill(fields), ...);
  }

  /// Up to the limit of an id, or, rarely, of a text.
  std::string any_text();
  std::int64_t any_number();
  template <class Enum>
  Enum any_up_to(Enum last) {
    return static_cast<Enum>(below(static_cast<unsigned>(last) + 1));
  }

  void fill(std::string& out) { out = any_text(); }
  template <class Tag>
  void fill(text_id<Tag>& out) {
    out.value = any_text();
  }
  template <class Tag>
  void fill(amount<Tag>& out) {
    out.value = any_number();
  }
  void fill(bool& out) { out = below(2) == 1; }
  void fill(double& out);
  void fill(std::int32_t& out) {
    out = static_cast<std::int32_t>(any_number());
  }
  void fill(std::int64_t& out) { out = any_number(); }
  void fill(std::uint64_t& out) {
    out = static_cast<std::uint64_t>(any_number());
  }
  void fill(timestamp& out) { out = timestamp{duration{any_number()}}; }
  void fill(utc_day& out) { out = utc_day{std::chrono::days{any_number()}}; }
  template <class T>
  void fill(shared_value<T>& out) {
    T value;
    fill(value);
    out = std::move(value);
  }
  template <class T>
  void fill(std::optional<T>& out) {
    out.reset();
    if (below(2) == 1) fill(out.emplace());
  }
  template <class T>
  void fill(std::vector<T>& out) {
    out.resize(below(16) == 0 ? below(40) : below(4));
    for (auto& element : out) fill(element);
  }
  template <class First, class Second>
  void fill(std::pair<First, Second>& out) {
    fill_all(out.first, out.second);
  }
  template <class Key, class T>
  void fill(std::map<Key, T>& out) {
    fill_entries<std::pair<Key, T>>(out);
  }
  template <class Key, class T>
  void fill(std::unordered_map<Key, T>& out) {
    fill_entries<std::pair<Key, T>>(out);
  }
  template <class T>
  void fill(std::set<T>& out) {
    fill_entries<T>(out);
  }
  template <class Entry, class Entries>
  void fill_entries(Entries& out) {
    out.clear();
    for (auto& entry : any<std::vector<Entry>>()) out.insert(std::move(entry));
  }

  void fill(source_kind& out) { out = any_up_to(source_kind::supplier); }
  void fill(source_type& out) { out = any_up_to(source_type::dropship); }
  void fill(objective& out) { out = any_up_to(objective::balance_stock); }
  void fill(shipping_policy& out) {
    out = any_up_to(shipping_policy::ship_complete);
  }
  void fill(reject_reason& out) { out = any_up_to(reject_reason::unable); }
  void fill(tracking_status& out) {
    out = any_up_to(tracking_status::returned);
  }
  void fill(return_condition& out) {
    out = any_up_to(return_condition::damaged);
  }
  void fill(entity_kind& out) { out = any_up_to(entity_kind::engine); }
  void fill(order_status& out) { out = any_up_to(order_status::cancelled); }
  void fill(candidate_outcome& out) {
    out = any_up_to(candidate_outcome::over_max_shipments);
  }
  void fill(payment_status& out) { out = any_up_to(payment_status::failed); }
  void fill(fulfillment_status& out) {
    out = any_up_to(fulfillment_status::cancelled);
  }
  void fill(shipment_status& out) { out = any_up_to(shipment_status::lost); }
  void fill(refund_status& out) { out = any_up_to(refund_status::failed); }
  void fill(return_status& out) { out = any_up_to(return_status::cancelled); }
  void fill(order_key& out);
  void fill(source_ref& out);
  void fill(coordinates& out);
  void fill(sku_quantity& out);
  void fill(line_units& out);
  void fill(location_settings& out);
  void fill(supplier_product& out);
  void fill(supplier_settings& out);
  void fill(product_settings& out);
  void fill(routing_rules& out);
  void fill(candidate_view& out);
  void fill(objective_value& out);
  void fill(routing_decision& out);
  void fill(shipping_choice& out);
  void fill(destination& out);
  void fill(order_line& out);
  void fill(prepayment& out);
  void fill(order_body& out);
  void fill(personal_data& out);
  void fill(order_placed& out);
  void fill(status_changed& out);
  void fill(payment_started& out);
  void fill(payment_captured& out);
  void fill(payment_failed& out);
  void fill(order_planned& out);
  void fill(allocated_line& out);
  void fill(units_allocated& out);
  void fill(grant_declined& out);
  void fill(units_backordered& out);
  void fill(units_unfillable& out);
  void fill(fulfillment_accepted& out);
  void fill(units_picked& out);
  void fill(units_unpicked& out);
  void fill(rejected_units& out);
  void fill(units_rejected& out);
  void fill(work_units& out);
  void fill(shipment_shipped& out);
  void fill(shipment_tracked& out);
  void fill(cancelled_line& out);
  void fill(fulfillment_units& out);
  void fill(units_cancelled& out);
  void fill(cancel_requested& out);
  void fill(cancel_answered& out);
  void fill(units_taken_back& out);
  void fill(units_released& out);
  void fill(hold_placed& out);
  void fill(hold_released& out);
  void fill(note_added& out);
  void fill(personal_data_erased&) {}
  void fill(refund_requested& out);
  void fill(refund_settled& out);
  void fill(return_requested& out);
  void fill(returned_units& out);
  void fill(return_received& out);
  void fill(return_declined& out);
  void fill(notification_recorded& out);
  void fill(alert_raised& out);
  void fill(location_defined& out);
  void fill(supplier_defined& out);
  void fill(stock_received& out);
  void fill(stock_adjusted& out);
  void fill(stock_counted& out);
  void fill(safety_stock_set& out);
  void fill(stock_offered& out);
  void fill(offer_settled& out);
  void fill(stock_committed& out);
  void fill(stock_decommitted& out);
  void fill(stock_accepted& out);
  void fill(stock_picked& out);
  void fill(shipped_stock& out);
  void fill(stock_shipped& out);
  void fill(rejected_stock& out);
  void fill(stock_rejected& out);
  void fill(stock_taken_back& out);
  void fill(restocked_line& out);
  void fill(stock_restocked& out);
  void fill(product_defined& out);
  void fill(routing_set& out);
  void fill(line_buckets& out);
  void fill(order_line_state& out);
  void fill(fulfillment_line& out);
  void fill(fulfillment& out);
  void fill(shipment_line& out);
  void fill(shipment& out);
  void fill(refund& out);
  void fill(order_return& out);
  void fill(rejection& out);
  void fill(order_hold& out);
  void fill(order_state& out);
  void fill(stock_item& out);
  void fill(promised_units& out);
  void fill(promise& out);
  void fill(source_state& out);

  std::mt19937_64 random_;
};

/// The event as a store gives it back: numbered, without personal data.
event as_stored(event one, sequence at);
std::vector<event> as_stored(std::vector<event> batch, sequence first);

}  // namespace oms::samples
