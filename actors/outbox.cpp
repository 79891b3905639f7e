#include "actors/outbox.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace oms {

namespace {

// Adds up units of the same SKU, since a source knows SKUs and not lines. An
// event may name thousands, so they are found by index.
class line_sums {
 public:
  explicit line_sums(std::vector<instructed_line>& lines) : lines_(lines) {}

  void add(const sku_id& sku, quantity units, quantity picked) {
    const auto [place, is_new] = places_.try_emplace(sku.value, lines_.size());
    if (is_new) {
      lines_.push_back({sku, units, picked});
      return;
    }
    auto& known = lines_[place->second];
    known.units += units;
    known.picked += picked;
  }
  // Units that were promised to an order, and may have been picked.
  template <class Units>
  void add(const Units& of) {
    add(of.sku, of.from_allocated + of.from_picked, of.from_picked);
  }

 private:
  std::vector<instructed_line>& lines_;
  // Views of texts of the event, which outlives this.
  std::unordered_map<std::string_view, std::size_t> places_;
};

// Takes all consequences; of the answers to plans, which go to the orders in
// another way, none or all.
class all_consequences {
 public:
  explicit all_consequences(bool with_answers) : with_answers_(with_answers) {}

  template <class Content>
  void tell(entity_ref to, Content content) {
    found.messages.push_back({std::move(to), content()});
  }
  [[nodiscard]] bool wants_answers() const { return with_answers_; }
  void want_plan() { found.wants_plan = true; }
  void change_queue(const line_id& line, quantity units) {
    if (units != quantity{0}) found.queue_changes.push_back({line, units});
  }
  void publish_some(std::size_t skus) { found.board_changes.reserve(skus); }
  void publish(const sku_id& sku) { found.board_changes.push_back(&sku); }
  void bring(const sku_id& sku) { found.incoming_changes.push_back(&sku); }
  void open_fulfillment() { found.opens_fulfillment = true; }
  void offer(const sku_id& sku) { found.offers = &sku; }
  void change_hold(const reservation_id& of) { found.holds = &of; }
  void change_settings() { found.changes_settings = true; }

  consequences found;

 private:
  bool with_answers_;
};

// Takes the receivers of messages alone. The checkpointer asks this of every
// event, and writing the messages only to drop them would be much of its work.
class receivers_alone {
 public:
  template <class Content>
  void tell(entity_ref to, const Content&) {
    found.push_back(std::move(to));
  }
  static bool wants_answers() { return true; }
  void want_plan() {}
  void change_queue(const line_id&, quantity) {}
  void publish_some(std::size_t) {}
  void publish(const sku_id&) {}
  void bring(const sku_id&) {}
  void open_fulfillment() {}
  void offer(const sku_id&) {}
  void change_hold(const reservation_id&) {}
  void change_settings() {}

  std::vector<entity_ref> found;
};

// One overload for each event: a new one does not compile until it says here
// what follows from it.
template <class Taker>
class consequence_of_event {
 public:
  consequence_of_event(const entity_ref& sender,
                       const std::optional<event_cause>& cause, Taker& to)
      : sender_(sender), cause_(cause), to_(to) {}

  // --- orders ---------------------------------------------------------------

  void operator()(const order_placed& e) {
    // It takes over what its reservation holds, paid or not.
    if (!e.body->reservation.empty()) to_.want_plan();
  }
  void operator()(const status_changed& e) {
    // Planning is not part of the payment: the answer leaves first.
    if (e.to == order_status::awaiting_fulfillment) to_.want_plan();
  }
  void operator()(const payment_started&) {}
  void operator()(const payment_captured&) {}
  void operator()(const payment_failed&) {}
  void operator()(const payment_authorized&) {}
  void operator()(const payment_voided&) {}
  void operator()(const order_planned&) {}
  void operator()(const units_allocated& e) {
    for (const auto& units : e.lines)
      to_.change_queue(units.line, -units.from_backordered);
  }
  void operator()(const grant_declined& e) {
    // These units never came to a fulfillment, so none of them is picked.
    instruct_with(e, instruction_kind::decommit,
                  [](line_sums& sums, const auto& units) {
                    sums.add(units.sku, units.units, quantity{0});
                  });
  }
  // The order tells the queue itself: it is the one that asked.
  void operator()(const units_backordered&) {}
  void operator()(const units_unfillable&) {}
  void operator()(const fulfillment_accepted& e) {
    to_.tell(entity_of(e.source),
             [&] { return from_order(instruction_kind::accept); });
  }
  void operator()(const units_picked& e) {
    instruct_with(e, instruction_kind::pick, add_picked);
  }
  void operator()(const units_unpicked& e) {
    instruct_with(e, instruction_kind::unpick, add_picked);
  }
  void operator()(const units_rejected& e) {
    to_.want_plan();
    // A source that is unable has the units still; else they are gone.
    if (e.reason == reject_reason::unable)
      instruct_with(e, instruction_kind::decommit, add_promised);
    else
      instruct_with(e, instruction_kind::reject, add_promised, e.reason);
  }
  void operator()(const shipment_shipped& e) {
    instruct_with(e, instruction_kind::ship, add_promised);
  }
  void operator()(const shipment_tracked&) {}
  void operator()(const units_cancelled& e) {
    for (const auto& units : e.lines)
      to_.change_queue(units.line, -units.from_backordered);
    decommit(e.promised);
  }
  void operator()(const cancel_requested&) {}
  void operator()(const cancel_answered&) {}
  // The answer to a revocation, also when none of the units could be found any
  // more: those have shipped or left another way, which the source was told
  // before. Until it has this answer it promises the order nothing new.
  void operator()(const units_taken_back& e) {
    to_.want_plan();
    if (!cause_) return;
    to_.tell(cause_->entity, [&] {
      auto told = from_order(instruction_kind::acknowledge);
      line_sums sums(told.lines);
      for (const auto& part : e.promised)
        for (const auto& units : part.lines) sums.add(units);
      return told;
    });
  }
  void operator()(const units_released& e) {
    to_.want_plan();
    decommit(e.promised);
  }
  void operator()(const hold_placed&) {}
  void operator()(const hold_released&) { to_.want_plan(); }
  void operator()(const note_added&) {}
  void operator()(const personal_data_erased&) {}
  void operator()(const refund_requested&) {}
  void operator()(const refund_settled&) {}
  void operator()(const return_requested&) {}
  void operator()(const return_received& e) {
    to_.tell(entity_of(e.location), [&] {
      auto told = from_order(instruction_kind::restock);
      for (const auto& units : e.lines) {
        const auto came = units.from_delivered + units.from_shipped;
        const bool sellable = units.condition == return_condition::sellable;
        told.restocked.push_back({units.sku, sellable ? came : quantity{0},
                                  sellable ? quantity{0} : came});
      }
      return told;
    });
  }
  void operator()(const return_declined&) {}
  void operator()(const notification_recorded&) {}
  void operator()(const alert_raised&) {}
  void operator()(const label_added&) {}
  void operator()(const label_voided&) {}
  // What it cancels is an event of its own.
  void operator()(const backorder_answered&) {}
  void operator()(const notification_attempted&) {}
  void operator()(const alert_acknowledged&) {}
  void operator()(const alert_resolved&) {}
  void operator()(const delivery_expected&) {}
  // Nothing, unless there is something to plan by now.
  void operator()(const order_edited&) { to_.want_plan(); }
  void operator()(const reservation_claimed&) {}
  void operator()(const order_related& e) {
    // The order that is named has no more to say.
    if (!e.is_told) return;
    to_.tell(entity_of(order_key{order_of(sender_).brand, e.order}), [&] {
      return relation{order_of(sender_).id, e.kind};
    });
  }
  void operator()(const backorder_dated&) {}

  // --- sources --------------------------------------------------------------

  // A definition may change every SKU at once, so the source publishes all of
  // its stock instead of naming SKUs here.
  void operator()(const location_defined&) { to_.change_settings(); }
  void operator()(const supplier_defined&) { to_.change_settings(); }
  void operator()(const stock_received& e) {
    to_.publish(e.sku);
    if (e.drawn > quantity{0}) to_.bring(e.sku);
  }
  void operator()(const stock_adjusted& e) { to_.publish(e.sku); }
  void operator()(const stock_counted& e) { to_.publish(e.sku); }
  void operator()(const safety_stock_set& e) { to_.publish(e.sku); }
  void operator()(const stock_offered& e) {
    to_.publish(e.sku);
    to_.offer(e.sku);
  }
  void operator()(const offer_settled& e) { to_.publish(e.sku); }
  void operator()(const stock_committed& e) {
    publish_lines(e);
    if (e.opens) to_.open_fulfillment();
    if (!e.reservation.empty()) to_.change_hold(e.reservation);
    // The answer to a planning round goes to the order directly. The log names
    // the message all the same, or recovery could not send it again.
    if (e.round != 0 && !to_.wants_answers()) return;
    to_.tell(entity_of(e.order), [&] {
      return reservation{.source = source_of(sender_),
                         .lines = e.lines,
                         .opens = e.opens,
                         .round = e.round};
    });
  }
  void operator()(const stock_decommitted& e) { publish_lines(e); }
  void operator()(const stock_accepted&) {}
  void operator()(const stock_picked& e) { publish_lines(e); }
  void operator()(const stock_shipped& e) { publish_lines(e); }
  void operator()(const stock_rejected& e) { publish_lines(e); }
  void operator()(const stock_taken_back& e) {
    to_.publish(e.sku);
    to_.tell(entity_of(e.order), [&] {
      return revoked_units{source_of(sender_), e.sku, e.units, e.picked};
    });
  }
  void operator()(const stock_restocked& e) { publish_lines(e); }
  void operator()(const incoming_announced& e) {
    for (const auto& line : e.lines) to_.bring(line.sku);
  }
  void operator()(const stock_transferred& e) {
    publish_lines(e);
    to_.tell(entity_ref{entity_kind::location, e.to}, [&] {
      return transferred_units{e.transfer, e.lines, e.expected};
    });
  }
  void operator()(const transfer_closed& e) {
    for (const auto& line : e.written_off) to_.bring(line.sku);
  }
  void operator()(const incoming_checked&) {}
  void operator()(const stock_reserved& e) {
    publish_lines(e);
    to_.change_hold(e.reservation);
  }
  void operator()(const stock_unreserved& e) {
    publish_lines(e);
    to_.change_hold(e.reservation);
  }

  // --- reservations ---------------------------------------------------------

  // The locations hold the units before it is recorded.
  void operator()(const reservation_made&) {}

  // --- the network ----------------------------------------------------------

  void operator()(const product_defined&) {}
  void operator()(const routing_set&) {}

 private:
  static constexpr auto add_promised = [](line_sums& sums, const auto& units) {
    sums.add(units);
  };
  static constexpr auto add_picked = [](line_sums& sums, const auto& units) {
    sums.add(units.sku, units.units, units.units);
  };

  [[nodiscard]] instruction from_order(instruction_kind kind) const {
    return {.order = order_of(sender_), .kind = kind};
  }

  template <class Event, class Add>
  void instruct_with(const Event& e, instruction_kind kind, Add add,
                     reject_reason reason = {}) {
    to_.tell(entity_of(e.source), [&] {
      auto told = from_order(kind);
      told.reason = reason;
      line_sums sums(told.lines);
      for (const auto& units : e.lines) add(sums, units);
      return told;
    });
  }

  // One instruction per source, although an order may have several
  // fulfillments there: a cause names a receiver once.
  void decommit(const std::vector<fulfillment_units>& promised) {
    for (auto part = promised.begin(); part != promised.end(); ++part) {
      const auto is_of_its_source = [&part](const fulfillment_units& other) {
        return other.source == part->source;
      };
      if (std::any_of(promised.begin(), part, is_of_its_source)) continue;
      to_.tell(entity_of(part->source), [&] {
        auto told = from_order(instruction_kind::decommit);
        line_sums sums(told.lines);
        for (auto each = part; each != promised.end(); ++each)
          if (is_of_its_source(*each))
            for (const auto& units : each->lines) sums.add(units);
        return told;
      });
    }
  }

  template <class Event>
  void publish_lines(const Event& e) {
    to_.publish_some(e.lines.size());
    for (const auto& line : e.lines) to_.publish(line.sku);
  }

  const entity_ref& sender_;
  const std::optional<event_cause>& cause_;
  Taker& to_;
};

}  // namespace

consequences consequences_of(const entity_ref& sender, const event_body& body,
                             const std::optional<event_cause>& cause) {
  all_consequences all(false);
  std::visit(consequence_of_event<all_consequences>(sender, cause, all), body);
  return std::move(all.found);
}

std::vector<delivery> deliveries_of(const entity_ref& sender,
                                    const event_body& body,
                                    const std::optional<event_cause>& cause) {
  all_consequences all(true);
  std::visit(consequence_of_event<all_consequences>(sender, cause, all), body);
  return std::move(all.found.messages);
}

std::vector<delivery> deliveries_of(const event& sent) {
  return deliveries_of(sent.entity, sent.body, sent.cause);
}

std::vector<entity_ref> receivers_of(const event_view& sent) {
  receivers_alone all;
  std::visit(
      consequence_of_event<receivers_alone>(sent.entity, sent.cause, all),
      sent.body);
  return std::move(all.found);
}

}  // namespace oms
